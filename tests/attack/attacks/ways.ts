/**
 * Unusual ways of saying usual things: byte by byte, without listening, as two who are one, with very long maps.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, joined, lazy, login, MIB, part, times, upgrade, utf8 } from "../bytes.ts";

/** Pings whose answers nobody reads. */
const pingsUnread: Attack = (() => {
  const piece = lazy(() => times(2_000, () => frame({ type: "Ping", id: "p".repeat(64) })));
  return {
    name: "pings-unread",
    root: "answers wait in memory for who does not read them",
    bound: { connections: 200, connectsPerSecond: 400, bytesPerSecond: 64 * MIB },
    reads: "nothing",
    *peer({ name }) {
      yield login(name);
      for (;;) yield piece();
    },
  };
})();

/** Frames of which each byte is a packet of its own. */
const tinyWrites: Attack = {
  name: "tiny-writes",
  root: "each read costs, however little it brings",
  bound: { connections: 200, connectsPerSecond: 400, bytesPerSecond: 40_000 },
  *peer({ name }) {
    yield login(name);
    const ping = frame({ type: "Ping", id: "p" });
    for (;;) for (let at = 0; at < ping.length; at++) yield ping.subarray(at, at + 1);
  },
};

/** What the pairs of `replacedSessions` have to prove that they are one. */
const sessions = new Map<string, unknown>();

/** One user over two connections that replace each other all the time. */
const replacedSessions: Attack = {
  name: "replaced-sessions",
  root: "each replacing is a leaving and a coming that all are told of",
  bound: { connections: 40, connectsPerSecond: 2_000, bytesPerSecond: MIB },
  reads: "messages",
  async *peer({ index, next }) {
    const username = `twin${Math.floor(index / 2)}`;
    const session = sessions.get(username);
    yield login(username, session === undefined ? {} : { session, resume: { honest: 0 } });
    sessions.set(username, (await next("Welcome"))["session"]);
    // Until the other one takes its place.
    await next("Nothing");
  },
};

/** Logins with maps of as many rooms as fit into a frame. */
const resumeMaps: Attack = (() => {
  const rooms = () => Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`r${i}`, i]));
  const piece = lazy(() => frame({ type: "Login", username: "mapper", resume: rooms() }));
  return {
    name: "resume-maps",
    root: "what comes before the login is worked through for anybody",
    bound: { connections: 16, connectsPerSecond: 200, bytesPerSecond: 32 * MIB },
    async *peer({ rest }) {
      yield piece();
      await rest(20);
    },
  };
})();

/** A thousand logins as somebody who is online already. */
const nameTaken: Attack = {
  name: "name-taken",
  root: "a refused login costs a connection and a look at all names",
  bound: { connections: 100, connectsPerSecond: 1_000, bytesPerSecond: MIB },
  async *peer({ rest }) {
    yield login("Anna");
    await rest(50);
  },
};

/** Everybody whispers to Anna as fast as a user may, with the longest content. */
const whisperStorm: Attack = {
  name: "whisper-storm",
  root: "who is told much is cut off for it",
  bound: { connections: 64, connectsPerSecond: 200, bytesPerSecond: 16 * MIB },
  async *peer({ name, rest }) {
    yield login(name);
    const content = "w".repeat(8_000);
    for (let n = 0;; n++) {
      yield frame({ type: "Whisper", to: "Anna", content, id: `${n}` });
      await rest(50);
    }
  },
};

/** Requests with bodies that never come, and with ones that do. */
const httpBodies: Attack = {
  name: "http-bodies",
  root: "a body that nobody wants is read all the same",
  door: "http",
  bound: { connections: 32, connectsPerSecond: 200, bytesPerSecond: 32 * MIB },
  async *peer({ port, index, rest }) {
    const start = `POST /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;
    if (index % 2 === 0) {
      yield utf8(`${start}Content-Length: 999999999999\r\n\r\n`);
      yield new Uint8Array(MIB);
    } else {
      yield utf8(`${start}Transfer-Encoding: chunked\r\n\r\n${"1\r\na\r\n".repeat(50_000)}`);
    }
    await rest(100);
  },
};

/** WebSockets that are opened and left. */
const openedAndLeft: Attack = {
  name: "opened-and-left",
  root: "opening is dear, and free",
  door: "http",
  bound: { connections: 100, connectsPerSecond: 1_000, bytesPerSecond: MIB },
  async *peer({ port, name, index, rest }) {
    const open = upgrade(port);
    yield index % 2 === 0
      ? open
      : joined([open, part(JSON.stringify({ type: "Login", username: name }))]);
    await rest(20);
  },
};

/** All of these. */
export const wayAttacks: readonly Attack[] = [
  pingsUnread,
  tinyWrites,
  replacedSessions,
  resumeMaps,
  nameTaken,
  whisperStorm,
  httpBodies,
  openedAndLeft,
];
