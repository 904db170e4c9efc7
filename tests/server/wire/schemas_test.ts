/**
 * Every message type as a compiled check: the least it needs, all it may carry, and each field wrong.
 *
 * @module
 */

import {
  checkClientMessage,
  checkServerMessage,
  type ClientType,
  ERROR_CODES,
  type ServerType,
} from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

type Fields = Record<string, unknown>;
/** Fields that a type must have, and fields that it may have. */
type Shape = readonly [must: Fields, may: Fields];
type Check = (value: { type: string }) => { kind: string; reason?: string };

const MESSAGE = { type: "NewMessage", room: "r", seq: 1, from: "a", content: "c", at: 2 };
const PRIVATE = { type: "PrivateMessage", from: "a", to: "b", content: "c", seq: 1, at: 2 };
const SPREAD = { count: 2, p50: 0.5, p99: 1, max: 1.25 };
const SPAN = { from: 1, to: 2 };
const CLOCK = { kind: "machine", ns: 2 ** 60, at: 2 };
const TRACED_END = {
  user: "a",
  remote: "127.0.0.1:1",
  local: "[::1]:2",
  speech: "frames",
  secure: true,
  why: "w",
};
const CONNECTION = {
  user: "a",
  remote: "127.0.0.1:1",
  local: "[::1]:2",
  since: 3,
  rooms: ["r"],
  roomCount: 1,
  speech: "websocket",
  lag: 4,
  queued: 5,
  bytesIn: 6,
  bytesOut: 7,
};
const NUMBERS = {
  uptimeMs: 1.5,
  users: 1,
  connections: { frames: 1, text: 0, websocket: 0, unknown: 0 },
  rooms: 1,
  roomMessages: 1,
  whispers: 1,
  deliveries: 1,
  whisperDeliveries: 0,
  roomBytes: 1,
  whisperBytes: 0,
  bytesIn: 1,
  bytesOut: 1,
  lag: 0,
  lagMax: 0,
  slowConsumers: 0,
  turnedAway: 0,
  loginsRefused: 0,
  rateLimited: 0,
  loopDelayMs: SPREAD,
  fanoutMs: SPREAD,
  rssBytes: 1,
  heapBytes: 1,
  store: {
    records: 1,
    groupRecords: SPREAD,
    syncMs: SPREAD,
    liveBytes: 1,
    deadBytes: 0,
    segments: 1,
  },
};
const CHANGED = {
  reply: 1,
  edited: 3,
  deleted: true,
  by: "b",
  reactions: [{ emoji: "e", count: 2 }],
};
const OFFER = { filename: "f", size: 3 };

