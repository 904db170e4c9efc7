/**
 * The verdict in the live view: what the kernel saw between two looks, and what a chat server measured meanwhile, if it is one that is watched.
 * Pure.
 *
 * @module
 */

import type { Histogram, Snapshot, SocketFigures } from "../../observe/mod.ts";
import {
  type Facts,
  type KernelFacts,
  quantilesOf,
  READER_BYTES,
  type Slot,
  type Verdict,
  verdict,
  type Waited,
} from "../../verdict/mod.ts";
import { safeText } from "../tty/safe.ts";
import type { Row } from "../tty/style.ts";

/** The middle of a slot of the kernel's, which ends at twice its beginning, in units of that. */
const MIDDLE = 1.5;
/** Where slot i begins: at 2^(i + 7) ns. */
const SLOT_SHIFT = 7;

/** Sign for each state: never the colour alone. */
const SIGNS: Readonly<Record<Verdict["state"], string>> = { good: "●", slow: "▲", failing: "■" };

/** What the kernel tells of the time between two looks. */
export interface SeenFacts {
  readonly kernel: KernelFacts;
  /** Who has not taken what the kernel has for it. */
  readonly slowest: Waited | undefined;
}

/** What happened between two looks; without an earlier one, since the start. */
export function seenBetween(before: Snapshot | undefined, now: Snapshot): SeenFacts {
  const earlier = new Map(before?.sockets.map((one) => [one.socket, one]));
  const open = now.sockets.filter(({ closed }) => !closed);
  const tcp = open.flatMap((one) => one.tcp === undefined ? [] : [{ ...one.tcp, one }]);
  const trips = tcp.filter(({ rttUs }) => rttUs > 0).sort((a, b) => a.rttUs - b.rttUs);
  const [middle, longest] = [trips[trips.length >> 1], trips.at(-1)];
  const waitedMs = waitedBetween(before?.delays, now.delays);
  const resent = tcp.reduce((sum, { retransmits, one }) => {
    const then = earlier.get(one.socket)?.tcp?.retransmits ??
      (before === undefined ? 0 : retransmits);
    return sum + Math.max(0, retransmits - then);
  }, 0);
  return {
    kernel: {
      ...(waitedMs === undefined ? {} : { waitedMs }),
      ...(middle === undefined ? {} : { rttMs: middle.rttUs / 1_000 }),
      ...(longest === undefined ? {} : { rttMaxMs: longest.rttUs / 1_000 }),
      ...(longest?.one.remote === undefined ? {} : { rttMaxOf: longest.one.remote }),
      resent,
      sendCalls: now.send.calls - (before?.send.calls ?? 0),
      lost: now.lost,
    },
    slowest: slowestIn(tcp.map(({ one }) => one), earlier),
  };
}

/** What 99 of 100 reads in between had waited for, in ms, as the middle of its slot. */
function waitedBetween(before: Histogram | undefined, now: Histogram): number | undefined {
  const slots = now.slots
    .map((count, slot): Slot => ({
      le: 2 ** (slot + SLOT_SHIFT) * MIDDLE / 1e6,
      count: Math.max(0, count - (before?.slots[slot] ?? 0)),
    }))
    .filter(({ count }) => count > 0);
  return quantilesOf(slots)?.p99Ms;
}

/** For whom most waits in the kernel, if that is more than was sent to it meanwhile. */
function slowestIn(
  sockets: readonly SocketFigures[],
  earlier: ReadonlyMap<number, SocketFigures>,
): Waited | undefined {
  let first: Waited | undefined;
  for (const { socket, remote, send, tcp } of sockets) {
    const inKernel = tcp?.unsent ?? 0;
    const sent = send.bytes - (earlier.get(socket)?.send.bytes ?? 0);
    if (inKernel < READER_BYTES || inKernel <= sent || remote === undefined) continue;
    if (inKernel > (first?.inKernel ?? 0)) {
      first = { who: remote, bytes: 0, inKernel, isStuck: true };
    }
  }
  return first;
}

/** The verdict on what is seen. @param server What the server told of the same time, if one is watched. */
export function judged(seen: SeenFacts, server: Facts | undefined): Verdict {
  const slowest = server?.slowest ?? seen.slowest;
  return verdict({
    ...server,
    ...(slowest === undefined ? {} : { slowest }),
    kernel: seen.kernel,
  });
}

/** The verdict as a row. */
export function verdictRow({ state, sentence, also }: Verdict): Row {
  const more = also.length === 0 ? "" : `  Also: ${also.join(" ")}`;
  return [
    { text: `${SIGNS[state]} `, role: state === "good" ? "strong" : "error" },
    { text: safeText(sentence), role: "strong" },
    { text: safeText(more), role: "dim" },
  ];
}
