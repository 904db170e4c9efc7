/**
 * Partial files that are not the beginning of the offer, or belong to somebody else: they are left alone.
 *
 * @module
 */

import fc from "fast-check";
import { publish } from "../../../cli/files/disk.ts";
import { prepare, receiveFile } from "../../../cli/files/receiver.ts";
import { formatState, parseState, stateOf } from "../../../cli/files/state.ts";
import { assert, assertEquals } from "../../assert.ts";
import { breakingAt, offerOf, pieces, place, someBytes } from "./place.ts";

const bytes = someBytes(30_000);
const offer = offerOf(bytes);

/** Makes a partial file of 10,000 bytes. */
async function partial(directory: string): Promise<void> {
  const end = await receiveFile(offer, breakingAt(bytes, 10_000), { directory });
  assertEquals(end.kind, "partial");
}

/** Receives whole, and says where it began. */
async function began(directory: string, changes = {}): Promise<number> {
  let asked = -1;
  const end = await receiveFile({ ...offer, ...changes }, (offset) => {
    asked = offset;
    return pieces(bytes, offset);
  }, { directory });
  assertEquals(end.kind, "done");
  return asked;
}

Deno.test("only the same sender, name, size and hash go on with a partial file", async () => {
  const longer = new Uint8Array([...bytes, 1]);
  for (
    const other of [
      { ...offer, from: "Bob" },
      { ...offer, name: "b.bin" },
      offerOf(longer),
      { ...offer, sha256: offerOf(longer).sha256 },
      { ...offer, sha256: undefined },
    ]
  ) {
    using at = place();
    await partial(at.path);
    const before = await Deno.readFile(`${at.path}/a.bin.part`);
    const prepared = await prepare(other, { directory: at.path });
    assert(prepared.kind === "ready");
    assertEquals(prepared.download.offset, 0);
    await prepared.download[Symbol.asyncDispose]();
    assertEquals(await Deno.readFile(`${at.path}/a.bin.part`), before);
    assertEquals(await began(at.path), 10_000, "It still goes on for whom it belongs to");
  }
});

Deno.test("a hash in capitals and an uncleaned name are the same offer", async () => {
  using at = place();
  await partial(at.path);
  assertEquals(
    await began(at.path, { name: "x/a.bin", sha256: offer.sha256?.toUpperCase() }),
    10_000,
  );
});

Deno.test("a broken, foreign or missing state leaves the partial file alone", async () => {
  const good = formatState(stateOf(offer, 10_000));
  const states = [
    undefined,
    "",
    "{",
    "null",
    "[]",
    good.slice(0, -3),
    good.replace('"version":1', '"version":2'),
    good.replace("10000", "-1"),
    good.replace("10000", "30001"),
    good.replace("10000", '"10000"'),
    good.replace("10000", "1e400"),
    good + "x".repeat(10_000),
  ];
  for (const state of states) {
    using at = place();
    await partial(at.path);
    const path = `${at.path}/a.bin.part.state`;
    if (state === undefined) await Deno.remove(path);
    else await Deno.writeTextFile(path, state);
    const before = await Deno.readFile(`${at.path}/a.bin.part`);
    assertEquals(await began(at.path), 0, state);
    assertEquals(await Deno.readFile(`${at.path}/a.bin.part`), before);
    assert(at.names().includes("a (2).bin"), "The new one has a number");
  }
});

Deno.test("a resume begins where state and file agree", async () => {
  using at = place();
  await partial(at.path);
  // A file that a crash has left longer than its state says: what is behind may be anything.
  await Deno.writeFile(`${at.path}/a.bin.part`, new Uint8Array(5_000), { append: true });
  await receiveFile(offer, breakingAt(bytes, 10_000), { directory: at.path });
  assertEquals((await Deno.stat(`${at.path}/a.bin.part`)).size, 10_000);
  await Deno.truncate(`${at.path}/a.bin.part`, 4_000);
  assertEquals(await began(at.path), 4_000);
});