const CLIENT: { readonly [T in ClientType]: Shape } = {
  Login: [{ username: "a" }, {
    password: "p",
    device: "d",
    deviceName: "n",
    resume: { lobby: 3, tea: 0 },
    rooms: ["lobby"],
    epoch: "e",
    session: "s",
    operator: "o",
    invitation: "i",
    typing: true,
  }],
  Register: [{ username: "a", password: "p" }, {
    deviceName: "n",
    invitation: "i",
    typing: true,
  }],
  Password: [{ old: "o", password: "p" }, {}],
  Devices: [{}, {}],
  RevokeDevice: [{ device: "d" }, {}],
  Accounts: [{}, { after: "a" }],
  AddAccount: [{ username: "a", password: "p" }, { role: "operator" }],
  SetPassword: [{ username: "a", password: "p" }, {}],
  SetRole: [{ username: "a", role: "user" }, {}],
  RemoveAccount: [{ username: "a" }, {}],
  EraseAccount: [{ username: "a" }, { count: true }],
  Hooks: [{}, {}],
  AddHook: [{ name: "n", room: "r" }, { url: "u", match: "m" }],
  RemoveHook: [{ hook: "n" }, {}],
  Invitations: [{}, {}],
  AddInvitation: [{}, { room: "r", uses: 1, seconds: 1 }],
  RevokeInvitation: [{ invitation: "i" }, {}],
  Broadcast: [{ content: "c" }, { room: "r", reply: 1 }],
  Edit: [{ content: "c" }, { room: "r", with: "b", seq: 3 }],
  Delete: [{}, { room: "r", with: "b", seq: 3 }],
  React: [{ seq: 1, emoji: "e", on: true }, { room: "r" }],
  Read: [{ seq: 1 }, { room: "r", with: "w" }],
  Typing: [{}, { room: "r" }],
  Whisper: [{ to: "b", content: "c" }, { reply: 1 }],
  ListUsers: [{}, { room: "r" }],
  Join: [{ room: "r" }, {}],
  Leave: [{ room: "r" }, {}],
  Topic: [{ topic: "t" }, { room: "r" }],
  ListRooms: [{}, {}],
  History: [{}, { room: "r", with: "b", before: 3, after: 1, limit: 500 }],
  Search: [{ query: "q" }, { room: "r", limit: 5 }],
  FileOffer: [OFFER, { to: "b", room: "r", sha256: "0", beside: false }],
  FileAccept: [{ from: "b", filename: "f" }, {
    offset: 0,
    offer: "o",
    beside: false,
    progress: true,
  }],
  FileProgress: [{ offer: "o", done: 1 }, {}],
  FileReject: [{ from: "b", filename: "f" }, { offer: "o", reason: "no_space" }],
  FileReceived: [{ from: "b", filename: "f", offer: "o", sha256: "ab" }, {}],
  FileCancel: [{ offer: "o" }, {}],
  Transfer: [{ token: "t" }, {}],
  Inspect: [{}, {}],
  Trace: [{}, { on: true, room: "r", seq: 1, last: true, slowest: false }],
  Room: [{}, {
    room: "r",
    access: "invite",
    slow: 3_600,
    topicBy: "moderators",
    typing: true,
    promote: "a",
    demote: "b",
    owner: "c",
  }],
  Invite: [{ user: "a" }, { room: "r" }],
  Kick: [{ user: "a" }, { room: "r", seconds: 1, why: "w" }],
  Mute: [{ user: "a" }, { room: "r", seconds: 1, why: "w" }],
  Ban: [{}, {
    room: "r",
    server: true,
    user: "a",
    address: "10.0.0.0/8",
    withAddress: true,
    seconds: 1,
    why: "w",
  }],
  Unban: [{}, { room: "r", server: true, user: "a", address: "10.0.0.0/8", why: "w" }],
  Bans: [{}, {}],
  Report: [{}, { room: "r", seq: 3, why: "w" }],
  Audit: [{}, { room: "r", server: true, before: 3, limit: 500 }],
  Ping: [{}, {}],
  Pong: [{}, {}],
};

