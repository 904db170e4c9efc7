/**
 * The shapes of `messages.ts`: bytes from a peer become a message here or nowhere.
 *
 * One shape per type in a map. A refusal costs about as much as a message, so hostile input is not dearer than honest input. Lengths
 * that have an error code of their own (`too_long`, `bad_name`) are not bounded here, for the answer would be the vaguer `invalid`.
 *
 * The types are not derived from the shapes, since the interfaces carry the documentation; instead
 * `Agree` below refuses to compile when one of the two changes alone.
 *
 * @module
 */

import { ERROR_CODES } from "./codes.ts";
import { connections, figures, rooms } from "./inspection_shape.ts";
import { HISTORY_LIMIT_MAX, RESUME_ROOMS_MAX } from "./limits.ts";
import { type Agree, count, fromClient, fromServer, id, moment } from "./message_shapes.ts";
import {
  FURTHER_REPLIES,
  FURTHER_REQUESTS,
  type FurtherReply,
  type FurtherRequest,
} from "./further_schemas.ts";
import type { ClientMessage, ServerMessage } from "./messages.ts";
import {
  compile,
  either,
  list,
  object,
  type Of,
  oneOf,
  option,
  type Shape,
  table,
  text,
  textLike,
  truth,
  whole,
} from "./shapes.ts";

/** A digest in hexadecimal: it is passed on, so it must be harmless to show. */
const digest = textLike(/^[0-9a-fA-F]{1,128}$/);
/** A word for programs: it is passed on, too. */
const word = textLike(/^[a-z_]{1,32}$/);
const names = list(text);
const role = oneOf(["user", "operator"]);

/** Something that was said. */
const said = { room: option(text), with: option(text), seq: option(count) };

const clientSchemas = [
  fromClient("Login", {
    username: text,
    password: option(text),
    device: option(text),
    deviceName: option(text),
    resume: option(table(count, RESUME_ROOMS_MAX)),
    rooms: option(list(text, RESUME_ROOMS_MAX)),
    epoch: option(text),
    closed: option(list(text, RESUME_ROOMS_MAX)),
    session: option(text),
    operator: option(text),
    invitation: option(text),
    typing: option(truth),
  }),
  fromClient("Register", {
    username: text,
    password: text,
    deviceName: option(text),
    invitation: option(text),
    typing: option(truth),
  }),
  fromClient("Password", { old: text, password: text }),
  fromClient("Devices", {}),
  fromClient("RevokeDevice", { device: text }),
  fromClient("Accounts", { after: option(text) }),
  fromClient("AddAccount", { username: text, password: text, role: option(role) }),
  fromClient("SetPassword", { username: text, password: text }),
  fromClient("SetRole", { username: text, role }),
  fromClient("RemoveAccount", { username: text }),
  fromClient("EraseAccount", { username: text, count: option(truth) }),
  fromClient("Broadcast", { content: text, room: option(text), reply: option(count) }),
  fromClient("Edit", { ...said, content: text }),
  fromClient("Delete", said),
  fromClient("React", { room: option(text), seq: count, emoji: text, on: truth }),
  fromClient("Whisper", { to: text, content: text, toTag: option(text), reply: option(count) }),
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
    limit: option(whole(1, HISTORY_LIMIT_MAX)),
  }),
  fromClient("Read", { room: option(text), with: option(text), seq: count }),
  fromClient("Typing", { room: option(text) }),
  fromClient("Search", { query: text, room: option(text), limit: option(count) }),
  fromClient("FileOffer", {
    to: option(text),
    toTag: option(text),
    room: option(text),
    filename: text,
    size: count,
    sha256: option(digest),
    beside: option(truth),
  }),
  fromClient("FileAccept", {
    from: text,
    filename: text,
    offset: option(count),
    offer: option(text),
    beside: option(truth),
    progress: option(truth),
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
  fromClient("Inspect", { mark: option(text) }),
  fromClient("Ping", {}),
  fromClient("Pong", {}),
] as const;

/** What a message bears that is a reply, was changed or has reactions, and how a change is told. */
const changed = {
  reply: option(count),
  edited: option(moment),
  deleted: option(truth),
  by: option(text),
  reactions: option(list(object({ emoji: text, count, mine: option(truth) }))),
};
const change = { room: option(text), with: option(text), seq: count, by: text, at: moment };

const newMessage = fromServer("NewMessage", {
  room: text,
  seq: count,
  from: text,
  content: text,
  at: moment,
  id: option(id),
  account: option(truth),
  hook: option(truth),
  ...changed,
});
const privateMessage = fromServer("PrivateMessage", {
  from: text,
  to: option(text),
  content: text,
  seq: count,
  at: moment,
  id: option(id),
  between: option(list(text)),
  account: option(truth),
  ...changed,
});
const page = list(either(newMessage.shape, privateMessage.shape));

/** What both sides are told when a file's bytes begin to flow. */
const start = {
  filename: text,
  size: count,
  offset: count,
  offer: option(text),
  token: option(text),
};

const unreadEntry = object({
  room: option(text),
  with: option(text),
  head: count,
  read: count,
  unread: count,
  mentioned: option(truth),
});

const serverSchemas = [
  fromServer("Welcome", {
    username: text,
    rooms: names,
    server: text,
    protocol: count,
    durability: oneOf(["durable", "os", "none"]),
    epoch: option(text),
    session: option(text),
    tag: option(text),
    heads: option(table(count)),
    closed: option(names),
    typing: option(names),
    at: option(moment),
    out: option(names),
    account: option(truth),
    device: option(text),
    deviceId: option(text),
    accounts: option(oneOf(["open", "required"])),
    unread: option(list(unreadEntry)),
  }),
  fromServer("UserJoined", { username: text, room: text, account: option(truth) }),
  fromServer("UserLeft", { username: text, room: text }),
  fromServer("Presence", { room: text, joined: names, left: names, users: count }),
  fromServer("Topic", { room: text, topic: text, by: text }),
  fromServer("Lost", { room: text, from: count, to: count }),
  newMessage,
  fromServer("MessageEdited", { ...change, content: text }),
  fromServer("MessageDeleted", change),
  fromServer("Reactions", {
    room: text,
    seq: count,
    emoji: text,
    count,
    by: text,
    on: truth,
  }),
  privateMessage,
  fromServer("ReadMoved", { room: option(text), with: option(text), seq: count }),
  fromServer("Typing", { room: text, from: text, at: option(moment) }),
  fromServer("PrivateSent", {
    to: text,
    content: text,
    seq: count,
    at: moment,
    waits: option(truth),
  }),
  fromServer("UserList", {
    users: names,
    room: option(text),
    more: option(truth),
    tag: option(text),
    accounts: option(names),
  }),
  fromServer("RoomList", {
    rooms: list(object({ name: text, users: count, topic: option(text) })),
    more: option(truth),
  }),
  fromServer("HistoryPage", {
    room: option(text),
    with: option(text),
    messages: page,
    more: truth,
    next: option(count),
    lost: option(list(object({ from: count, to: count }))),
  }),
  fromServer("SearchPage", { messages: page, more: truth }),
  fromServer("Ack", {
    room: text,
    seq: count,
    at: moment,
    closed: option(truth),
    typing: option(truth),
  }),
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
    progress: option(truth),
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
    again: option(truth),
    left: option(truth),
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
    at: moment,
    connections,
    more: truth,
    rooms: option(rooms),
    moreRooms: option(truth),
    marks: option(list(object({ at: moment, by: text, text }))),
    figures,
  }),
  fromServer("DeviceList", {
    devices: list(object({ id: text, name: text, lastSeen: moment, here: option(truth) })),
  }),
  fromServer("AccountList", {
    accounts: list(object({
      name: text,
      role,
      created: moment,
      lastSeen: option(moment),
      devices: count,
      online: truth,
    })),
    more: option(truth),
  }),
  fromServer("Erasure", {
    username: text,
    done: option(truth),
    messages: count,
    rooms: count,
    whispers: count,
    people: count,
    devices: count,
    audit: count,
  }),
  fromServer("Notice", { msg: text }),
  fromServer("Renamed", { username: text, msg: text, tag: option(text) }),
  fromServer("Error", {
    code: oneOf(ERROR_CODES),
    msg: text,
    wait: option(count),
  }),
  fromServer("Ping", {}),
  fromServer("Pong", {}),
] as const;

