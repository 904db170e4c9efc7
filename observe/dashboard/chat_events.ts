/**
 * From what the chat client hears to what a page is told. Pure.
 *
 * @module
 */

import {
  type ClientEvent,
  type ClientStatus,
  foldText,
  type NewMessage,
  type PrivateMessage,
} from "../../server/wire/mod.ts";
import { mentions } from "../../talk/mod.ts";
import type { ChatEvent, ChatLine, LinkState } from "./page_messages.ts";
import { isAskable } from "./requests.ts";

/** A message of a room or of a conversation as a line for `me`. */
export function lineOf(message: NewMessage | PrivateMessage, me: string): ChatLine {
  const { from, content, seq, at, id, account } = message;
  const mine = foldText(from) === foldText(me);
  const place = message.type === "NewMessage"
    ? { room: message.room }
    : { with: mine ? message.to ?? from : from };
  return {
    kind: "line",
    ...place,
    seq,
    from,
    content,
    at,
    ...(id === undefined ? {} : { id }),
    ...(!mine && mentions(content, me) ? { mention: true } : {}),
    ...(account === true ? { account } : {}),
  };
}

/** What an event means for the conversation; `undefined` when nothing, and for a place that no honest server names. */
export function chatEventOf(event: ClientEvent, me: string): ChatEvent | undefined {
  const said = meaningOf(event, me);
  if (said === undefined || said.kind === "error" || said.kind === "notice") return said;
  const place = said.room ?? (said.kind === "line" ? said.with : undefined);
  return place === undefined || isAskable(place) ? said : undefined;
}

function meaningOf(event: ClientEvent, me: string): ChatEvent | undefined {
  switch (event.type) {
    case "NewMessage":
    case "PrivateMessage":
      return lineOf(event, me);
    case "PrivateSent": {
      const { to, content, seq, at } = event;
      return { kind: "line", with: to, seq, from: me, content, at };
    }
    case "UserJoined": {
      const { room, username, account = false } = event;
      return { kind: "people", room, joined: [username], left: [], account };
    }
    case "UserLeft":
      return { kind: "people", room: event.room, joined: [], left: [event.username] };
    case "Presence": {
      const { room, joined, left, users } = event;
      return { kind: "people", room, joined, left, users };
    }
    case "Topic":
      return { kind: "topic", room: event.room, topic: event.topic, by: event.by };
    case "Notice":
    case "Renamed":
      return { kind: "notice", sentence: event.msg };
    case "Error":
      return { kind: "error", sentence: event.msg };
    default:
      return undefined;
  }
}

/** How the link stands. */
export function linkOf(status: ClientStatus): LinkState {
  switch (status.kind) {
    case "connecting":
    case "online":
      return { kind: status.kind };
    case "offline":
      return { kind: "offline", reason: status.reason, retryInMs: status.retryInMs };
    case "closed":
      return { kind: "closed", reason: status.reason ?? "The chat client was closed." };
    default:
      return status satisfies never;
  }
}