const SERVER: { readonly [T in ServerType]: Shape } = {
  Welcome: [
    { username: "a", rooms: ["lobby"], server: "chat/0", protocol: 1, durability: "none" },
    {
      epoch: "e",
      session: "s",
      heads: { lobby: 4 },
      account: true,
      device: "d",
      deviceId: "i",
      accounts: "open",
      typing: ["lobby"],
    },
  ],
  UserJoined: [{ username: "a", room: "r" }, { account: true }],
  UserLeft: [{ username: "a", room: "r" }, {}],
  Presence: [{ room: "r", joined: ["a"], left: [], users: 300 }, {}],
  Topic: [{ room: "r", topic: "t", by: "a" }, {}],
  Lost: [{ room: "r", from: 1, to: 2 }, {}],
  NewMessage: [{ room: "r", seq: 1, from: "a", content: "c", at: 2 }, {
    id: "i",
    hook: true,
    account: true,
    ...CHANGED,
  }],
  MessageEdited: [{ seq: 1, content: "c", by: "a", at: 3 }, { room: "r", with: "b" }],
  Reactions: [{ room: "r", seq: 1, emoji: "e", count: 1, by: "a", on: true }, {}],
  MessageDeleted: [{ seq: 1, by: "a", at: 3 }, { room: "r", with: "b" }],
  PrivateMessage: [
    { from: "a", content: "c", seq: 1, at: 2 },
    { to: "b", id: "i", between: ["s", "t"], account: true, ...CHANGED },
  ],
  Typing: [{ room: "r", from: "a" }, {}],
  ReadMoved: [{ seq: 1 }, { room: "r", with: "w" }],
  PrivateSent: [{ to: "b", content: "c", seq: 1, at: 2 }, { waits: true }],
  UserList: [{ users: ["a", "b"] }, { room: "r", tag: "t", accounts: ["a"] }],
  RoomList: [{ rooms: [{ name: "r", users: 2 }, { name: "s", users: 0, topic: "t" }] }, {}],
  HistoryPage: [
    { messages: [MESSAGE, PRIVATE], more: true },
    { room: "r", with: "b", next: 3, lost: [{ from: 1, to: 2 }] },
  ],
  SearchPage: [{ messages: [MESSAGE], more: false }, {}],
  Ack: [{ room: "r", seq: 1, at: 2 }, { closed: true, typing: true }],
  FileOffer: [{ from: "a", ...OFFER }, { sha256: "0", offer: "o", room: "r" }],
  OfferAck: [{ offer: "o" }, { users: 2 }],
  FileAccept: [{ by: "b", filename: "f" }, { offset: 1, offer: "o", progress: true }],
  FileProgress: [{ by: "b", offer: "o", done: 1 }, {}],
  FileReject: [{ by: "b", filename: "f" }, { offer: "o", reason: "any later one" }],
  FileReceived: [{ by: "b", filename: "f", offer: "o", sha256: "ab" }, {}],
  FileCancel: [{ offer: "o", filename: "f", msg: "m" }, { by: "b", again: false, left: true }],
  StartUpload: [{ to: "b", ...OFFER, offset: 0 }, { offer: "o", token: "t" }],
  StartDownload: [{ from: "a", ...OFFER, offset: 0 }, { offer: "o", token: "t" }],
  FileDone: [{ ...OFFER, sha256: "0" }, { offer: "o", by: "b", offset: 1 }],
  Room: [
    {
      room: "r",
      access: "open",
      slow: 0,
      topicBy: "members",
      users: 1,
      moderators: ["a"],
      rank: "owner",
    },
    {
      topic: "t",
      typing: true,
      owner: "a",
      invited: ["b"],
      bans: [{ user: "c", address: "10.0.0.0/8", until: 4, by: "a", at: 3, why: "w" }],
      mutes: [{ by: "a", at: 3 }],
    },
  ],
  RoomChanged: [{ room: "r", by: "a", access: "announce", slow: 3, topicBy: "moderators" }, {
    typing: true,
  }],
  Order: [{ act: "kick", by: "a" }, { room: "r", user: "b", seconds: 60, why: "w" }],
  BanList: [{ bans: [{ by: "a", at: 3 }] }, {}],
  Reported: [
    { room: "r", by: "a", messages: [{ seq: 1, from: "b", content: "c", at: 2 }] },
    { why: "w" },
  ],
  AuditPage: [
    {
      records: [{ seq: 1, at: 2, by: "a", act: "set", set: { slow: 3, typing: true } }],
      more: false,
    },
    { room: "r" },
  ],
  Inspection: [
    { pid: 1, at: 2, connections: [CONNECTION], more: false, figures: NUMBERS },
    { rooms: [{ name: "r", users: 1, messages: 2, deliveries: 3, bytes: 4 }], moreRooms: true },
  ],
  DeviceList: [{ devices: [{ id: "i", name: "n", lastSeen: 1, here: true }] }, {}],
  AccountList: [
    {
      accounts: [
        { name: "a", role: "user", created: 1, devices: 2, online: false },
        { name: "b", role: "operator", created: 1, lastSeen: 2, devices: 0, online: true },
      ],
    },
    { more: true },
  ],
  HookList: [{
    hooks: [{ name: "n", room: "r", created: 1, by: "a" }, {
      name: "o",
      room: "r",
      created: 1,
      by: "a",
      url: "u",
      match: "m",
      used: 2,
      waiting: 3,
      missed: 4,
      trouble: "t",
    }],
  }, {}],
  InvitationList: [
    { invitations: [{ id: "i", uses: 1, used: 0, until: 2, created: 1, by: "a", room: "r" }] },
    {},
  ],
  InvitationAdded: [
    { invitation: { id: "i", uses: 1, used: 0, until: 2, created: 1, by: "a" }, token: "t" },
    {},
  ],
  HookAdded: [{ hook: { name: "n", room: "r", created: 1, by: "a" } }, { token: "t", secret: "s" }],
  Tracing: [
    { on: true, clock: CLOCK, kept: 1, forgotten: 0 },
    { room: "r", seconds: 600 },
  ],
  TraceReport: [
    {
      room: "r",
      seq: 1,
      clock: CLOCK,
      from: { user: "a", speech: "unknown" },
      accepted: 2 ** 60,
      receivers: [
        { ...TRACED_END, writes: [], done: false },
        {
          ...TRACED_END,
          stream: SPAN,
          writes: [{ at: 9, stream: SPAN, log: SPAN }, { at: 10 }],
          done: true,
        },
      ],
      left: 2,
      unknown: ["u"],
    },
    {
      read: 1,
      given: 2,
      durable: 3,
      published: 4,
      answered: { at: 5, stream: SPAN },
      log: SPAN,
      lines: SPAN,
    },
  ],
  Erasure: [
    { username: "a", messages: 1, rooms: 1, whispers: 0, people: 0, devices: 2, audit: 0 },
    { done: true },
  ],
  Notice: [{ msg: "m" }, {}],
  Renamed: [{ username: "a", msg: "m" }, { tag: "t" }],
  Error: [{ code: "busy", msg: "m" }, { wait: 5 }],
  Ping: [{}, {}],
  Pong: [{}, {}],
};

