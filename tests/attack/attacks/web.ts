/**
 * Attacks through the second door: heads of HTTP and parts of WebSocket messages.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, joined, lazy, login, MIB, part, times, upgrade, utf8 } from "../bytes.ts";

/** A header that a pattern tries again from each of its characters. */
const httpHeader: Attack = {
  name: "http-header",
  root: "a pattern that is tried from each space on is quadratic in spaces",
  door: "http",
  bound: { connections: 16, connectsPerSecond: 500, bytesPerSecond: 8 * MIB },
  async *peer({ port, rest }) {
    const list = `a${" ".repeat(3_900)}b`;
    yield utf8(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: ${list}\r\nUpgrade: ${list}\r\n\r\n`,
    );
    await rest(1_000);
  },
};

/** Twenty sockets that send a byte now and then. */
const slowHttp: Attack = {
  name: "slow-http",
  root: "who is slow keeps the place of somebody else",
  door: "http",
  bound: { connections: 40, connectsPerSecond: 100, bytesPerSecond: MIB },
  async *peer({ port, rest }) {
    yield utf8(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`);
    for (;;) {
      await rest(400);
      yield utf8("X");
    }
  },
};

/** Requests that are allowed, one after the other. */
const httpRequests: Attack = {
  name: "http-requests",
  root: "the second door has no price",
  door: "http",
  bound: { connections: 16, connectsPerSecond: 1_000, bytesPerSecond: 8 * MIB },
  async *peer({ port, rest, index }) {
    const path = index % 2 === 0 ? "/metrics" : "/healthz";
    yield utf8(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`.repeat(20));
    await rest(20);
  },
};

/** Tokens of hooks that are guessed, each with a body behind it that it would say. */
const hookGuesses: Attack = {
  name: "hook-guesses",
  root: "whoever has no token is served as if it had one",
  door: "http",
  bound: { connections: 16, connectsPerSecond: 1_000, bytesPerSecond: 8 * MIB },
  async *peer({ port, rest, index }) {
    const token = `${index}`.padStart(43, "A");
    const head = `POST /hooks/${token} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;
    yield utf8(`${head}Content-Length: 60000\r\n\r\n${"x".repeat(60_000)}`);
    await rest(20);
  },
};

/** A WebSocket that is logged in and then goes on as told. */
function webSocket(
  name: string,
  root: string,
  make: () => Uint8Array<ArrayBuffer>,
): Attack {
  const piece = lazy(make);
  return {
    name,
    root,
    door: "http",
    bound: { connections: 8, connectsPerSecond: 50, bytesPerSecond: 16 * MIB },
    *peer({ port, name }) {
      yield joined([upgrade(port), part(JSON.stringify({ type: "Login", username: name }))]);
      for (;;) yield piece();
    },
  };
}

/** Messages cut into pieces of no byte and of one. */
const fragments: Attack = webSocket(
  "fragments",
  "a message is paid by its bytes, but costs by its pieces",
  () => {
    const begin = part("{", { fin: false });
    const more = times(3_000, (i) => part(i % 2 === 0 ? "" : " ", { op: 0, fin: false }));
    return joined([begin, more, part('"type":"Ping"}', { op: 0 })]);
  },
);

/** The pings of the WebSocket itself. */
const controlPings: Attack = webSocket(
  "control-pings",
  "what is no message has no price",
  () => times(5_000, () => part("12345678", { op: 9 })),
);

/** Messages that never end. */
const endlessMessage: Attack = webSocket(
  "endless-message",
  "pieces add up to more than a message may have",
  () => joined([part("{", { fin: false }), part(" ".repeat(3 * MIB), { op: 0, fin: false })]),
);

/** Pings of the chat, each a message. */
const webPings: Attack = webSocket(
  "web-pings",
  "a connection's next chunk is worked through whole",
  () => times(2_000, () => part('{"type":"Ping","id":"p"}')),
);

/** The page's largest files, in the form that is largest: a request of a hundred bytes for 200 kB. */
const pageFiles: Attack = {
  name: "page-files",
  root: "a short question has a long answer",
  door: "http",
  bound: { connections: 16, connectsPerSecond: 500, bytesPerSecond: 8 * MIB },
  async *peer({ port, rest, index }) {
    const path = ["/", "/chat.js", "/chat-figures.js", "/chat.css"][index % 4];
    yield utf8(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    await rest(50);
  },
};

/** The same, and nothing of it is read. */
const pageUnread: Attack = {
  name: "page-unread",
  root: "who does not read keeps a place and what it was to be told",
  door: "http",
  reads: "nothing",
  bound: { connections: 40, connectsPerSecond: 500, bytesPerSecond: MIB },
  async *peer({ port, rest }) {
    yield utf8(`GET /chat.js HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    for (;;) {
      await rest(400);
      yield utf8("X");
    }
  },
};

/** Frames of the chat in binary messages of a byte and of none, and numbers of what was taken between them. */
const webBytes: Attack = {
  name: "web-bytes",
  root: "bytes are paid, but not how they are cut",
  door: "http",
  bound: { connections: 8, connectsPerSecond: 50, bytesPerSecond: 16 * MIB },
  *peer({ port, name }) {
    const hello = login(name);
    yield joined([upgrade(port, "/ws?bytes"), part(hello, { op: 2 })]);
    const ping = frame({ type: "Ping", id: "p" });
    const cut = times(ping.length, (at) => part(ping.subarray(at, at + 1), { op: 2 }));
    const idle = times(500, (at) => at % 2 === 0 ? part("0") : part("", { op: 2 }));
    for (;;) yield joined([...Array<Uint8Array>(50).fill(cut), idle]);
  },
};

/** All of these. */
export const webAttacks: readonly Attack[] = [
  httpHeader,
  slowHttp,
  httpRequests,
  hookGuesses,
  fragments,
  controlPings,
  endlessMessage,
  webPings,
  pageFiles,
  pageUnread,
  webBytes,
];
