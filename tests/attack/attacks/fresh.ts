/**
 * Against budgets: very many who each stay within theirs, and who comes anew when its own is spent.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, joined, lazy, login, MIB, times } from "../bytes.ts";

const pings = lazy(() => times(700, () => frame({ type: "Ping", id: "p" })));

/** Logs in, pings as often as may be at once, leaves, and comes again under another name. */
const freshPings: Attack = {
  name: "fresh-pings",
  root: "who comes anew has a whole allowance",
  bound: { connections: 100, connectsPerSecond: 400, bytesPerSecond: 32 * MIB },
  async *peer({ name, rest }) {
    yield login(name);
    yield pings();
    await rest(10);
  },
};

const nobody = lazy(() =>
  times(100, (i) => frame({ type: "History", with: `nobody${i}`, limit: 500, id: "h" }))
);

/** The same with questions that cost more than a ping. */
const freshHistories: Attack = {
  ...freshPings,
  name: "fresh-histories",
  async *peer({ name, rest }) {
    yield login(name);
    yield times(50, () => frame({ type: "History", room: "honest", limit: 500, id: "h" }));
    yield nobody();
    await rest(10);
  },
};

/** The same with one frame of 1 MiB that is a single text. */
const freshFrames: Attack = (() => {
  const piece = lazy(() => frame({ type: "Ping", id: "p", more: "é".repeat(MIB / 2 - 100) }));
  return {
    ...freshPings,
    name: "fresh-frames",
    bound: { connections: 100, connectsPerSecond: 200, bytesPerSecond: 128 * MIB },
    async *peer({ name, rest }) {
      yield login(name);
      yield piece();
      await rest(10);
    },
  };
})();

/** A thousand who each ping a hundred times a second: nobody does too much, and all of them do. */
const thousandPings: Attack = {
  name: "thousand-pings",
  root: "what each may do is more than all may do together",
  bound: { connections: 1_000, connectsPerSecond: 2_000, bytesPerSecond: 16 * MIB },
  async *peer({ name, random, rest }) {
    const ten = times(10, () => frame({ type: "Ping", id: "p" }));
    yield login(name);
    await rest(random() * 100);
    for (;;) {
      yield ten;
      await rest(100);
    }
  },
};

/** Two hundred who each join, ask and leave all the time, below every limit. */
const politeCrowd: Attack = {
  name: "polite-crowd",
  root: "what each may do is more than all may do together",
  bound: { connections: 200, connectsPerSecond: 400, bytesPerSecond: 16 * MIB },
  async *peer({ name, index, random, rest }) {
    yield login(name);
    for (let n = 0;; n++) {
      const room = `hall${(index + n) % 20}`;
      yield joined([
        frame({ type: "Join", room, id: "j" }),
        frame({ type: "ListUsers", room, id: "u" }),
        frame({ type: "Broadcast", room, content: `hello ${n}`, id: `${name}.${n}` }),
        frame({ type: "History", room, limit: 50, id: "h" }),
        frame({ type: "Leave", room, id: "l" }),
      ]);
      await rest(50 + random() * 50);
    }
  },
};

/** All of these. */
export const freshAttacks: readonly Attack[] = [
  freshPings,
  freshHistories,
  freshFrames,
  thousandPings,
  politeCrowd,
];
