/**
 * The shapes of `messages.ts` as compiled checks: bytes from a peer become a message here or nowhere.
 *
 * One check per type in a map: a check costs some 25 ns beside the 220 ns of `JSON.parse`, and a refusal
 * about as much, so hostile input is not dearer than honest input. Lengths that have an error code of
 * their own (`too_long`, `bad_name`) are not bounded here, for the answer would be the vaguer `invalid`.
 *
 * The types are not derived from the schemas, since the interfaces carry the documentation; instead
 * `Agree` below refuses to compile when one of the two changes alone.
 *
 * @module
 */

import { type Static, type TProperties, type TSchema, Type } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { ERROR_CODES, type ErrorCode } from "./codes.ts";
import { HISTORY_LIMIT_MAX, ID_CHARS_MAX, RESUME_ROOMS_MAX } from "./limits.ts";
import type { ClientMessage, ServerMessage } from "./messages.ts";

const text = Type.String();
const id = Type.String({ minLength: 1, maxLength: ID_CHARS_MAX });
/** A whole number that JavaScript holds exactly: a count, a seq, a size or milliseconds. */
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** A measured amount. */
const amount = Type.Number({ minimum: 0 });
/** A digest in hexadecimal: it is passed on, so it must be harmless to show. */
const digest = Type.String({ pattern: "^[0-9a-fA-F]{1,128}$" });
/** A word for programs: it is passed on, too. */
const word = Type.String({ pattern: "^[a-z_]{1,32}$" });
const names = Type.Array(text);
const option = <S extends TSchema>(schema: S) => Type.Optional(schema);

function fromClient<T extends string, P extends TProperties>(type: T, fields: P) {
  return Type.Object({ type: Type.Literal(type), id: option(id), ...fields });
}

function fromServer<T extends string, P extends TProperties>(type: T, fields: P) {
  return Type.Object({ type: Type.Literal(type), re: option(id), ...fields });
}

const clientSchemas = [
  fromClient("Login", {
    username: text,
    password: option(text),
    resume: option(Type.Record(Type.String(), count, { maxProperties: RESUME_ROOMS_MAX })),
    epoch: option(text),
    session: option(text),
    operator: option(text),
  }),
  fromClient("Register", { username: text, password: text }),
  fromClient("Broadcast", { content: text, room: option(text) }),
  fromClient("Whisper", { to: text, content: text, toTag: option(text) }),
  fromClient("ListUsers", { room: option(text), after: option(text), user: option(text) }),
  fromClient("Join", { room: text }),
  fromClient("Leave", { room: text }),
  fromClient("Topic", { room: option(text), topic: text }),
  fromClient("ListRooms", { after: option(text) }),
  fromClient("History", {
    room: option(text),
    with: option(text),
    before: option(count),
    after: option(count),
    limit: option(Type.Integer({ minimum: 1, maximum: HISTORY_LIMIT_MAX })),
  }),
  fromClient("Search", { query: text, room: option(text), limit: option(count) }),
  fromClient("FileOffer", {
    to: option(text),
    toTag: option(text),
    room: option(text),
    filename: text,
    size: count,
    sha256: option(digest),
    beside: option(Type.Boolean()),
  }),
  fromClient("FileAccept", {
    from: text,
    filename: text,
    offset: option(count),
    offer: option(text),
    beside: option(Type.Boolean()),
    progress: option(Type.Boolean()),
  }),
  fromClient("FileProgress", { offer: id, done: count }),
  fromClient("FileReject", {
    from: text,
    filename: text,
    offer: option(text),
    reason: option(word),
  }),
  fromClient("FileReceived", { from: text, filename: text, offer: id, sha256: digest }),
  fromClient("FileCancel", { offer: text }),
  fromClient("Transfer", { token: text }),
  fromClient("Inspect", {}),
  fromClient("Ping", {}),
  fromClient("Pong", {}),
] as const;

const newMessage = fromServer("NewMessage", {
  room: text,
  seq: count,
  from: text,
  content: text,
  at: count,
  id: option(id),
});
const privateMessage = fromServer("PrivateMessage", {
  from: text,
  to: option(text),
  content: text,
  seq: count,
  at: count,
  id: option(id),
  between: option(Type.Array(text)),
});
const page = Type.Array(Type.Union([newMessage, privateMessage]));

const spread = Type.Object({ count, p50: amount, p99: amount, max: amount });

const connection = Type.Object({
  user: option(text),
  remote: text,
  local: text,
  since: count,
  rooms: Type.Array(text),
  roomCount: count,
  speech: Type.Union([
    Type.Literal("frames"),
    Type.Literal("text"),
    Type.Literal("websocket"),
    Type.Literal("unknown"),
  ]),
  lag: count,
  queued: count,
  bytesIn: count,
  bytesOut: count,
});

const room = Type.Object({
  name: text,
  users: count,
  messages: count,
  deliveries: count,
  bytes: count,
});

const storeNumbers = Type.Object({
  records: count,
  groupRecords: spread,
  syncMs: spread,
  liveBytes: count,
  deadBytes: count,
  segments: count,
});

const serverNumbers = Type.Object({
  uptimeMs: amount,
  users: count,
  connections: Type.Object({ frames: count, text: count, websocket: count, unknown: count }),
  rooms: count,
  roomMessages: count,
  whispers: count,
  deliveries: count,
  whisperDeliveries: option(count),
  roomBytes: option(count),
  whisperBytes: option(count),
  bytesIn: count,
  bytesOut: count,
  lag: count,
  lagMax: count,
  slowConsumers: count,
  turnedAway: count,
  loginsRefused: count,
  rateLimited: count,
  loopDelayMs: spread,
  fanoutMs: spread,
  rssBytes: count,
  heapBytes: count,
  store: option(storeNumbers),
});
/** What both sides are told when a file's bytes begin to flow. */
const start = {
  filename: text,
  size: count,
  offset: count,
  offer: option(text),
  token: option(text),
};

