/**
 * The shapes of the messages of order; see `schemas.ts`.
 *
 * @module
 */

import {
  HISTORY_LIMIT_MAX,
  RETAIN_DAYS_MAX,
  SANCTION_SECONDS_MAX,
  SLOW_SECONDS_MAX,
} from "./limits.ts";
import {
  type Agree,
  count,
  fromClient,
  fromServer,
  type MessageShape,
  moment,
} from "./message_shapes.ts";
import type { OrderReply, OrderRequest } from "./messages.ts";
import { list, object, type Of, oneOf, option, text, truth, whole } from "./shapes.ts";

const access = oneOf(["open", "invite", "announce"]);
const topicBy = oneOf(["members", "moderators"]);
const slow = whole(0, SLOW_SECONDS_MAX);
const retain = whole(0, RETAIN_DAYS_MAX);
const seconds = whole(1, SANCTION_SECONDS_MAX);

const clientSchemas = [
  fromClient("Room", {
    room: option(text),
    access: option(access),
    slow: option(slow),
    topicBy: option(topicBy),
    retain: option(retain),
    typing: option(truth),
    promote: option(text),
    demote: option(text),
    owner: option(text),
  }),
  fromClient("Invite", { room: option(text), user: text }),
  fromClient("Kick", {
    room: option(text),
    user: text,
    seconds: option(seconds),
    why: option(text),
  }),
  fromClient("Mute", {
    room: option(text),
    user: text,
    seconds: option(seconds),
    why: option(text),
  }),
  fromClient("Ban", {
    room: option(text),
    server: option(truth),
    user: option(text),
    address: option(text),
    withAddress: option(truth),
    seconds: option(seconds),
    why: option(text),
  }),
  fromClient("Unban", {
    room: option(text),
    server: option(truth),
    user: option(text),
    address: option(text),
    why: option(text),
  }),
  fromClient("Bans", {}),
  fromClient("Audit", {
    room: option(text),
    server: option(truth),
    before: option(count),
    limit: option(whole(1, HISTORY_LIMIT_MAX)),
  }),
  fromClient("Report", { room: option(text), seq: option(count), why: option(text) }),
] as const;

const sanction = object({
  user: option(text),
  address: option(text),
  until: option(moment),
  by: text,
  at: moment,
  why: option(text),
});

const serverSchemas = [
  fromServer("Room", {
    room: text,
    access,
    slow: count,
    topicBy,
    retain: option(count),
    typing: option(truth),
    topic: option(text),
    users: count,
    owner: option(text),
    moderators: list(text),
    rank: oneOf(["nobody", "invited", "moderator", "owner", "operator"]),
    invited: option(list(text)),
    bans: option(list(sanction)),
    mutes: option(list(sanction)),
  }),
  fromServer("RoomChanged", {
    room: text,
    by: text,
    access,
    slow: count,
    topicBy,
    retain: option(count),
    typing: option(truth),
  }),
  fromServer("Order", {
    act: oneOf([
      "invite",
      "kick",
      "mute",
      "ban",
      "unban",
      "promote",
      "demote",
      "owner",
      "op",
      "deop",
    ]),
    room: option(text),
    user: option(text),
    by: text,
    seconds: option(count),
    why: option(text),
    at: option(moment),
  }),
  fromServer("BanList", { bans: list(sanction) }),
  fromServer("AuditPage", {
    room: option(text),
    records: list(object({
      seq: count,
      at: moment,
      by: text,
      act: text,
      user: option(text),
      address: option(text),
      seconds: option(count),
      message: option(count),
      why: option(text),
      set: option(object({
        access: option(access),
        slow: option(count),
        topicBy: option(topicBy),
        retain: option(count),
        typing: option(truth),
      })),
    })),
    more: truth,
  }),
  fromServer("Reported", {
    room: text,
    by: text,
    why: option(text),
    messages: list(object({ seq: count, from: text, content: text, at: moment })),
    at: option(moment),
  }),
] as const;

true satisfies Agree<OrderRequest, Of<(typeof clientSchemas)[number]["shape"]>>;
true satisfies Agree<OrderReply, Of<(typeof serverSchemas)[number]["shape"]>>;

/** Of a client's. */
export const ORDER_REQUESTS: readonly MessageShape<string, OrderRequest>[] = clientSchemas;
/** Of a server's. */
export const ORDER_REPLIES: readonly MessageShape<string, OrderReply>[] = serverSchemas;
