/**
 * What is done about something that was said: which message is meant, and what is asked about it. Of others it is what stood there
 * when the line was begun: a word that comes while a moderator types is not deleted in its place.
 *
 * @module
 */

import { foldText } from "../../../../server/wire/names/mod.ts";
import {
  type ChangeWish,
  type OrderWish,
  reportsDeleted,
  saidMeanwhile,
} from "../../../../talk/mod.ts";
import { isSending } from "./aim.ts";
import { connection } from "../connection.ts";
import { tell } from "./places.ts";
import { say, tooLong } from "./saying.ts";
import type { Said } from "./said.ts";
import type { View } from "./view.ts";

/** Does what such a wish asks for. */
export async function change(wish: ChangeWish, view: View, upTo: number): Promise<void> {
  switch (wish.kind) {
    case "edit":
    case "delete":
      return await rework(wish, view, upTo);
    case "quote": {
      const line = lastOf(view, wish.name, upTo);
      if (line === undefined) return tell(nothing(view, wish.name, upTo), "error");
      return await say(view, wish.text, { reply: line.seq });
    }
    case "react": {
      if (view.kind === "private") return tell("Only in rooms there are reactions.", "error");
      const line = lastOf(view, wish.name, upTo);
      return line === undefined
        ? tell(nothing(view, wish.name, upTo), "error")
        : await react(view, line, wish.emoji);
    }
    default:
      return wish satisfies never;
  }
}

/** Puts a reaction to a message, or takes one's own away. */
export async function react(view: View, line: Said, emoji: string): Promise<void> {
  const mine = line.reactions?.some((one) => one.emoji === emoji && one.mine === true) ?? false;
  const about = { room: view.name, seq: line.seq, emoji, on: !mine };
  const answer = await connection.ask({ type: "react", ...about });
  if (answer.kind === "refused") tell(answer.sentence, "error");
}

/** Does what a wish about order asks for. */
export async function keepOrder(wish: OrderWish, view: View, upTo: number): Promise<void> {
  if (view.kind === "private") return tell("This is no room.", "error");
  // What was taken back is meant all the same, and not what stands above it.
  const line = wish.kind === "report" ? view.newestSaid(isBy(wish.name, upTo)) : undefined;
  if (wish.kind === "report" && line === undefined) {
    return tell(nothing(view, wish.name, upTo), "error");
  }
  if (line?.change === "deleted") tell(reportsDeleted(line.from));
  const answer = await connection.ask(
    wish.kind === "order" ? { type: "order", room: view.name, ask: wish.ask } : {
      type: "report",
      room: view.name,
      seq: line?.seq ?? 1,
      ...(wish.why === undefined ? {} : { why: wish.why }),
    },
  );
  if (answer.kind === "refused") tell(answer.sentence, "error");
  else if (answer.kind === "told") tell(answer.sentence);
}

async function rework(
  wish: Extract<ChangeWish, { kind: "edit" | "delete" }>,
  view: View,
  upTo: number,
): Promise<void> {
  const name = wish.kind === "delete" ? wish.name : undefined;
  const content = wish.kind === "edit" ? wish.text.trimEnd() : "";
  const long = tooLong(content);
  if (long !== undefined) return tell(long, "error");
  if (name === undefined && isSending(view)) {
    return tell("What you said last is not stored yet. Once more when it is.", "error");
  }
  const line = name === undefined ? lastOwn(view) : lastOf(view, name, upTo);
  if (line === undefined) return tell(nothing(view, name ?? "You", upTo), "error");
  const where = view.kind === "room" ? { room: view.name } : { with: view.name };
  const answer = await connection.ask(
    wish.kind === "edit"
      ? { type: "edit", ...where, seq: line.seq, content }
      : { type: "delete", ...where, seq: line.seq },
  );
  if (answer.kind === "refused") tell(answer.sentence, "error");
}

function lastOwn(view: View): Said | undefined {
  return view.newest(({ mine }) => mine);
}

function lastOf(view: View, name: string | undefined, upTo: number): Said | undefined {
  return view.newest(isBy(name, upTo));
}

function isBy(name: string | undefined, upTo: number): (line: Said) => boolean {
  const isHis = ({ from, mine }: Said): boolean =>
    name === undefined ? !mine : foldText(from) === foldText(name);
  return (line) => line.seq <= upTo && isHis(line);
}

function nothing(view: View, name: string | undefined, upTo: number): string {
  if (name === "You") return "You said nothing that stands here.";
  const last = view.newestSaid(isBy(name, Infinity));
  if (last !== undefined && last.seq > upTo) return saidMeanwhile(last.from);
  return name === undefined
    ? "Others said nothing that stands here."
    : `${name} said nothing that stands here.`;
}
