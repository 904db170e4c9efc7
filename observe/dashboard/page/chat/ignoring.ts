/**
 * Those whom the reader does not want to read: what they say and do from now on is hidden, until they are read again. The process
 * keeps who they are, for all pages and the next start.
 *
 * @module
 */

import { foldText } from "../../../../server/wire/names/mod.ts";
import { connection } from "../connection.ts";
import { changed, ignored, me } from "../state.ts";
import { tell } from "./places.ts";

/** Hides what somebody says; without a name, tells who is hidden. */
export function ignore(name: string | undefined): void {
  if (name === undefined) {
    const names = [...ignored.values()].join(", ");
    return tell(names === "" ? "You ignore nobody." : `You ignore ${names}.`);
  }
  if (foldText(name) === foldText(me.value)) return tell("You cannot ignore yourself.", "error");
  const sentence = `What ${name} says and does from now on is hidden, until /unignore ${name}.`;
  void ask(name, true, sentence);
}

/** Shows it again. */
export function unignore(name: string): void {
  if (!ignored.has(foldText(name))) return tell(`${name} was not ignored.`);
  void ask(name, false, `You read ${name} again.`);
}

/** The process tells whom all pages ignore. */
export function ignoring(names: readonly string[]): void {
  ignored.clear();
  for (const name of names) ignored.set(foldText(name), name);
  changed();
}

async function ask(name: string, on: boolean, sentence: string): Promise<void> {
  const answer = await connection.ask({ type: "ignore", name, on });
  if (answer.kind === "refused") return tell(answer.sentence, "error");
  tell(sentence);
  if (answer.kind === "told") tell(answer.sentence, "error");
}
