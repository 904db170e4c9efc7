/**
 * What the text in the composer is meant for: something new, other words for a message, or a reply to one.
 *
 * ```text
 *   Up in the empty field ─► edits what was said last ─ Up ─► what was said before it …
 *        ▲                        │ Enter: these are its words now
 *        └──────── Escape ────────┘ and what was being written is there again
 * ```
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import { OVERTAKEN } from "../../../../talk/mod.ts";
import { connection } from "../connection.ts";
import { current } from "../state.ts";
import { draft } from "./draft.ts";
import { tell } from "./places.ts";
import type { Said } from "./said.ts";
import { say, tooLong } from "./saying.ts";
import type { View } from "./view.ts";

/** Which message is meant, and for what. */
export interface Aim {
  readonly kind: "edit" | "reply";
  readonly view: View;
  readonly line: Said;
  /** What was being written before. */
  readonly before: string;
}

/** What is meant; `undefined` for something new. */
export const aim: Signal<Aim | undefined> = signal(undefined);

/** Gives a message of one's own other words. */
export function beginEdit(view: View, line: Said): void {
  aim.value = { kind: "edit", view, line, before: draft.read() };
  draft.put(line.content);
  draft.focus();
}

/** Answers a message: what is being written becomes a reply to it. */
export function beginReply(view: View, line: Said): void {
  cancelAim();
  aim.value = { kind: "reply", view, line, before: "" };
  draft.focus();
}

/** Something new is meant again; where a message was edited, what was being written before is there again. */
export function cancelAim(): void {
  const meant = aim.value;
  aim.value = undefined;
  if (meant?.kind === "edit") draft.put(meant.before);
}

/** From the message that is edited to the one that its reader said before, or after it. @returns Whether there is one. */
export function stepEdit(by: 1 | -1): boolean {
  const meant = aim.value;
  if (meant?.kind !== "edit") return false;
  const { view, line } = meant;
  const next = by > 0
    ? view.own.findLast(({ seq }) => seq < line.seq)
    : view.own.find(({ seq }) => seq > line.seq);
  if (next === undefined) return false;
  aim.value = { ...meant, line: next };
  draft.put(next.content);
  return true;
}

/** What the reader said last where they are, if it can be edited. */
export function editable(): Said | undefined {
  return isSending(current.value) ? undefined : current.value.own.at(-1);
}

/** Whether something is on its way there; what was refused is not. */
export function isSending({ pending }: View): boolean {
  return pending.some(({ refusal }) => refusal === undefined);
}

/** What the reader's other words were that are on their way, by the number of their message. */
let underWay: { readonly seq: number; readonly content: string } | undefined;

/**
 * Something happened to a message: who edits it hears of it, or has its new words in the field while they have written none.
 *
 * @param content Its words now; without any it was deleted.
 */
export function overtaken(view: View, seq: number, content: string | undefined): void {
  const meant = aim.peek();
  if (meant?.kind !== "edit" || meant.view !== view || meant.line.seq !== seq) return;
  if (content === undefined) return tell(OVERTAKEN.deleted, "error");
  if (underWay?.seq === seq && underWay.content === content) return;
  const untouched = draft.shown() === meant.line.content;
  aim.value = { ...meant, line: { ...meant.line, content } };
  if (untouched) draft.put(content);
  else tell(OVERTAKEN.edited, "error");
}

/** Takes what was written as what is meant by it. What is refused stays in the field. */
export async function submitAim(meant: Aim, text: string): Promise<void> {
  const { kind, view, line } = meant;
  const content = text.trimEnd();
  if (kind === "reply") {
    aim.value = undefined;
    return await say(view, content, { reply: line.seq });
  }
  const long = content === ""
    ? "A message without words: delete it instead, from its menu."
    : tooLong(content);
  if (long !== undefined) return tell(long, "error");
  const where = view.kind === "room" ? { room: view.name } : { with: view.name };
  if (content !== line.content) {
    const mine = { seq: line.seq, content };
    underWay = mine;
    const answer = await connection.ask({ type: "edit", ...where, ...mine });
    if (underWay === mine) underWay = undefined;
    if (answer.kind === "refused") return tell(answer.sentence, "error");
  }
  // Whoever has turned to something else meanwhile goes on with that.
  if (aim.value === meant) cancelAim();
}
