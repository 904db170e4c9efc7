/**
 * The one place where effects happen: what commands decided is done here.
 *
 * @module
 */

import type { AccountDesk } from "./accounts/desk.ts";
import { RoomAudience } from "./rooms/audience.ts";
import type { InvitationDesk } from "./invitations/invitation_desk.ts";
import type { TraceDesk } from "./tracing/trace_desk.ts";
import type { HookDesk } from "./hooks/hook_desk.ts";
import type { Erasure } from "./erasing/erasure.ts";
import type { Effect } from "./commands/types.ts";
import type { Conversation } from "./conversation.ts";
import type { Revisions } from "./revisions.ts";
import type { Answer, FileDesk } from "./files/desk.ts";
import { STORE_READ_MS } from "./budget/mod.ts";
import { keptFrame } from "./codec/encode.ts";
import { answerPage, type Archive } from "./store/history.ts";
import type { Marks } from "./figures/marks.ts";
import { refusalOf as storageRefusal } from "./repeats/repeats.ts";
import { payerOf } from "./store/quotas.ts";
import type { Hall } from "./rooms/hall.ts";
import { move } from "./unread/move.ts";
import type { Unread } from "./unread/unread.ts";
import type { TypingNotes } from "./rooms/typing.ts";
import { answerAuditPage } from "./order/audit_page.ts";
import type { OrderDesk } from "./order/order_desk.ts";
import { report } from "./order/reports.ts";
import { entriesOf } from "./order/sanctions.ts";
import { refusePlace } from "./rooms/places.ts";
import { Member } from "./rooms/member.ts";
import type { Room } from "./rooms/room.ts";
import {
  ERROR_SENTENCES,
  type ErrorCode,
  type ErrorMessage,
  fold,
  type Inspection,
  type RoomName,
  type ServerMessage,
} from "./wire/mod.ts";

/** What effects work on. */
export interface World extends Archive {
  readonly hall: Hall;
  readonly conversation: Conversation;
  readonly revisions: Revisions;
  readonly files: FileDesk;
  readonly order: OrderDesk;
  readonly accounts: AccountDesk;
  readonly erasure: Erasure;
  readonly hooks: HookDesk;
  readonly invitations: InvitationDesk;
  readonly traces: TraceDesk;
  readonly unread: Unread;
  readonly typing: TypingNotes;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** How the server stands now. */
  readonly inspect: () => Inspection;
  readonly marks: Marks;
}

/**
 * Does what a command decided, for `member`, whose message had the id `id`.
 *
 * @returns A promise only when something has to be waited for, so that the common case costs none.
 */
export function perform(
  world: World,
  member: Member,
  effects: readonly Effect[],
  id: string | undefined,
): Promise<void> | undefined {
  let pending: Promise<void> | undefined;
  for (const effect of effects) {
    const waits = performOne(world, member, effect, id);
    if (waits instanceof Promise) {
      pending = pending === undefined ? waits : pending.then(() => waits);
    }
  }
  return pending;
}

function performOne(
  world: World,
  member: Member,
  effect: Effect,
  id: string | undefined,
): Promise<void> | void {
  const { hall, conversation, files } = world;
  switch (effect.do) {
    case "reply":
      if (effect.kept && member.speech === "frames") {
        return member.tellBytes(keptFrame(effect.message, id));
      }
      return answer(member, effect.message, id);
    case "refuse":
      return answer(member, errorMessage(effect.code, effect.msg), id);
    case "say": {
      const room = hall.room(effect.room);
      if (room === undefined) return answer(member, errorMessage("not_in_room"), id);
      const refusal = world.order.speech.refuseWord(member, room);
      if (refusal !== undefined) return answer(member, refusal, id);
      member.account.spend({ workMs: room.msToTell(0) });
      return conversation.say(member, room, effect.said, id);
    }
    case "whisper": {
      const to = hall.member(effect.to) ?? hall.away(effect.to);
      if (to === undefined) return answer(member, errorMessage("not_found"), id);
      // Of who is away it has to be read who it is, and whom it knows.
      if (!(to instanceof Member)) member.account.spend({ workMs: 2 * STORE_READ_MS });
      conversation.whisper(member, to, effect.said, id);
      return;
    }
    case "change":
      return world.revisions.change(member, effect, id);
    case "topic": {
      const room = hall.room(effect.room);
      if (room === undefined) return answer(member, errorMessage("not_in_room"), id);
      // A topic is a word that all hear.
      const refusal = world.order.speech.refuseWord(member, room, "topic");
      if (refusal !== undefined) return answer(member, refusal, id);
      member.account.spend({ workMs: room.msToTell(effect.topic.length) });
      conversation.setTopic(member, room, effect.topic, id);
      return;
    }
    case "typing": {
      const room = hall.room(effect.room);
      if (room === undefined) return;
      const refusal = world.typing.tell(member, room);
      if (id === undefined) return;
      return refusal === undefined
        ? acknowledge(world, member, room, id)
        : answer(member, refusal, id);
    }
    case "enter":
      return enter(world, member, effect.room, id);
    case "exit": {
      const room = hall.room(effect.room);
      if (room === undefined) return answer(member, errorMessage("not_in_room"), id);
      room.exit(member);
      if (member.registered) world.unread.leftRoom(member, room.key);
      return acknowledge(world, member, room, id);
    }
    case "order":
      return world.order.keep(member, effect, id);
    case "bans":
      return answer(
        member,
        { type: "BanList", bans: entriesOf(world.order.parts.bans.all, true) },
        id,
      );
    case "report":
      return report(world.order.parts, (room) => world.order.comingOf(room), {
        member,
        wanted: effect,
        id,
      });
    case "audit":
      return answerAuditPage(world.order.parts, member, effect, id);
    case "register":
    case "password":
    case "devices":
    case "revoke":
    case "accounts":
    case "add account":
    case "set password":
    case "set role":
    case "remove account":
    case "erase account":
      return world.accounts.perform(member, effect, id);
    case "hooks":
    case "add hook":
    case "remove hook":
      return world.hooks.perform(member, effect, id);
    case "invitations":
    case "add invitation":
    case "revoke invitation":
      return world.invitations.perform(member, effect, id);
    case "mark":
    case "mark no more":
    case "trace":
      return world.traces.perform(member, effect, id);
    case "move":
      return move(world, member, effect, id);
    case "inspect":
      if (effect.mark === undefined) return answer(member, world.inspect(), id);
      return markAndInspect(world, member, effect.mark, id);
    case "read":
      return answerPage(world, member, effect, id);
    case "offer": {
      const { to, file, beside } = effect;
      const tell = answering(member, id);
      if ("user" in to) {
        return files.offer(member, { receivers: hall.membersOf(to.user), file, beside }, tell);
      }
      const room = hall.room(to.room);
      if (room === undefined) return answer(member, errorMessage("not_in_room"), id);
      const refusal = world.order.speech.refuseWord(member, room);
      if (refusal !== undefined) return answer(member, refusal, id);
      member.account.spend({ workMs: room.msToTell(file.filename.length) });
      const audience = new RoomAudience(room, member);
      return files.offer(member, { receivers: [], audience, room: room.name, file, beside }, tell);
    }
    case "accept":
      return files.accept(member, effect.named, effect.wish, answering(member, id));
    case "reject":
      return files.reject(member, effect.named, answering(member, id), effect.reason);
    case "progress":
      return files.progress(member, effect.offer, effect.done, answering(member, id));
    case "received":
      return files.received(member, effect.named, effect.sha256, answering(member, id));
    case "cancel":
      return files.cancel(member, effect.offer, answering(member, id));
    default:
      effect satisfies never;
  }
}

