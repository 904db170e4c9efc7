/**
 * kill -9 of a process that receives, at random moments: what it called saved is not asked for again, and in the
 * end the file is there, once, with the offered SHA-256.
 *
 * `CHAT_FILE_KILLS` says how many kills there are (5), `CHAT_KILL_SEED` repeats them; the seed is printed.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { seeded } from "../../db/sim/world.ts";
import { utf8, within } from "../../harness.ts";
import { namesIn, place, sha256, sha256Of, someBytes } from "./place.ts";

const KILLS = Number(Deno.env.get("CHAT_FILE_KILLS") ?? 5);
const FILE_BYTES = 12 << 20;
const SAVE_BYTES = 256 << 10;
const DELAY_MS_MAX = 8;
const CHILD = new URL("./receiver_child.ts", import.meta.url).pathname;

interface Run {
  readonly done: boolean;
  readonly offset: number | undefined;
  readonly saved: number;
}

Deno.test(`after ${KILLS} kills of a receiver nothing saved is lost, and the file is whole`, async () => {
  const given = Deno.env.get("CHAT_KILL_SEED");
  const seed = given === undefined ? Date.now() % 1_000_000 : Number(given);
  await Deno.stdout.write(utf8(`CHAT_KILL_SEED=${seed}\n`));
  const random = seeded(seed);
  using at = place();
  const bytes = someBytes(FILE_BYTES);
  await Deno.writeFile(`${at.path}/a.bin`, bytes);
  const wanted = sha256(bytes);

  let kills = 0;
  for (let file = 0; kills < KILLS; file++) {
    const directory = `${at.path}/in-${file}`;
    let saved = 0;
    for (;;) {
      const run = await receive(`${at.path}/a.bin`, directory, kills < KILLS ? random : undefined);
      if (run.offset !== undefined) {
        assert(run.offset >= saved, `Begins at ${run.offset}, but ${saved} were saved`);
        assert(run.offset - saved <= 2 * SAVE_BYTES, "Not more than one saving was under way");
      }
      saved = Math.max(saved, run.saved);
      if (run.done) break;
      kills++;
    }
    assertEquals(namesIn(directory), ["a.bin"]);
    assertEquals(sha256Of(`${directory}/a.bin`), wanted);
  }
});

/** Runs the child, and kills it at a moment of chance, unless it was faster. */
async function receive(path: string, directory: string, random?: () => number): Promise<Run> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-all", CHILD, path, directory, `${SAVE_BYTES}`],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let left = random === undefined ? Infinity : Math.floor(random() * (FILE_BYTES / SAVE_BYTES));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let run: Run = { done: false, offset: undefined, saved: 0 };
  for await (const line of child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(lines())) {
    const [word, number] = line.split(" ");
    if (word === "offset") run = { ...run, offset: Number(number) };
    else if (word === "saved") run = { ...run, saved: Number(number) };
    else if (word === "done") run = { ...run, done: true };
    if (--left < 0 && timer === undefined && random !== undefined) {
      timer = setTimeout(() => kill(child), random() * DELAY_MS_MAX);
    }
  }
  const { success } = await within(child.status, "The child's end");
  clearTimeout(timer);
  return { ...run, done: success };
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It ended by itself.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** Cuts text into whole lines; an unfinished last one is what the kill has cut off. */
function lines(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(text, out) {
      const all = (rest + text).split("\n");
      rest = all.pop() ?? "";
      for (const line of all) out.enqueue(line);
    },
  });
}
