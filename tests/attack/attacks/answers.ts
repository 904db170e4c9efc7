/**
 * What has no price: questions and refusals, each of which costs as much as a message.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, lazy, login, times } from "../bytes.ts";

const BOUND = { connections: 16, connectsPerSecond: 50, bytesPerSecond: 32 << 20 };

/** Logs in and says the same piece again and again. */
function flood(name: string, root: string, make: () => Uint8Array<ArrayBuffer>): Attack {
  const piece = lazy(make);
  return {
    name,
    root,
    bound: BOUND,
    *peer({ name }) {
      yield login(name);
      for (;;) yield piece();
    },
  };
}

/** Pings as fast as they go. */
const pingFlood: Attack = flood(
  "ping-flood",
  "a connection's next chunk is worked through whole, however much it costs",
  () => times(2_000, () => frame({ type: "Ping", id: "p" })),
);

/** Messages to a room that they are not in. */
const refusedBroadcasts: Attack = flood(
  "refused-broadcasts",
  "refusing costs as much as serving",
  () => times(1_000, (i) => frame({ type: "Broadcast", content: "buy", room: "no", id: `${i}` })),
);

/** Messages far above the rate. */
const aboveTheRate: Attack = flood(
  "above-the-rate",
  "who is over the rate is answered each time, and read on",
  () => times(500, (i) => frame({ type: "Broadcast", content: "b".repeat(100), id: `${i}` })),
);

/** One message under one id, which is acknowledged again each time. */
const replayedId: Attack = flood(
  "replayed-id",
  "a repeated id is no new message, and so was counted nowhere",
  () => times(1_000, () => frame({ type: "Broadcast", content: "again", id: "the same" })),
);

/** Types that nobody serves. */
const unknownTypes: Attack = flood(
  "unknown-types",
  "what is not understood is answered all the same",
  () => times(2_000, (i) => frame({ type: `Type${i}`, id: "u" })),
);

/** What only operators may. */
const inspections: Attack = flood(
  "inspections",
  "what is forbidden is answered all the same",
  () => times(2_000, () => frame({ type: "Inspect", id: "i" })),
);

/** History of nobody, pages of nothing. */
const emptyHistories: Attack = flood(
  "empty-histories",
  "a question to the store is asked before it is paid",
  () => times(1_000, (i) => frame({ type: "History", with: `nobody${i}`, limit: 500, id: "h" })),
);

/** Whispers to somebody who is not there. */
const whispersToNobody: Attack = flood(
  "whispers-to-nobody",
  "looking for somebody is paid by nobody",
  () => times(1_000, (i) => frame({ type: "Whisper", to: `nobody${i}`, content: "psst", id: "w" })),
);

/** All of these. */
export const answerAttacks: readonly Attack[] = [
  pingFlood,
  refusedBroadcasts,
  aboveTheRate,
  replayedId,
  unknownTypes,
  inspections,
  emptyHistories,
  whispersToNobody,
];