/** Nothing is marked that is not on record. */
async function markAndInspect(
  world: World,
  member: Member,
  mark: string,
  id: string | undefined,
): Promise<void> {
  const error = await world.marks.add(member, payerOf(member), mark);
  world.conversation.stored(error);
  answer(member, error === undefined ? world.inspect() : storageRefusal(error), id);
}

/** An error as a message. */
export function errorMessage(code: ErrorCode, msg: string = ERROR_SENTENCES[code]): ErrorMessage {
  return { type: "Error", code, msg };
}

/** An error as the answer to the message `re`. */
export function refusalOf(
  code: ErrorCode,
  re: string | undefined,
  { msg, wait }: { readonly msg?: string; readonly wait?: number } = {},
): ErrorMessage {
  return {
    ...errorMessage(code, msg),
    ...(re === undefined ? {} : { re }),
    ...(wait === undefined ? {} : { wait }),
  };
}

function answer(member: Member, message: ServerMessage, id: string | undefined): undefined {
  member.tell(id === undefined ? message : { ...message, re: id });
}

/** How the desk answers: an acknowledgement only to who gave an id. */
function answering(member: Member, id: string | undefined): Answer {
  return (message) => {
    if ("code" in message) answer(member, errorMessage(message.code, message.msg), id);
    else if (id !== undefined) answer(member, message, id);
  };
}

function enter(
  world: World,
  member: Member,
  name: RoomName,
  id: string | undefined,
): undefined {
  const { hall } = world;
  const refusal = refusePlace(member, 0);
  if (refusal !== undefined) return answer(member, errorMessage("busy", refusal), id);
  const room = hall.openRoom(name, member);
  if (room === undefined) {
    return answer(member, errorMessage("busy", "There are too many rooms already."), id);
  }
  // Text has no words for which room a line is from, so a text client is in one room at a time.
  if (member.speech === "text") {
    for (const place of member.places.values()) {
      if (place.room !== room) place.room.exit(member);
    }
  }
  // Nothing else tells it, and what comes behind this is from there, and for there.
  if (member.speech === "text") {
    member.astray = undefined;
    const where = room === hall.lobby ? "the lobby" : room.name;
    member.tell({ type: "Notice", msg: `You are in ${where} now.` });
  }
  room.enter(member);
  world.order.entered(member, room);
  room.release();
  if (member.registered) world.unread.entered(member, room);
  return acknowledge(world, member, room, id);
}

/** Answers a `Join`, `Leave` or `Typing`, if an answer was asked for: from which seq on the room is heard. */
function acknowledge(
  { hall, clock }: World,
  member: Member,
  room: Pick<Room, "name" | "stream" | "order">,
  id: string | undefined,
): undefined {
  if (id === undefined) return;
  const { name, stream, order } = room;
  const isIn = member.isIn(fold(name));
  const how = {
    ...(isIn && order.hides ? { closed: true } : {}),
    ...(isIn && order.typing && member.hearsTyping ? { typing: true } : {}),
  };
  answer(member, { type: "Ack", room: name, seq: hall.head(stream), at: clock(), ...how }, id);
}
