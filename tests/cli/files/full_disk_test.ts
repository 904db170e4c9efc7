/**
 * A disk that fills while a file arrives: what is there stays, and with space again it goes on.
 *
 * @module
 */

import { Space } from "../../../cli/files/space.ts";
import { receiveFile } from "../../../cli/files/receiver.ts";
import { GIVEN_BACK_BYTES } from "../../../cli/files/limits.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testWithMount } from "../../server/durable/privileges.ts";
import { smallDisk } from "../../server/durable/small_disk.ts";
import { namesIn, nothing, offerOf, pieces, sha256Of, someBytes } from "./place.ts";

const bytes = someBytes(1 << 20);
const offer = offerOf(bytes);
const unknown = () => Promise.resolve(undefined);

testWithMount(
  "a disk that fills on the way costs only the last bytes; then it goes on",
  async () => {
    await using disk = await smallDisk(2 << 20);
    const directory = disk.path;
    await Deno.mkdir(directory);
    await disk.fill(500_000);
    const full = await receiveFile(offer, (offset) => pieces(bytes, offset), {
      directory,
      space: new Space(unknown),
    });
    assert(full.kind === "partial" && full.why === "disk_full", Deno.inspect(full));
    assertEquals(full.reason, "The disk is full.");
    assert(full.offset > 500_000 - 2 * GIVEN_BACK_BYTES && full.offset < 500_000, `${full.offset}`);
    assertEquals(namesIn(directory), ["a.bin.part", "a.bin.part.state"]);

    disk.empty();
    let asked = -1;
    const done = await receiveFile(offer, (offset) => {
      asked = offset;
      return pieces(bytes, offset);
    }, { directory, space: new Space(unknown) });
    assertEquals([asked, done.kind], [full.offset, "done"]);
    assertEquals(sha256Of(`${directory}/a.bin`), offer.sha256);
    assertEquals(namesIn(directory), ["a.bin"]);
  },
);

testWithMount("the space of a real disk is asked for before the first byte", async () => {
  await using disk = await smallDisk(2 << 20);
  await Deno.mkdir(disk.path);
  const end = await receiveFile(offer, nothing, { directory: disk.path });
  assert(end.kind === "refused" && /not enough space/.test(end.reason), Deno.inspect(end));
  assertEquals(namesIn(disk.path), []);
});

testWithMount("a disk without a byte left refuses, and nothing is left behind", async () => {
  await using disk = await smallDisk(1 << 20);
  await Deno.mkdir(disk.path);
  await disk.fill(0);
  const end = await receiveFile(offer, nothing, {
    directory: disk.path,
    space: new Space(unknown),
  });
  assert(end.kind === "refused" && /full/.test(end.reason), Deno.inspect(end));
  assertEquals(namesIn(disk.path), []);
});
