/**
 * Attacks on the receiver's disk: links where a file should be, and a directory that is swapped.
 *
 * @module
 */

import { createFile, openRegular } from "../../../cli/files/disk.ts";
import { receiveFile } from "../../../cli/files/receiver.ts";
import { formatState, stateOf } from "../../../cli/files/state.ts";
import { testWith } from "../../skips.ts";
import { assert, assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";
import { namesIn, offerOf, pieces, type Place, place, someBytes } from "./place.ts";

const bytes = someBytes(30_000);
const offer = offerOf(bytes);
const PRECIOUS = "precious\n";

/** A download directory, and beside it a file that must stay as it is. */
function scene(at: Place): { directory: string; victim: string } {
  const directory = `${at.path}/in`;
  Deno.mkdirSync(directory);
  Deno.writeTextFileSync(`${at.path}/victim`, PRECIOUS);
  return { directory, victim: `${at.path}/victim` };
}

async function receive(directory: string): Promise<string> {
  const end = await receiveFile(offer, (offset) => pieces(bytes, offset), { directory });
  assert(end.kind === "done", Deno.inspect(end));
  assertEquals(await Deno.readFile(end.path), bytes);
  assert((await Deno.lstat(end.path)).isFile);
  return end.path.slice(end.path.lastIndexOf("/") + 1);
}

for (const name of ["a.bin", "a.bin.part", "a.bin.part.state", "a.bin.part.state.new"]) {
  for (const kind of ["to a file", "to nothing", "to a directory"]) {
    Deno.test(`a symbolic link ${kind} called ${name} is not followed`, async () => {
      using at = place();
      const { directory, victim } = scene(at);
      const target = kind === "to a file" ? victim : `${at.path}/${kind}`;
      if (kind === "to a directory") await Deno.mkdir(target);
      await Deno.symlink(target, `${directory}/${name}`);
      // Also when a state says that it is the beginning of the offer.
      if (name === "a.bin.part") {
        const state = formatState(stateOf(offer, PRECIOUS.length));
        await Deno.writeTextFile(`${directory}/a.bin.part.state`, state);
      }
      await receive(directory);
      assertEquals(await Deno.readTextFile(victim), PRECIOUS);
      assertEquals(namesIn(at.path).includes("to nothing"), false);
      if (kind === "to a directory") assertEquals(namesIn(target), []);
    });
  }
}

Deno.test("no file is opened through a symbolic link, whatever it leads to", async () => {
  using at = place();
  const { victim } = scene(at);
  await Deno.symlink(victim, `${at.path}/link`);
  for (const access of ["read", "write"] as const) {
    assertEquals(await openRegular(`${at.path}/link`, access), undefined);
  }
  assertEquals(await createFile(`${at.path}/link`), undefined);
});

Deno.test("a partial file that is a hard link to another file is not written to", async () => {
  using at = place();
  const { directory, victim } = scene(at);
  await Deno.link(victim, `${directory}/a.bin.part`);
  await Deno.writeTextFile(`${directory}/a.bin.part.state`, formatState(stateOf(offer, 9)));
  assertEquals(await receive(directory), "a (2).bin");
  assertEquals(await Deno.readTextFile(victim), PRECIOUS);
});

testWith(["mkfifo"], "a pipe where a file should be is not waited for", async () => {
  using at = place();
  const { directory } = scene(at);
  for (const name of ["a.bin", "a (2).bin.part", "a (3).bin.part.state"]) {
    const { success } = await new Deno.Command("mkfifo", { args: [`${directory}/${name}`] })
      .output();
    assert(success);
  }
  assertEquals(await within(receive(directory), "Receiving"), "a (4).bin");
});

Deno.test("the way to the directory may be a link of the user's", async () => {
  using at = place();
  const { directory } = scene(at);
  await Deno.symlink(directory, `${at.path}/link`);
  assertEquals(await receive(`${at.path}/link`), "a.bin");
  assertEquals(namesIn(directory), ["a.bin"]);
});

for (const when of ["on the way", "at the end"]) {
  Deno.test(`a directory that is swapped ${when} gets nothing, and what arrived stays`, async () => {
    using at = place();
    const { directory } = scene(at);
    const [away, elsewhere] = [`${at.path}/away`, `${at.path}/elsewhere`];
    await Deno.mkdir(elsewhere);
    const end = await receiveFile(offer, async function* (offset) {
      yield* pieces(bytes.subarray(0, 29_000), offset);
      await Deno.rename(directory, away);
      await Deno.symlink(elsewhere, directory);
      if (when === "at the end") yield* pieces(bytes, 29_000);
    }, { directory });
    assert(end.kind === "partial" && end.why === "disk", Deno.inspect(end));
    assert(/not the directory any more/.test(end.reason), end.reason);
    assertEquals(namesIn(elsewhere), []);
    assertEquals(namesIn(away), ["a.bin.part", "a.bin.part.state"]);
    assertEquals(
      (await Deno.stat(`${away}/a.bin.part`)).size,
      when === "at the end" ? 30_000 : 29_000,
    );
  });
}

Deno.test("a file put in the partial one's place does not get the name", async () => {
  using at = place();
  const { directory } = scene(at);
  const end = await receiveFile(offer, async function* (offset) {
    yield* pieces(bytes.subarray(0, 29_000), offset);
    await Deno.rename(`${directory}/a.bin.part`, `${at.path}/away`);
    await Deno.writeTextFile(`${directory}/a.bin.part`, "forged");
    yield* pieces(bytes, 29_000);
  }, { directory });
  assert(end.kind === "partial" && end.why === "disk", Deno.inspect(end));
  assertEquals(namesIn(directory).includes("a.bin"), false);
  assertEquals(await Deno.readTextFile(`${directory}/a.bin.part`), "forged");
});

Deno.test("a download directory that is a file is named in a sentence", async () => {
  using at = place();
  const { victim } = scene(at);
  const failed = await receiveFile(offer, () => pieces(bytes), { directory: victim })
    .catch((error) => error);
  assert(failed instanceof Error && failed.message.includes(victim), `${failed}`);
  assertEquals(await Deno.readTextFile(victim), PRECIOUS);
});
