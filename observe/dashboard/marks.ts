/**
 * What stands out on the time axis: the server's restarts, who was cut off, slowed down or refused, compactions, and what operators marked.
 *
 * @module
 */

import { added } from "./differences.ts";
import { MARK_CHARS_TOLD_MAX, MARKS_PER_SECOND_MAX, SECONDS_MAX } from "./limits.ts";
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
  /** When the newest mark of an operator that was told was made. */
  #markedAt = 0;

  /** What happened since the report before. */
  second(at: number, now: ServerReport | undefined): readonly MarkSecond[] {
    const before = this.#last;
    if (now?.counted === undefined || now === before) return [];
    this.#last = now;
    return [...this.#made(at, now.counted), ...since(before, now, at)]
      .slice(0, MARKS_PER_SECOND_MAX);
  }

  #made(at: number, { marks }: Counted): MarkSecond[] {
    const since = Math.max(this.#markedAt, at - SECONDS_MAX * 1_000);
    const newer = marks.filter((mark) => mark.at > since);
    this.#markedAt = Math.max(this.#markedAt, ...newer.map((mark) => mark.at));
    return newer.map(({ at, text }) => ({
      at,
      kind: "marked",
      text: text.slice(0, MARK_CHARS_TOLD_MAX),
    }));
  }
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
