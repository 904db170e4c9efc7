/**
 * From what the chat client hears to what a page is told. Pure.
 *
 * @module
 */

import type {
  ClientEvent,
  ClientStatus,
  NewMessage,
  PrivateMessage,
  Reaction,
} from "../../server/wire/in_browser/mod.ts";
import { foldText } from "../../server/wire/names/mod.ts";
import { mentions, orderText, orderToYou, reportLines, settingText } from "../../talk/mod.ts";
import type { ChatEvent, ChatLine, LinkState, Reacted } from "./page_messages.ts";
import { isAskable } from "./askable.ts";

/** A message of a room or of a conversation as a line for `me`. */
export function lineOf(message: NewMessage | PrivateMessage, me: string): ChatLine {
  const { from, content, seq, at, id, account, reply, edited, deleted, by, reactions } = message;
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
    ...(message.type === "NewMessage" && message.hook === true ? { hook: true } : {}),
    ...(reply === undefined ? {} : { reply }),
    ...(deleted === true
      ? { change: "deleted" }
      : edited !== undefined
      ? { change: "edited" }
      : {}),
    ...(by === undefined ? {} : { by }),
    ...(reactions === undefined ? {} : { reactions: reactions.map(reactedOf) }),
  };
}

function reactedOf({ emoji, count, mine }: Reaction): Reacted {
  return { emoji, count, ...(mine === true ? { mine } : {}) };
}

/** What an event means for the conversation; `undefined` when nothing, and for a place that no honest server names. */
export function chatEventOf(event: ClientEvent, me: string): ChatEvent | undefined {
  const said = meaningOf(event, me);
  if (said === undefined || said.kind === "error") return said;
  if (said.kind === "notice" && said.room === undefined) return said;
  const place = said.room ?? ("with" in said ? said.with : undefined);
  return place === undefined || isAskable(place) ? said : undefined;
}

function meaningOf(event: ClientEvent, me: string): ChatEvent | undefined {
  switch (event.type) {
    case "NewMessage":
    case "PrivateMessage":
      return lineOf(event, me);
    case "PrivateSent": {
      const { to, content, seq, at, waits } = event;
      const line = { kind: "line", with: to, seq, from: me, content, at } as const;
      return waits === true ? { ...line, waits } : line;
    }
    case "ReadMoved": {
      const { room, with: other, seq } = event;
      if (room !== undefined) return { kind: "read", room, seq };
      return other === undefined ? undefined : { kind: "read", with: other, seq };
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
    case "Typing": {
      const { room, from } = event;
      return foldText(from) === foldText(me) ? undefined : { kind: "typing", room, from };
    }
    case "Topic":
      return { kind: "topic", room: event.room, topic: event.topic, by: event.by };
    case "MessageEdited":
    case "MessageDeleted": {
      const { room, with: other = event.by, seq, by } = event;
      const place = room === undefined ? { with: other } : { room };
      const change = { kind: "changed", ...place, seq, by } as const;
      if (event.type === "MessageDeleted") return change;
      const { content } = event;
      const named = foldText(by) !== foldText(me) && mentions(content, me);
      return { ...change, content, ...(named ? { mention: true } : {}) };
    }
    case "Reactions": {
      const { room, seq, emoji, count, by, on } = event;
      const mine = foldText(by) === foldText(me) ? { mine: on } : {};
      return { kind: "reacted", room, seq, emoji, count, ...mine };
    }
    case "RoomChanged":
      return { kind: "notice", room: event.room, sentence: settingText(event) };
    case "Reported":
      return { kind: "notice", room: event.room, sentence: reportLines(event).join("\n") };
    case "Order": {
      const mine = event.user !== undefined && foldText(event.user) === foldText(me);
      // The room is closed to who was put out, and who is invited is not in it yet.
      if (mine) return { kind: "notice", sentence: orderToYou(event) };
      const { room } = event;
      const where = room === undefined ? {} : { room };
      return { kind: "notice", ...where, sentence: orderText(event) };
    }
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
