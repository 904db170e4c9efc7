/**
 * Who holds what others need, and does nothing: places, memory for what never ends, descriptors.
 *
 * @module
 */

import { openStore } from "../../../db/mod.ts";
import type { Attack } from "../attack.ts";
import { frame, head, joined, login, MIB, part, times, upgrade, utf8 } from "../bytes.ts";

/** Logged in, and then a frame of 1 MiB that lacks its last byte. */
const halfFrames: Attack = {
  name: "half-frames",
  root: "a frame that never ends is held in memory",
  bound: { connections: 400, connectsPerSecond: 400, bytesPerSecond: 256 * MIB },
  // One of its own: what attacks before it have left behind would be taken for what it holds.
  server: {},
  async *peer({ name, rest }) {
    yield login(name);
    yield joined([head(MIB), new Uint8Array(MIB - 1).fill(0x20)]);
    await rest(Infinity);
  },
};

/** A byte now and then: before the login, after it, in frames, lines and a WebSocket. */
const slowLoris: Attack = {
  name: "slow-loris",
  root: "who is slow keeps a place for as long as it likes",
  bound: { connections: 300, connectsPerSecond: 600, bytesPerSecond: MIB },
  async *peer({ name, index, rest }) {
    const whole = [
      login(name),
      joined([login(name), frame({ type: "Ping", id: "p".repeat(60) })]),
      utf8(`${name}\n${"word ".repeat(1_000)}`),
      utf8(`${name}${"a".repeat(1_000)}`),
    ][index % 4] ?? login(name);
    // What is said at once goes at once; the rest drips.
    const quick = index % 4 === 1 ? login(name).length : 1;
    yield whole.subarray(0, quick);
    for (let at = quick; at < whole.length; at++) {
      await rest(300);
      yield whole.subarray(at, at + 1);
    }
  },
};

/** The same through the second door. */
const slowWebSockets: Attack = {
  name: "slow-web-sockets",
  root: "who is slow keeps a place for as long as it likes",
  door: "http",
  bound: { connections: 100, connectsPerSecond: 200, bytesPerSecond: MIB },
  async *peer({ name, port, rest }) {
    yield joined([upgrade(port), part(JSON.stringify({ type: "Login", username: name }))]);
    const slow = part(JSON.stringify({ type: "Ping", id: "p".repeat(60) }));
    for (let at = 0; at < slow.length; at++) {
      yield slow.subarray(at, at + 1);
      await rest(300);
    }
  },
};

/** Connections without a word. */
const silent: Attack = {
  name: "silent",
  root: "a place that is taken by nobody is taken all the same",
  bound: { connections: 500, connectsPerSecond: 1_000, bytesPerSecond: MIB },
  async *peer({ rest }) {
    yield new Uint8Array();
    await rest(Infinity);
  },
};

/** One address takes all places that there are. */
const allPlaces: Attack = {
  name: "all-places",
  root: "one stranger takes the places of all others",
  from: "one address",
  server: { args: ["--max-connections", "200"] },
  bound: { connections: 250, connectsPerSecond: 1_000, bytesPerSecond: MIB },
  async *peer({ name, index, rest }) {
    yield index % 2 === 0 ? login(name) : utf8(`${name}\n`);
    await rest(Infinity);
  },
};

/** How many segments the store of `fewDescriptors` has. */
const SEGMENTS = 76;

/** Nearly no files left to open, a store of many files, all places taken, and everybody asks for old messages. */
const fewDescriptors: Attack = {
  name: "few-descriptors",
  root: "the runtime dies when it has no descriptor left for a file of the store",
  server: { openFiles: 256 },
  excuse: { refusals: /^(join (busy|closed)|health 503)$/ },
  bound: { connections: 260, connectsPerSecond: 400, bytesPerSecond: 4 * MIB },
  async prepare(directory) {
    const segmentBytes = 4 << 10;
    await using store = await openStore(directory, { segmentBytes, autoCompact: false });
    const body = (seq: number) =>
      utf8(
        JSON.stringify({
          type: "NewMessage",
          room: "old",
          seq,
          from: "Zoe",
          content: "o",
          at: seq,
        }),
      );
    for (let seq = 1; store.stat().segments.length < SEGMENTS; seq++) {
      await store.append("room/old", body(seq), { at: seq }).done;
    }
  },
  async *peer({ name, random, rest }) {
    yield joined([login(name), frame({ type: "Join", room: "old" })]);
    for (;;) {
      const before = Math.floor(random() * 2_000) + 2;
      yield frame({ type: "History", room: "old", before, limit: 50, id: "h" });
      await rest(100);
    }
  },
};

/** Wants to hear everything and reads nothing, in the room of the honest. */
const deafMembers: Attack = {
  name: "deaf-members",
  root: "who does not read is waited for, or costs memory",
  bound: { connections: 200, connectsPerSecond: 400, bytesPerSecond: 8 * MIB },
  reads: "nothing",
  async *peer({ name, rest }) {
    const room = "honest";
    yield joined([login(name), frame({ type: "Join", room })]);
    for (let n = 0;; n++) {
      yield times(10, (i) => frame({ type: "ListUsers", room, id: `${n}.${i}` }));
      await rest(500);
    }
  },
};

/** All of these. */
export const holdingAttacks: readonly Attack[] = [
  halfFrames,
  slowLoris,
  slowWebSockets,
  silent,
  allPlaces,
  fewDescriptors,
  deafMembers,
];
