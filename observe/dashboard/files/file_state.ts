/**
 * A transfer as pages see it. Pure.
 *
 * @module
 */

import {
  cleanName,
  doneOf,
  rateOf,
  type TransferView,
} from "../../../server/wire/transfers/mod.ts";
import type { FileState } from "../page_messages.ts";

/** What is not in the transfer. */
export interface Beside {
  /** On the clock of its progress, in milliseconds. */
  readonly now: number;
  /** When it was offered, in milliseconds since 1970. */
  readonly at: number;
  /** The reader. */
  readonly me: string;
}

/** How a transfer stands. */
export function fileStateOf(view: TransferView, { now, at, me }: Beside): FileState {
  const { n, root, way, peer, room, name, size = 0, phase, progress, end } = view;
  const moving = phase === "moving" && progress !== undefined;
  return {
    n,
    root,
    way,
    at,
    ...(room === undefined ? { with: peer } : { room }),
    from: way === "in" ? peer : me,
    // What is shown is what it will be called: no sign in it reorders its neighbours or hides its ending.
    name: cleanName(name),
    size,
    phase,
    done: progress === undefined ? 0 : doneOf(progress),
    rate: moving ? Math.round(rateOf(progress, now)) : 0,
    ...(end === undefined ? {} : { end: endOf(end) }),
  };
}

/** Whether a page that knows one need not be told the other. */
export function sameState(one: FileState, other: FileState): boolean {
  return one.phase === other.phase && one.done === other.done && one.rate === other.rate &&
    one.size === other.size;
}

function endOf(end: NonNullable<TransferView["end"]>): NonNullable<FileState["end"]> {
  switch (end.kind) {
    case "done":
      return { kind: "done", ...(end.text === undefined ? {} : { text: end.text }) };
    case "failed":
      return { kind: "failed", text: end.reason };
    case "have":
    case "declined":
    case "split":
    case "cancelled":
      return { kind: end.kind };
    default:
      return end satisfies never;
  }
}
