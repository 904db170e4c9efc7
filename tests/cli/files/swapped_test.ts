/**
 * Links that are put in a file's place between the look at it and its opening, by somebody who tries it all the time.
 *
 * Where the program has not been given all permissions, the runtime resolves links before the kernel could refuse them.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { turns } from "../../within.ts";
import { place } from "./place.ts";

const CHILD = new URL("./swapped_child.ts", import.meta.url).pathname;
const ELSEWHERE = "what stands elsewhere";
/** Between two turns of the event loop, in which the child's end is noticed. */
const SWAPS = 50;

/** Puts a link in the place of a file and a file in that of the link, again and again. A file stands there at the end. */
function swapLinkAndFile(name: string, beside: string, elsewhere: string): void {
  for (let swap = 0; swap < SWAPS; swap++) {
    Deno.symlinkSync(elsewhere, beside);
    Deno.renameSync(beside, name);
    Deno.writeTextFileSync(beside, "own");
    Deno.renameSync(beside, name);
  }
}

for (
  const [how, what] of [
    ["received", "a partial file"],
    ["segment", "a file of the store"],
    ["lock", "the lock of a store"],
  ]
) {
  Deno.test(`a link that takes the place of ${what} just before it is opened is not followed`, async () => {
    using at = place();
    const [name, beside, elsewhere] = ["LOCK", "beside", "elsewhere"].map((n) => `${at.path}/${n}`);
    assert(name !== undefined && beside !== undefined && elsewhere !== undefined);
    await Deno.writeTextFile(elsewhere, ELSEWHERE);
    await Deno.writeTextFile(name, "own");
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-read", "--allow-write", CHILD, how ?? "", at.path],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let over = false;
    const ended = child.output().finally(() => over = true);
    while (!over) {
      swapLinkAndFile(name, beside, elsewhere);
      await turns();
    }
    const { code, stdout } = await ended;
    assertEquals(code, 0);
    const { o: own, nothing, ...others } = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(others, {}, "It came to nothing else");
    assert(own > 0 && nothing > 0, `It saw the file ${own} times, and the link ${nothing} times`);
    assertEquals(await Deno.readTextFile(elsewhere), ELSEWHERE);
  });
}
