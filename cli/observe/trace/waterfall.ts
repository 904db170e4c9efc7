/**
 * One message's way as a waterfall of text. Pure.
 *
 * ```text
 *   lobby/42 of anna: 4.2 ms until the last of 2 had it
 *
 *        at    took                              0                  4.2 ms
 *   anna at 127.0.0.1:50412
 *        0    38 µs  comes to the server         █
 *     38 µs   1.2 ms  waits in the kernel         █████
 *   to ben at 127.0.0.1:50414
 *    4.1 ms   80 µs  waits to be read there                        █
 * ```
 *
 * Those who got it last have all their steps, the others a line each. Where there is no room for bars there are none: the numbers say
 * the same. Nothing is told by colour.
 *
 * @module
 */

import {
  type Blame,
  blameOf,
  blameSentence,
  type Branch,
  type Chain,
  PARTS,
  partWords,
  type Step,
  stepWords,
  waitWords,
} from "../../../observe/trace/mod.ts";
import { showCount, showNumber } from "../../db/text.ts";
import { safeText } from "../../tty/safe.ts";
import { pad, shorten, wrap } from "../../tty/width.ts";
import { share, time } from "../amounts.ts";

/** Those who got it last, with all their steps. */
const WHOLE_BRANCHES = 4;
/** Columns of a moment, of how long a step took, and of what it is. */
const [AT, TOOK, WHAT] = [9, 9, 30];
/** Columns below which a bar tells nothing. */
const BAR_MIN = 12;
/** And those above which it tells no more. */
const BAR_MAX = 80;

/** How to show it. */
export interface WaterfallOptions {
  /** Columns of the output. */
  readonly columns: number;
  /** Receivers that are shown at most. */
  readonly top: number;
}

/** The whole waterfall, with who is to blame, and what is not known. */
export function waterfallText(chain: Chain, { columns, top }: WaterfallOptions): string {
  const blame = blameOf(chain);
  const bar = Math.min(BAR_MAX, columns - AT - TOOK - WHAT - 4);
  const scale: Scale = {
    start: chain.start,
    shared: chain.steps.at(-1)?.end ?? chain.start,
    totalNs: longest(chain),
    bar: bar < BAR_MIN ? 0 : bar,
  };
  const receivers = chain.branches.filter(({ kind }) => kind === "message")
    .toSorted((one, other) => other.totalNs - one.totalNs);
  const shown = receivers.slice(0, top);
  const more = receivers.length - shown.length + chain.left;
  return [
    ...wrapped(headText(chain, blame), columns, ""),
    "",
    rulerRow(scale),
    placeText(safeText(chain.user), chain.remote, columns),
    ...stepRows(chain.steps, scale),
    ...shown.flatMap((branch, place) =>
      place < WHOLE_BRANCHES ? wholeBranch(branch, scale, columns) : [branchRow(branch, scale)]
    ),
    ...chain.branches.filter(({ kind }) => kind === "answer").map((one) => branchRow(one, scale)),
    ...(more > 0 ? [`and ${showNumber(more)} more who get it`] : []),
    "",
    ...wrapped(splitText(blame), columns, "  "),
    ...wrapped(safeText(blameSentence(chain, blame, time)), columns, ""),
    ...chain.unknown.flatMap(({ why, users }) => wrapped(unknownText(why, users), columns, "  ")),
    ...(chain.movedNs > MOVED_TOLD_NS ? wrapped(movedText(chain.movedNs), columns, "  ") : []),
  ].map((row) => `${row.trimEnd()}\n`).join("");
}

interface Scale {
  readonly start: number;
  /** When what all share was over. */
  readonly shared: number;
  readonly totalNs: number;
  /** Columns of the bars; 0 for none. */
  readonly bar: number;
}

/** Nanoseconds that moments may be out of order before that is worth a word: calls on two processors overlap by so much. */
const MOVED_TOLD_NS = 200_000;

