/**
 * Asks for what was said before: the newest page of a view, and older ones as its reader comes to them.
 *
 * @module
 */

import { foldText } from "../../../../server/wire/names/mod.ts";
import type { ChatLine } from "../../page_messages.ts";
import { connection } from "../connection.ts";
import { accountSeen, changed, ignored, me, views } from "../state.ts";
import { heardIn, knownFrom, seen } from "./unread.ts";
import { LINES_BACK_MAX, type View } from "./view.ts";

/** Messages asked for at once. */
const PAGE = 100;

/** Asks for the newest page. */
export async function askNewest(view: View): Promise<void> {
  view.loading();
  const of = view.kind === "room" ? { room: view.name } : { with: view.name };
  const answer = await connection.ask({ type: "history", ...of, limit: PAGE });
  if (answer.kind === "page") seeAccounts(answer.lines);
  const news = answer.kind === "page"
    ? view.loaded(answer.lines, answer.more, me.value, isRead)
    : view.unloaded(me.value, isRead);
  if (answer.kind === "page") knownFrom(view, answer.lines, news);
  heardIn(view, news);
  seen();
  changed();
}

/**
 * Asks for older lines, unless there are none or they are asked for.
 *
 * @returns How many came; `undefined` when they were not asked for, or were refused.
 */
export async function askOlder(view: View, limit: number = PAGE): Promise<number | undefined> {
  if (view.older !== "more" || view.lines.length >= LINES_BACK_MAX) return undefined;
  const before = view.oldestSeq;
  if (before === undefined) return undefined;
  view.older = "asked";
  const of = view.kind === "room" ? { room: view.name } : { with: view.name };
  const answer = await connection.ask({ type: "history", ...of, before, limit });
  if (answer.kind === "page") seeAccounts(answer.lines);
  if (answer.kind === "page") view.prepended(answer.lines, answer.more, me.value, isRead);
  else view.older = "more";
  changed();
  return answer.kind === "page" ? answer.lines.length : undefined;
}

function seeAccounts(lines: readonly ChatLine[]): void {
  if (lines.some(({ account }) => account === true)) accountSeen.value = true;
}

/** Something may have been missed: the newest page of each view shows whether. */
export function askAllNewest(): void {
  for (const view of views.value) void askNewest(view);
}

/** Whether its reader wants to read it. */
export function isRead({ from }: ChatLine): boolean {
  return !ignored.has(foldText(from));
}
