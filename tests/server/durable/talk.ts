/**
 * What clients of these tests do: say things under ids, and read all of a history.
 *
 * @module
 */

import type { Ack, NewMessage, PrivateMessage, PrivateSent } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { RawClient } from "../../harness.ts";

let ids = 0;

/** An id that nothing else has. */
export function freshId(): string {
  return `id-${++ids}`;
}

/** Whole numbers, both ends included. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n);
}

/** So many texts. */
export function texts(count: number, word = "text"): string[] {
  return range(1, count).map((n) => `${word} ${n}`);
}

/** Says things in a room, all at once, and waits until all are acknowledged. */
export async function say(
  client: RawClient,
  contents: readonly string[],
  room = "lobby",
): Promise<Ack[]> {
  const messages = contents.map((content) => ({
    type: "Broadcast",
    room,
    content,
    id: freshId(),
  }));
  await client.send(...messages);
  const acks = await answers(client, "Ack", messages.length);
  assertEquals(acks.map(({ re }) => re), messages.map(({ id }) => id));
  return acks;
}

/** Whispers to somebody, all at once, and waits for the echoes. */
export async function whisper(
  client: RawClient,
  to: string,
  contents: readonly string[],
): Promise<PrivateSent[]> {
  await client.send(
    ...contents.map((content) => ({ type: "Whisper", to, content, id: freshId() })),
  );
  return await answers(client, "PrivateSent", contents.length);
}

async function answers<T extends "Ack" | "PrivateSent">(
  client: RawClient,
  type: T,
  count: number,
): Promise<(T extends "Ack" ? Ack : PrivateSent)[]> {
  const all: unknown[] = [];
  while (all.length < count) {
    const message = await client.message();
    assert(message.type !== "Error", JSON.stringify(message));
    if (message.type === type) all.push(message);
  }
  return all as (T extends "Ack" ? Ack : PrivateSent)[];
}

/** One page of a history, whatever else arrives meanwhile. */
export async function page(
  client: RawClient,
  asked: object = {},
): Promise<{ messages: readonly (NewMessage | PrivateMessage)[]; more: boolean }> {
  await client.send({ type: "History", id: freshId(), ...asked });
  const { messages, more } = await client.nextOf("HistoryPage");
  return { messages, more };
}

/** The seqs of a page, and whether there is more. */
export async function seqsOf(client: RawClient, asked: object): Promise<[number[], boolean]> {
  const { messages, more } = await page(client, asked);
  return [messages.map(({ seq }) => seq), more];
}

/** A whole history, page by page, oldest first. */
export async function everything(
  client: RawClient,
  place: { readonly room: string } | { readonly with: string },
): Promise<(NewMessage | PrivateMessage)[]> {
  const all: (NewMessage | PrivateMessage)[] = [];
  for (;;) {
    const { messages, more } = await page(client, {
      ...place,
      after: all.at(-1)?.seq ?? 0,
      limit: 500,
    });
    all.push(...messages);
    if (!more) return all;
  }
}

/** The next messages of a room, without anything else of it in between. */
export async function heard(client: RawClient, count: number): Promise<number[]> {
  const seqs: number[] = [];
  while (seqs.length < count) seqs.push((await client.nextOf("NewMessage")).seq);
  return seqs;
}

/** The next error is that the message under `id` could not be stored, or that this is not known. */
export async function refused(
  client: RawClient,
  id: string,
  wanted: "storage" | "unknown" = "storage",
): Promise<void> {
  const { code, re, msg } = await client.nextOf("Error");
  assertEquals([code, re], [wanted, id], msg);
}