Deno.test("what a crash leaves between two steps is tidied by the next try", async () => {
  using at = place();
  // Made, but nothing is said of it yet.
  await Deno.writeFile(`${at.path}/a.bin.part`, new Uint8Array());
  assertEquals(await began(at.path), 0);
  assertEquals(at.names(), ["a.bin"]);
  // Finished, but still under its old name as well.
  await Deno.link(`${at.path}/a.bin`, `${at.path}/a.bin.part`);
  await Deno.writeTextFile(`${at.path}/a.bin.part.state`, formatState(stateOf(offer, 30_000)));
  assertEquals((await prepare(offer, { directory: at.path })).kind, "have");
  assertEquals(at.names(), ["a.bin"]);
  // All is there, and only the name was missing.
  await Deno.rename(`${at.path}/a.bin`, `${at.path}/a.bin.part`);
  await Deno.writeTextFile(`${at.path}/a.bin.part.state`, formatState(stateOf(offer, 30_000)));
  assertEquals(await began(at.path), 30_000);
  assertEquals(at.names(), ["a.bin"]);
  // Only the state is left, and the beginning of the next one.
  await Deno.remove(`${at.path}/a.bin`);
  await Deno.writeTextFile(`${at.path}/a.bin.part.state`, formatState(stateOf(offer, 30_000)));
  await Deno.writeTextFile(`${at.path}/a.bin.part.state.new`, "{");
  assertEquals(await began(at.path), 0);
  assertEquals(at.names(), ["a.bin"]);
});

Deno.test("two receivers of the same offer at once get a file each, and neither hurts the other", async () => {
  using at = place();
  const ends = await Promise.all(
    Array.from(
      { length: 5 },
      () => receiveFile(offer, (offset) => pieces(bytes, offset), { directory: at.path }),
    ),
  );
  const paths = ends.map((end) => end.kind === "done" ? end.path : Deno.inspect(end));
  assertEquals(new Set(paths).size, 5, paths.join(" "));
  for (const path of paths) assertEquals(await Deno.readFile(path), bytes);
  assertEquals(at.names().length, 5);
});

Deno.test("a partial file that somebody writes is not touched; afterwards it goes on", async () => {
  using at = place();
  await partial(at.path);
  const first = await prepare(offer, { directory: at.path });
  const second = await prepare(offer, { directory: at.path });
  assert(first.kind === "ready" && second.kind === "ready");
  assertEquals([first.download.offset, second.download.offset], [10_000, 0]);
  await first.download[Symbol.asyncDispose]();
  await second.download[Symbol.asyncDispose]();
  assertEquals(await began(at.path), 10_000);
  assertEquals(at.names(), ["a.bin"]);
});

Deno.test("a state is read as it was written, and no text makes the reader fail", () => {
  fc.assert(fc.property(fc.string(), fc.string(), fc.nat(), (from, name, size) => {
    const state = stateOf({ from, name, size, sha256: "AB".repeat(32) }, size);
    assertEquals(parseState(formatState(state)), state);
  }));
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    assertEquals(parseState(text), undefined);
  }));
});

Deno.test("where there are no hard links a file still gets its name, and nothing is replaced", async () => {
  using at = place();
  const noLinks = { link: () => Promise.reject(Object.assign(new Error(), { code: "EPERM" })) };
  await Deno.writeTextFile(`${at.path}/from`, "new");
  await Deno.writeTextFile(`${at.path}/taken`, "old");
  assertEquals(await publish(`${at.path}/from`, `${at.path}/taken`, noLinks), false);
  assertEquals(await publish(`${at.path}/from`, `${at.path}/to`, noLinks), true);
  assertEquals(at.names(), ["taken", "to"]);
  assertEquals(await Deno.readTextFile(`${at.path}/taken`), "old");
  assertEquals(await Deno.readTextFile(`${at.path}/to`), "new");
});