function headText({ room, seq, user, branches, left }: Chain, { totalNs, branch }: Blame): string {
  const what = `${safeText(room)}/${seq} of ${safeText(user)}`;
  const receivers = branches.filter(({ kind }) => kind === "message").length + left;
  if (branch?.kind !== "message") return `${what}: ${time(totalNs)}; nobody else gets it`;
  if (branch.waits !== undefined) {
    return `${what}: after ${time(totalNs)} not all of ${showCount(receivers, "receiver")} have it`;
  }
  const last = receivers === 1 ? safeText(branch.user) : `the last of ${showNumber(receivers)}`;
  return `${what}: ${time(totalNs)} until ${last} had it`;
}

function rulerRow({ totalNs, bar }: Scale): string {
  const head = `${"at".padStart(AT)}${"took".padStart(TOOK)}  ${pad("", WHAT + 2)}`;
  const end = time(totalNs);
  return bar === 0 ? head : `${head}0${end.padStart(bar - 1)}`;
}

/** A row for each step that took any time. */
function stepRows(steps: readonly Step[], scale: Scale): string[] {
  return steps.filter(({ start, end }) => end > start)
    .map((step) => row(step.start, step.end, stepWords(step), scale));
}

function row(start: number, end: number, what: string, scale: Scale): string {
  const numbers = time(start - scale.start).padStart(AT) + time(end - start).padStart(TOOK);
  return `${numbers}  ${pad(shorten(what, WHAT), WHAT + 2)}${barOf(start, end, scale)}`;
}

/** Of everything that took any time at least a mark is seen. */
function barOf(start: number, end: number, { start: zero, totalNs, bar }: Scale): string {
  if (bar === 0 || totalNs === 0) return "";
  // Both ends are rounded alike, so that one bar begins where the other ends.
  const cell = (ns: number) => Math.round((ns - zero) / totalNs * bar);
  const [from, to] = [cell(start), cell(end)];
  if (to > from) return " ".repeat(from) + "█".repeat(to - from);
  return `${" ".repeat(Math.min(from, bar - 1))}▏`;
}

function wholeBranch(branch: Branch, scale: Scale, columns: number): string[] {
  return [
    placeText(`to ${safeText(branch.user)}`, branch.remote, columns),
    ...stepRows(branch.steps, scale),
    ...waitingRows(branch, scale),
  ];
}

/** Who is where. */
function placeText(who: string, remote: string | undefined, columns: number): string {
  return shorten(remote === undefined ? who : `${who} at ${safeText(remote)}`, columns);
}

function waitingRows({ waits, steps, totalNs }: Branch, scale: Scale): string[] {
  if (waits === undefined) return [];
  const since = steps.at(-1)?.end ?? scale.shared;
  return [row(since, scale.start + totalNs, waitWords(waits), scale)];
}

function branchRow(branch: Branch, scale: Scale): string {
  const { user, kind, steps, totalNs, waits } = branch;
  const who = kind === "answer" ? `acknowledged to ${safeText(user)}` : `to ${safeText(user)}`;
  const end = scale.start + totalNs;
  const start = steps[0]?.start ?? scale.shared;
  return row(start, end, waits === undefined ? who : `${who} ${waitWords(waits)}`, scale);
}

function splitText({ parts, totalNs }: Blame): string {
  const those = PARTS.filter((part) => parts[part] > 0).map((part) =>
    `${partWords(part)} ${time(parts[part])} (${share(totalNs > 0 ? parts[part] / totalNs : 0)})`
  );
  return those.length === 0 ? "Nothing of it took any time." : `Of that: ${those.join(", ")}.`;
}

function unknownText(why: string, users: readonly string[]): string {
  const names = users.slice(0, WHOLE_BRANCHES).map(safeText).join(", ");
  const more = users.length > WHOLE_BRANCHES ? ` and ${users.length - WHOLE_BRANCHES} more` : "";
  return `Not known${users.length === 0 ? "" : ` of ${names}${more}`}: ${safeText(why)}`;
}

function movedText(ns: number): string {
  return `Moments were told up to ${time(ns)} out of order: the clocks differ by so much.`;
}

function longest({ start, steps, branches }: Chain): number {
  const shared = (steps.at(-1)?.end ?? start) - start;
  return Math.max(shared, ...branches.map(({ totalNs }) => totalNs));
}

function wrapped(text: string, columns: number, indent: string): string[] {
  const width = Math.max(20, columns);
  return wrap(text, { first: width, rest: width - indent.length })
    .map((row, place) => place === 0 ? row : `${indent}${row}`);
}
