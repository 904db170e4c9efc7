/**
 * What stands out on the time axis: the server's restarts, who was cut off, slowed down or refused, compactions, and what operators marked.
 *
 * Each mark has its own time, so those of which there are too many for one second are told in the next ones: what was counted in a second is told with
 * it, and what operators marked as room is left.
 *
 * @module
 */

import { added } from "./differences.ts";
import {
  MARK_CHARS_TOLD_MAX,
  MARKS_PER_SECOND_MAX,
  MARKS_WAITING_MAX,
  SECONDS_MAX,
} from "./limits.ts";
import type { MarkSecond } from "./page_messages.ts";
import type { Counted, ServerReport } from "./server_report.ts";

/** Counts that are marked when they grow, and what is said then. */
const COUNTS: readonly (readonly [keyof Counted & MarkSecond["kind"], string, string])[] = [
  ["cutOff", "reader was cut off", "readers were cut off"],
  ["rateLimited", "message came too fast", "messages came too fast"],
  ["loginsRefused", "login was refused", "logins were refused"],
];

/** Finds marks, from one report to the next; over a break of the connection, too. */
export class Marks {
  #last: ServerReport | undefined;
  /** What operators had marked when the server told it last: of the same moment there may be several, so they are known by all that they say. */
  #known: ReadonlySet<string> = new Set();
  /** Marks of operators that are not told yet, oldest first. */
  #waiting: MarkSecond[] = [];

  /** What happened since the report before. */
  second(at: number, now: ServerReport | undefined): readonly MarkSecond[] {
    const counted = this.#counted(at, now);
    const room = Math.max(0, MARKS_PER_SECOND_MAX - counted.length);
    return [...this.#waiting.splice(0, room), ...counted];
  }

  #counted(at: number, now: ServerReport | undefined): readonly MarkSecond[] {
    const before = this.#last;
    if (now?.counted === undefined || now === before) return [];
    this.#last = now;
    this.#waiting = [...this.#waiting, ...this.#made(at, now.counted)].slice(-MARKS_WAITING_MAX);
    return since(before, now, at);
  }

  #made(at: number, { marks }: Counted): MarkSecond[] {
    const known = this.#known;
    this.#known = new Set(marks.map(keyOf));
    const newer = marks.filter((mark) =>
      mark.at > at - SECONDS_MAX * 1_000 && !known.has(keyOf(mark))
    );
    return newer.map(({ at, text }) => ({
      at,
      kind: "marked",
      text: text.slice(0, MARK_CHARS_TOLD_MAX),
    }));
  }
}

function keyOf({ at, by, text }: Counted["marks"][number]): string {
  return `${at} ${by} ${text}`;
}

function since(before: ServerReport | undefined, now: ServerReport, at: number): MarkSecond[] {
  const [then, counted] = [before?.counted, now.counted];
  if (before === undefined || then === undefined || counted === undefined) return [];
  if (before.pid !== now.pid || counted.uptimeMs < then.uptimeMs) {
    return [{ at, kind: "restarted", text: "the server was started anew" }];
  }
  const marks = COUNTS.flatMap(([kind, one, many]): MarkSecond[] => {
    const count = added(then[kind], counted[kind]);
    return count === 0 ? [] : [{ at, kind, text: `${count} ${count === 1 ? one : many}` }];
  });
  const freed = (before.totals?.store?.deadBytes ?? 0) - (now.totals?.store?.deadBytes ?? 0);
  if (freed > 0) marks.push({ at, kind: "compacted", text: "the store was compacted" });
  return marks;
}
