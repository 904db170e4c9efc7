/**
 * What operators ask of the ways of messages: marking begun and ended, and the way of one.
 *
 * @module
 */

import { errorMessage } from "../perform.ts";
import type { Member } from "../rooms/member.ts";
import type { FoldedName, ServerMessage, TraceReport } from "../wire/mod.ts";
import { MARKING_MS } from "./limits.ts";
import { reportOf } from "./trace_report.ts";
import type { Tracing } from "./tracing.ts";

/** What an operator asks for. */
export type TraceEffect =
  | { readonly do: "mark"; readonly room: MarkedRoom | undefined }
  | { readonly do: "mark no more" }
  | { readonly do: "trace"; readonly which: Which };

/** A room, as it is called and as it is known. */
export interface MarkedRoom {
  readonly name: string;
  readonly key: FoldedName;
}

/** Which message is meant. */
export type Which =
  | { readonly seq: number; readonly room: FoldedName }
  | { readonly which: "last" | "slowest"; readonly room: FoldedName | undefined };

const UNKNOWN_MESSAGE =
  "Of this message nothing is kept: only those are that are said while an operator has asked by Trace with `on`, 2,048 in a second, and of these the newest.";
const NO_MESSAGE =
  "Nothing is kept yet: messages are marked from when an operator has asked by Trace with `on`.";
const NOTHING_SAID =
  "Nothing is kept yet: messages are marked, and since then nothing was said there.";
const OTHER_ROOMS =
  "Of this room nothing is kept: messages of other rooms are marked at present, and of this one by Trace with `on`.";
const TOO_MANY = "Messages are marked for as many operators as they can be.";

/** Operators come here. */
export class TraceDesk {
  readonly tracing: Tracing;

  readonly #isKeptOnDisk: boolean;

  /** @param isKeptOnDisk Whether what is stored comes to a disk. */
  constructor(tracing: Tracing, isKeptOnDisk: boolean) {
    this.tracing = tracing;
    this.#isKeptOnDisk = isKeptOnDisk;
  }

  /** Does it, and answers the message `id`. */
  perform(by: Member, effect: TraceEffect, id: string | undefined): void {
    const answer = this.#answer(by, effect);
    by.tell(id === undefined ? answer : { ...answer, re: id });
  }

  #answer(by: Member, effect: TraceEffect): ServerMessage {
    const { tracing } = this;
    const { watchers, time } = tracing;
    switch (effect.do) {
      case "mark": {
        const { room } = effect;
        const wish = {
          room: room?.key,
          untilMs: time.now() + MARKING_MS,
          isAllowed: () => by.operator,
        };
        if (!watchers.set(by.outbox, wish)) return errorMessage("busy", TOO_MANY);
        return this.#state({
          on: true,
          ...(room === undefined ? {} : { room: room.name }),
          seconds: MARKING_MS / 1_000,
        });
      }
      case "mark no more":
        tracing.leave(by.outbox);
        return this.#state({ on: false });
      case "trace":
        return this.#report(effect.which) ??
          errorMessage("not_found", this.#whyNone(effect.which));
    }
  }

  #whyNone(which: Which): string {
    const { watchers } = this.tracing;
    if ("seq" in which) return UNKNOWN_MESSAGE;
    if (!watchers.any) return NO_MESSAGE;
    const { room } = which;
    return room === undefined || watchers.wants(room) ? NOTHING_SAID : OTHER_ROOMS;
  }

  #state(how: { readonly on: boolean; readonly room?: string; readonly seconds?: number }) {
    const { ways: { size: kept, forgotten }, time } = this.tracing;
    return { type: "Tracing", ...how, clock: time.clock(), kept, forgotten } as const;
  }

  #report(which: Which): TraceReport | undefined {
    const { ways, time } = this.tracing;
    const way = "seq" in which
      ? ways.of(which.room, which.seq)
      : which.which === "last"
      ? ways.last(which.room)
      : ways.slowest(which.room, time.now());
    return way === undefined ? undefined : reportOf(way, time, this.#isKeptOnDisk);
  }
}
