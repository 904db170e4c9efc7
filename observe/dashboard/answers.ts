/**
 * Does what a page asks of the chat, by its client.
 *
 * @module
 */

import {
  ChatError,
  type Client,
  ClosedError,
  type MessageDeleted,
  type MessageEdited,
} from "../../server/wire/in_browser/mod.ts";
import { type AccountKeeping, answerAccount } from "./account.ts";
import { answerChange } from "./changes.ts";
import { lineOf } from "./chat_events.ts";
import type { Answer, Asked } from "./page_messages.ts";
import type { PlaceRead } from "./positions.ts";
import { isAskable } from "./askable.ts";

/** What needs no more than a chat client. Files and figures are the business of whoever has some. */
export type ChatAsked = Exclude<
  Asked,
  { type: "login" | "offer" | "take" | "decline" | "stop" | "way" | "calls" }
>;

/** What answers are made of. */
export interface Answering {
  readonly client: Client;
  /** What this machine keeps of accounts, if anything. */
  readonly keeping: AccountKeeping | undefined;
  /** The client's name is an account now. */
  readonly changed: () => void;
  /** What a whisper says from now on: the other one hears it, and the pages. */
  readonly told: (change: MessageEdited | MessageDeleted) => void;
  /** The client entered a room, or left it. */
  readonly moved: (room: string, where: "in" | "out", seq?: number) => void;
  /** Hides what somebody says and does, or shows it again. */
  readonly ignore: (name: string, on: boolean) => Promise<Answer>;
  /** The reader types something for a room. */
  readonly typing: (room: string) => void;
  /** The reader has seen all up to there. */
  readonly read: (where: PlaceRead & { readonly seq: number }) => Promise<void>;
}

/** The answer to a request. A refusal is an answer as well. */
export async function answerTo(request: ChatAsked, how: Answering): Promise<Answer> {
  try {
    return await answer(request, how);
  } catch (error) {
    if (error instanceof ChatError || error instanceof ClosedError) {
      return { kind: "refused", sentence: error.message };
    }
    throw error;
  }
}

async function answer(
  request: ChatAsked,
  { client, keeping, changed, told, moved, read, typing, ignore }: Answering,
): Promise<Answer> {
  switch (request.type) {
    case "say": {
      const { id, room, content, reply } = request;
      const ack = await client.say(content, { room, id, ...replying(reply) });
      return { kind: "said", seq: ack.seq, at: ack.at, room: ack.room };
    }
    case "whisper": {
      const { id, content, reply } = request;
      const how = { id, ...replying(reply) };
      const { to, seq, at } = await client.whisper(request.to, content, how);
      return { kind: "said", seq, at, to };
    }
    case "edit":
    case "delete":
    case "react":
    case "order":
    case "rank":
    case "report":
      return await answerChange(request, { client, told });
    case "read":
      await read(request);
      return { kind: "done" };
    case "typing":
      typing(request.room);
      return { kind: "done" };
    case "ignore":
      return await ignore(request.name, request.on);
    case "join": {
      const { room, seq } = await client.join(request.room);
      if (!isAskable(room)) return noName();
      moved(room, "in", seq);
      return { kind: "joined", room };
    }
    case "leave":
      await client.leave(request.room);
      moved(request.room, "out");
      return { kind: "done" };
    case "topic":
      await client.setTopic(request.topic, { room: request.room });
      return { kind: "done" };
    case "history": {
      const { room, with: partner, before, limit } = request;
      const { messages, more } = await client.history({
        ...(room === undefined ? {} : { room }),
        ...(partner === undefined ? {} : { with: partner }),
        ...(before === undefined ? {} : { before }),
        limit,
      });
      return { kind: "page", lines: messages.map((one) => lineOf(one, client.name)), more };
    }
    case "people":
      return await people(client, request.room);
    case "rooms":
      return {
        kind: "rooms",
        rooms: (await client.rooms()).rooms.filter(({ name }) => isAskable(name)),
      };
    case "register":
    case "password":
    case "devices":
    case "revoke":
      return await answerAccount(request, { client, keeping, changed });
    default:
      return request satisfies never;
  }
}

function replying(reply: number | undefined): { readonly reply?: number } {
  return reply === undefined ? {} : { reply };
}

async function people(client: Client, room: string | undefined): Promise<Answer> {
  const { users, accounts = [] } = await client.users(room);
  return { kind: "people", people: users.filter(isAskable), accounts: accounts.filter(isAskable) };
}

function noName(): Answer {
  return { kind: "refused", sentence: "The server answered with what is no name of a room." };
}
