/**
 * People who come, talk, go from room to room, whisper to whom they know, look at what was said, leave, and come another time. Who
 * is new each time leaves more behind in the store, and that is no leak: so they are always the same.
 *
 * They are the real client, which comes back by itself when its road is broken. Beside them some speak text, some never
 * say who they are, and each of them is there for a moment only.
 *
 * @module
 */

import { wait } from "../../../ground/mod.ts";
import { ChatError, type Client, ClosedError, connect } from "../../../server/wire/mod.ts";

/** How many there are, and where. */
export interface Crowd {
  /** Where those connect to whose connections break. */
  readonly roadPort: number;
  /** The server itself. */
  readonly port: number;
  readonly members: number;
  readonly rooms: number;
  readonly signal: AbortSignal;
}

/** What they did. */
export interface Deeds {
  said: number;
  heard: number;
  came: number;
  strangers: number;
}

/** Between two things that one of them does, in ms on average. */
const PAUSE_MS = 1_000;
/** How many things one does before it leaves, on average. */
const STAY_DEEDS = 40;
/** Between two strangers, in ms on average. */
const STRANGERS_MS = 100;

const words = "Who talks for ten minutes has said the same thing many times over. ".repeat(3);

/** Lets them do all that until the signal; then all have left. */
export async function peopleUntilTheEnd(crowd: Crowd, deeds: Deeds): Promise<void> {
  const places = Array.from({ length: crowd.members }, (_, n) => takePlace(crowd, deeds, n));
  await Promise.all([...places, strangers(crowd, deeds)]);
}

/** Comes and leaves again and again. */
async function takePlace(crowd: Crowd, deeds: Deeds, place: number): Promise<void> {
  while (!crowd.signal.aborted) {
    deeds.came++;
    await live(crowd, deeds, place);
  }
}

async function live(crowd: Crowd, deeds: Deeds, place: number): Promise<void> {
  const name = nameAt(place);
  const { roadPort: port, signal } = crowd;
  await using client = connect({ port, name, rooms: [roomOf(crowd)] });
  const hearing = hear(client, deeds);
  const stay = 1 + Math.floor(Math.random() * 2 * STAY_DEEDS);
  for (let deed = 0; deed < stay && !signal.aborted; deed++) {
    await wait(Math.random() * 2 * PAUSE_MS, signal);
    await act(client, { ...crowd, friend: nameAt((place + 1) % crowd.members) }, deeds);
  }
  await client.close();
  await hearing;
}

/** Does one thing. Who waits for an answer while the end comes is told so by the client. */
async function act(
  client: Client,
  crowd: Crowd & { readonly friend: string },
  deeds: Deeds,
): Promise<void> {
  const room = roomOf(crowd);
  const choice = Math.random();
  try {
    if (choice < 0.7) {
      await client.say(words.slice(0, 20 + Math.random() * 180));
      deeds.said++;
    } else if (choice < 0.8) await client.join(room);
    else if (choice < 0.85) await client.leave(room);
    else if (choice < 0.9) await client.history({ limit: 50 });
    else {
      await client.users();
      await client.whisper(crowd.friend, "a word for you alone");
      deeds.said++;
    }
  } catch (error) {
    // One whom it whispers to has left, it was in no such room, or the end came.
    if (!(error instanceof ChatError || error instanceof ClosedError)) throw error;
  }
}

async function hear(client: Client, deeds: Deeds): Promise<void> {
  for await (const { type } of client) if (type === "NewMessage") deeds.heard++;
}

/** Those who only look in. */
async function strangers(crowd: Crowd, deeds: Deeds): Promise<void> {
  const encoder = new TextEncoder();
  for (let n = 0; !crowd.signal.aborted; n++) {
    await wait(Math.random() * 2 * STRANGERS_MS, crowd.signal);
    using stranger = await Deno.connect({ hostname: "127.0.0.1", port: crowd.port });
    deeds.strangers++;
    if (n % 3 === 0) continue;
    await stranger.write(encoder.encode(n % 3 === 1 ? `text${n}\nhello\n` : "\0\0\0"));
    if (n % 3 === 1) await stranger.read(new Uint8Array(1_024));
  }
}

function nameAt(place: number): string {
  return `p${place}`;
}

function roomOf({ rooms }: Crowd): string {
  return `room${Math.floor(Math.random() * rooms)}`;
}