const serverSchemas = [
  fromServer("Welcome", {
    username: text,
    rooms: names,
    server: text,
    protocol: count,
    durability: Type.Union([Type.Literal("durable"), Type.Literal("os"), Type.Literal("none")]),
    epoch: option(text),
    session: option(text),
    tag: option(text),
    heads: option(Type.Record(Type.String(), count)),
  }),
  fromServer("UserJoined", { username: text, room: text }),
  fromServer("UserLeft", { username: text, room: text }),
  fromServer("Presence", { room: text, joined: names, left: names, users: count }),
  fromServer("Topic", { room: text, topic: text, by: text }),
  fromServer("Lost", { room: text, from: count, to: count }),
  newMessage,
  privateMessage,
  fromServer("PrivateSent", { to: text, content: text, seq: count, at: count }),
  fromServer("UserList", {
    users: names,
    room: option(text),
    more: option(Type.Boolean()),
    tag: option(text),
  }),
  fromServer("RoomList", {
    rooms: Type.Array(Type.Object({ name: text, users: count, topic: option(text) })),
    more: option(Type.Boolean()),
  }),
  fromServer("HistoryPage", {
    room: option(text),
    with: option(text),
    messages: page,
    more: Type.Boolean(),
    next: option(count),
    lost: option(Type.Array(Type.Object({ from: count, to: count }))),
  }),
  fromServer("SearchPage", { messages: page, more: Type.Boolean() }),
  fromServer("Ack", { room: text, seq: count, at: count }),
  fromServer("FileOffer", {
    from: text,
    filename: text,
    size: count,
    sha256: option(text),
    offer: option(text),
    room: option(text),
  }),
  fromServer("OfferAck", { offer: text, users: option(count) }),
  fromServer("FileAccept", {
    by: text,
    filename: text,
    offset: option(count),
    offer: option(text),
    progress: option(Type.Boolean()),
    tag: option(text),
  }),
  fromServer("FileProgress", { by: text, offer: text, done: count }),
  fromServer("FileReject", {
    by: text,
    filename: text,
    offer: option(text),
    reason: option(text),
  }),
  fromServer("FileCancel", {
    offer: text,
    filename: text,
    by: option(text),
    msg: text,
    again: option(Type.Boolean()),
    left: option(Type.Boolean()),
  }),
  fromServer("FileReceived", { by: text, filename: text, offer: text, sha256: text }),
  fromServer("StartUpload", { to: text, ...start }),
  fromServer("StartDownload", { from: text, ...start }),
  fromServer("FileDone", {
    filename: text,
    size: count,
    sha256: text,
    offer: option(text),
    by: option(text),
    offset: option(count),
  }),
  fromServer("Inspection", {
    pid: count,
    at: count,
    connections: Type.Array(connection),
    more: Type.Boolean(),
    rooms: option(Type.Array(room)),
    moreRooms: option(Type.Boolean()),
    figures: serverNumbers,
  }),
  fromServer("Error", {
    code: Type.Unsafe<ErrorCode>(Type.Union(ERROR_CODES.map((code) => Type.Literal(code)))),
    msg: text,
    wait: option(count),
  }),
  fromServer("Ping", {}),
  fromServer("Pong", {}),
] as const;

/** `true` when both types accept exactly the same values. */
type Agree<A, B> = [A] extends [B] ? [B] extends [A] ? true : false : false;
true satisfies Agree<ClientMessage, Static<(typeof clientSchemas)[number]>>;
true satisfies Agree<ServerMessage, Static<(typeof serverSchemas)[number]>>;

type Checks = ReadonlyMap<string, TypeCheck<TSchema>>;

function compile(
  schemas: readonly (TSchema & { properties: { type: { const: string } } })[],
): Checks {
  return new Map(
    schemas.map((schema) => [
      schema.properties.type.const,
      TypeCompiler.Compile(schema as TSchema),
    ]),
  );
}

/** What a check finds: the message, or why it is none. */
export type Checked<M> =
  | { readonly kind: "message"; readonly message: M }
  | { readonly kind: "unknown_type"; readonly reason: string }
  | { readonly kind: "invalid"; readonly reason: string };

function checkWith<M>(checks: Checks, value: { readonly type: string }): Checked<M> {
  const type = value.type;
  const check = checks.get(type);
  if (check === undefined) {
    return { kind: "unknown_type", reason: `There is no message type '${quote(type)}'.` };
  }
  if (check.Check(value)) return { kind: "message", message: value as M };
  const first = check.Errors(value).First();
  const where = first?.path.slice(1).replaceAll("/", ".") || type;
  return {
    kind: "invalid",
    reason: `'${quote(where)}' is wrong: ${first?.message ?? "no match"}.`,
  };
}

/** Shortens what a peer sent, so that an error never grows with its cause. */
function quote(text: string): string {
  return text.length <= 40 ? text : text.slice(0, 40) + "…";
}

/** Compiled when first used, so that a command that never talks (`--help`) does not pay for it. */
let clientChecks: Checks | undefined;
let serverChecks: Checks | undefined;

/** Checks what a client sent. `value` is parsed JSON that is known to be an object with a type. */
export function checkClientMessage(value: { readonly type: string }): Checked<ClientMessage> {
  clientChecks ??= compile(clientSchemas);
  return checkWith(clientChecks, value);
}

/** Checks what a server sent. */
export function checkServerMessage(value: { readonly type: string }): Checked<ServerMessage> {
  serverChecks ??= compile(serverSchemas);
  return checkWith(serverChecks, value);
}