true satisfies Agree<ClientMessage, FurtherRequest | Of<(typeof clientSchemas)[number]["shape"]>>;
true satisfies Agree<ServerMessage, FurtherReply | Of<(typeof serverSchemas)[number]["shape"]>>;

interface Check {
  readonly shape: Shape<unknown>;
  readonly fits: () => (value: unknown) => boolean;
}

type Checks = ReadonlyMap<string, Check>;

function byType(
  all: readonly { readonly type: string; readonly shape: Shape<unknown> }[],
): Checks {
  return new Map(all.map(({ type, shape }) => [type, { shape, fits: compile(shape) }]));
}

const clientChecks = byType([...clientSchemas, ...FURTHER_REQUESTS]);
const serverChecks = byType([...serverSchemas, ...FURTHER_REPLIES]);

/** What a check finds: the message, or why it is none. */
export type Checked<M> =
  | { readonly kind: "message"; readonly message: M }
  | { readonly kind: "unknown_type"; readonly reason: string }
  | { readonly kind: "invalid"; readonly reason: string };

function checkWith<M>(checks: Checks, value: { readonly type: string }): Checked<M> {
  const { type } = value;
  const check = checks.get(type);
  if (check === undefined) {
    return { kind: "unknown_type", reason: `There is no message type '${quote(type)}'.` };
  }
  if (check.fits()(value)) return { kind: "message", message: value as M };
  const { at, why } = check.shape.fault(value) ?? { at: "", why: "no match" };
  return { kind: "invalid", reason: `'${quote(at || type)}' is wrong: ${why}.` };
}

/** Shortens what a peer sent, so that an error never grows with its cause. */
function quote(text: string): string {
  return text.length <= 40 ? text : text.slice(0, 40) + "…";
}

/** Checks what a client sent. `value` is parsed JSON that is known to be an object with a type. */
export function checkClientMessage(value: { readonly type: string }): Checked<ClientMessage> {
  return checkWith(clientChecks, value);
}

/** Checks what a server sent. */
export function checkServerMessage(value: { readonly type: string }): Checked<ServerMessage> {
  return checkWith(serverChecks, value);
}