/** A value that no field of the protocol may have. */
const WRONG = Symbol.for("wrong");

function prove(type: string, [must, may]: Shape, tag: string, check: Check): void {
  const least = { type, ...must };
  const full = { ...least, ...may, [tag]: "x".repeat(64) };
  assertEquals(check(least), { kind: "message", message: least } as { kind: string });
  assertEquals(check(full), { kind: "message", message: full } as { kind: string });
  const newer = { ...full, fieldOfTheFuture: { any: ["thing"] } };
  assertEquals(check(newer).kind, "message", "an unknown field is ignored");
  for (const field of Object.keys(full).filter((name) => name !== "type")) {
    for (const wrong of [WRONG, null, -1, 1.5, NaN, true, [[]], { x: "y" }]) {
      if (typeof wrong === typeof (full as Fields)[field] && wrong === true) continue;
      assertEquals(
        check({ ...full, [field]: wrong }).kind,
        "invalid",
        `${field}: ${String(wrong)}`,
      );
    }
  }
  for (const field of Object.keys(must)) {
    const { [field]: _, ...without } = least as Fields;
    const { kind, reason } = check({ type, ...without });
    assertEquals([kind, reason], ["invalid", `'${field}' is wrong: it is missing.`]);
  }
  for (const id of ["", "x".repeat(65)]) {
    assertEquals(
      check({ ...full, [tag]: id }).kind,
      "invalid",
      `${tag} of ${id.length} characters`,
    );
  }
}

for (const [type, shape] of Object.entries(CLIENT)) {
  Deno.test(`checkClientMessage() knows ${type}, its fields and no others`, () => {
    prove(type, shape, "id", checkClientMessage);
  });
}

for (const [type, shape] of Object.entries(SERVER)) {
  Deno.test(`checkServerMessage() knows ${type}, its fields and no others`, () => {
    prove(type, shape, "re", checkServerMessage);
  });
}

Deno.test("checkClientMessage() answers types of the server and of nobody with unknown_type", () => {
  for (
    const type of ["Welcome", "NewMessage", "ping", "", "toString", "__proto__", "constructor"]
  ) {
    assertEquals(checkClientMessage({ type }).kind, "unknown_type", type);
  }
});

Deno.test("checkClientMessage() never answers longer than what was wrong deserves", () => {
  const long = "x".repeat(100_000);
  for (const value of [{ type: long }, { type: "Login", username: 1, [long]: 1 }]) {
    const checked = checkClientMessage(value);
    assert(checked.kind !== "message" && checked.reason.length < 200);
  }
});

Deno.test("checkClientMessage() takes whole numbers that JavaScript holds exactly", () => {
  const seqs = [0, 1, Number.MAX_SAFE_INTEGER].map((after) =>
    checkClientMessage({ type: "History", after } as { type: string }).kind
  );
  assertEquals(seqs, ["message", "message", "message"]);
  const over = { type: "History", after: Number.MAX_SAFE_INTEGER + 1 };
  assertEquals(checkClientMessage(over).kind, "invalid");
});

Deno.test("checkClientMessage() bounds a history page to 1 to 500 messages", () => {
  const kinds = [0, 1, 500, 501].map((limit) =>
    checkClientMessage({ type: "History", limit } as { type: string }).kind
  );
  assertEquals(kinds, ["invalid", "message", "message", "invalid"]);
});

Deno.test("checkClientMessage() bounds the rooms of resume to 200", () => {
  const login = (rooms: number) => ({
    type: "Login",
    username: "a",
    resume: Object.fromEntries(Array.from({ length: rooms }, (_, n) => [`r${n}`, 0])),
  });
  assertEquals(checkClientMessage(login(200)).kind, "message");
  assertEquals(checkClientMessage(login(201)).kind, "invalid");
});

Deno.test("checkServerMessage() accepts every code of the union and no other", () => {
  for (const code of [...ERROR_CODES, "unheard_of"]) {
    const kind = checkServerMessage({ type: "Error", code, msg: "m" } as { type: string }).kind;
    assertEquals(kind, code === "unheard_of" ? "invalid" : "message");
  }
});
