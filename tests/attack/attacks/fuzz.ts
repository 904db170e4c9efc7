/**
 * Chance: messages in any order, doubled, with fields of the wrong form, and bytes of no form at all.
 *
 * @module
 */

import { anyOf, type Attack, type Peer } from "../attack.ts";
import { frame, head, joined, login, MIB, part, upgrade, utf8 } from "../bytes.ts";

const TYPES: readonly string[] = [
  ...[
    "Login",
    "Register",
    "Broadcast",
    "Whisper",
    "ListUsers",
    "Join",
    "Leave",
    "Topic",
    "ListRooms",
  ],
  ...["History", "Search", "FileOffer", "FileAccept", "FileReject", "FileReceived", "FileCancel"],
  ...[
    "Transfer",
    "Inspect",
    "Ping",
    "Pong",
    "Edit",
    "Delete",
    "React",
    "Read",
    "Room",
    "constructor",
  ],
  ...[
    "Password",
    "Devices",
    "RevokeDevice",
    "Accounts",
    "AddAccount",
    "SetRole",
    "RemoveAccount",
    "EraseAccount",
  ],
];
const FIELDS: readonly string[] = [
  ...[
    "username",
    "password",
    "resume",
    "epoch",
    "session",
    "operator",
    "content",
    "room",
    "to",
    "with",
  ],
  ...[
    "topic",
    "before",
    "after",
    "limit",
    "query",
    "filename",
    "size",
    "sha256",
    "beside",
    "from",
    "id",
  ],
  ...["offset", "offer", "reason", "token", "__proto__", "constructor", "toString", "reply", "seq"],
];
const VALUES: readonly unknown[] = [
  ...[
    "lobby",
    "honest",
    "",
    "Anna",
    "__proto__",
    "constructor",
    "..",
    "-",
    "\u202e",
    "\ud800",
    "\0",
  ],
  ...[0, 1, -1, 1e308, 0.5, 2 ** 53, 2 ** 31, null, true, [], {}, [[1]], { lobby: 0, honest: -1 }],
  ...["x".repeat(9_000), "\u0301".repeat(200), { __proto__: 1 }, "0".repeat(64)],
];

/** A message that is right in its form, or nearly. */
function message(me: Peer): Record<string, unknown> {
  const fields = Array.from({ length: Math.floor(me.random() * 6) }, () => [
    anyOf(me, FIELDS),
    anyOf(me, VALUES),
  ]);
  return { ...Object.fromEntries(fields), type: anyOf(me, TYPES) };
}

/** Some of them, some twice. */
function messages(me: Peer): Record<string, unknown>[] {
  return Array.from({ length: 20 }, () => message(me)).flatMap((one) =>
    me.random() < 0.2 ? [one, one] : [one]
  );
}

/** Frames of any message, most of them logged in. */
const fuzzFrames: Attack = {
  name: "fuzz-frames",
  root: "any order of any messages must be borne",
  bound: { connections: 32, connectsPerSecond: 300, bytesPerSecond: 8 * MIB },
  async *peer(me) {
    if (me.random() < 0.8) yield login(me.name);
    for (let rounds = 10; rounds > 0; rounds--) {
      yield joined(messages(me).map(frame));
      await me.rest(me.random() * 20);
    }
    if (me.random() < 0.3) await me.closeWrite();
    await me.rest(20);
  },
};

/** The same over WebSockets, cut anywhere. */
const fuzzWebSockets: Attack = {
  name: "fuzz-web-sockets",
  root: "any order of any messages must be borne",
  door: "http",
  bound: { connections: 16, connectsPerSecond: 200, bytesPerSecond: 8 * MIB },
  async *peer(me) {
    yield joined([upgrade(me.port), part(JSON.stringify({ type: "Login", username: me.name }))]);
    for (let rounds = 10; rounds > 0; rounds--) {
      for (const one of messages(me)) {
        const text = utf8(JSON.stringify(one));
        const cut = Math.floor(me.random() * text.length);
        yield part(text.subarray(0, cut), { fin: false });
        if (me.random() < 0.1) yield part("", { op: anyOf(me, [0, 1, 2, 3, 8, 9, 10, 15]) });
        yield part(text.subarray(cut), { op: 0 });
      }
      await me.rest(5);
    }
  },
};

/** Bytes: of frames that were changed, cut and joined, and of nothing. */
const fuzzBytes: Attack = {
  name: "fuzz-bytes",
  root: "any bytes must be borne",
  bound: { connections: 32, connectsPerSecond: 500, bytesPerSecond: 8 * MIB },
  async *peer(me) {
    const good = joined([login(me.name), ...messages(me).map(frame)]);
    const changed = good.slice();
    for (let changes = Math.floor(me.random() * 8); changes > 0; changes--) {
      changed[Math.floor(me.random() * changed.length)] = Math.floor(me.random() * 256);
    }
    yield changed.subarray(0, Math.floor(me.random() * changed.length));
    yield anyOf(me, [
      head(Math.floor(me.random() * MIB)),
      utf8(`/${"w ".repeat(50)}\r\n`),
      utf8("GET / HTTP/1.1\r\n\r\n"),
      new Uint8Array(Array.from({ length: 100 }, () => Math.floor(me.random() * 256))),
    ]);
    await me.rest(me.random() * 50);
  },
};

/** The same at the second door. */
const fuzzHttp: Attack = {
  ...fuzzBytes,
  name: "fuzz-http",
  door: "http",
  async *peer(me) {
    const good = joined([upgrade(me.port), part('{"type":"Ping"}')]).slice();
    for (let changes = Math.floor(me.random() * 4); changes > 0; changes--) {
      good[Math.floor(me.random() * good.length)] = Math.floor(me.random() * 256);
    }
    yield good;
    await me.rest(me.random() * 50);
  },
};

/** All of these. */
export const fuzzAttacks: readonly Attack[] = [fuzzFrames, fuzzWebSockets, fuzzBytes, fuzzHttp];
