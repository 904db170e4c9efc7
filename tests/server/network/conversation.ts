/**
 * One run: two people speak in a room and whisper to each other, each over a bad network, and a third listens over a good one.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { BadNetwork } from "../../bad_network.ts";
import {
  type Ack,
  ChatError,
  type Client,
  ClosedError,
  connect,
} from "../../../server/wire/mod.ts";
import { clientOver, webSocketLine } from "../../../server/wire/in_browser/mod.ts";
import { turns, until } from "../../within.ts";
import { Hearing } from "./hearing.ts";
import type { Doing, Plan, Way, Weather } from "./plans.ts";

/** Where the server is. */
export interface Doors {
  /** Frames and TLS. */
  readonly port: number;
  /** HTTP. */
  readonly web: number;
  /** Whom to believe. */
  readonly cert: string;
}

/** Something said, and what it was acknowledged with. */
interface Own {
  content: string;
  readonly ack: Promise<Ack>;
  seq?: number;
}

/** One of the two. */
class Person implements AsyncDisposable {
  readonly name: string;
  readonly room: string;
  readonly network: BadNetwork;
  readonly client: Client;
  readonly hearing: Hearing;
  readonly said: Own[] = [];
  /** Whispers that were acknowledged. */
  readonly whispered: { readonly content: string; readonly seq: number }[] = [];
  readonly #underWay: Promise<unknown>[] = [];
  #edits: Promise<void> = Promise.resolve();
  #words = 0;

  constructor(name: string, room: string, { way, weather, doors }: {
    readonly way: Way;
    readonly weather: Weather;
    readonly doors: Doors;
  }) {
    this.name = name;
    this.room = room;
    const { broken, pieceBytes, delayMs, spoiled } = weather;
    this.network = new BadNetwork(way === "WebSocket" ? doors.web : doors.port, {
      pieces: (at) => broken[at]?.pieces,
      breaks: (at) => broken[at]?.how,
      passing: (at) => broken[at]?.passing,
      ...(pieceBytes !== undefined && { pieceBytes }),
      ...(delayMs !== undefined && { delayMs }),
      // Only TLS can tell.
      spoiled: (at) => at === 0 && way === "TLS" ? spoiled : undefined,
    });
    const { port } = this.network;
    const who = { name, onlyRooms: [room] };
    const tls = { believed: () => Promise.resolve([doors.cert]) };
    this.client = way === "WebSocket"
      ? clientOver(webSocketLine(`ws://127.0.0.1:${port}/ws`), who)
      : connect({ host: "localhost", port, ...who, ...(way === "TLS" && { tls }) });
    this.hearing = new Hearing(this.client);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    await this.hearing.ended();
    await this.network[Symbol.asyncDispose]();
  }

  /** Whispers once for sure: whoever whispered with somebody asks for what it missed of him. */
  async greet(other: Person): Promise<void> {
    for (;;) {
      await other.client.online();
      const greeted = await this.client.whisper(other.name, "hi").catch(notThere);
      if (greeted !== undefined) return;
      await turns();
    }
  }

  /** Does all of its own, one after the other. */
  async doAll(doings: readonly Doing[], other: Person): Promise<void> {
    for (const doing of doings) {
      const done = this.#do(doing, other);
      this.#underWay.push(done);
      if (doing.waits) await done;
    }
    await Promise.all(this.#underWay);
  }

  async #do({ do: doing, pick }: Doing, other: Person): Promise<void> {
    const content = `${this.name} ${this.#words++}`;
    if (doing === "whisper") {
      const sent = await this.client.whisper(other.name, content).catch(notThere);
      if (sent !== undefined) this.whispered.push({ content, seq: sent.seq });
      return;
    }
    const own = this.said[Math.floor(pick * this.said.length)];
    if (doing === "say" || own === undefined) {
      const said: Own = { content, ack: this.client.say(content, { room: this.room }) };
      this.said.push(said);
      said.seq = (await said.ack).seq;
      return;
    }
    await this.#edit(own, content);
  }

  /** After a break it is asked again by whoever wants it. */
  async #edit(own: Own, content: string): Promise<void> {
    const before = this.#edits;
    this.#edits = (async () => {
      await before;
      const { seq } = await own.ack;
      for (;;) {
        try {
          await this.client.online();
          await this.client.changes.edit({ room: this.room, seq }, content);
          own.content = content;
          return;
        } catch (error) {
          if (!(error instanceof ClosedError) || this.client.status.kind === "closed") throw error;
          await turns();
        }
      }
    })();
    await this.#edits;
  }
}

/** Who is not there now, as far as the server knows, is whispered nothing. */
function notThere(error: unknown): undefined {
  if (!(error instanceof ChatError) || error.code !== "not_found") throw error;
}

/** Plays a run. @returns How often the networks broke. */
export async function converse(plan: Plan, number: number, doors: Doors): Promise<number> {
  const { way, weather, doings } = plan;
  const room = `room${number}`;
  await using watcher = connect({ port: doors.port, name: `W${number}`, onlyRooms: [room] });
  const watching = new Hearing(watcher);
  await watcher.online();
  await using anna = new Person(`A${number}`, room, { way, weather: weather[0], doors });
  await using ben = new Person(`B${number}`, room, { way, weather: weather[1], doors });
  const both = [[anna, ben], [ben, anna]] as const;
  for (const [one] of both) await one.client.online();
  const { seq: start } = await watcher.say("start", { room });
  for (const [one] of both) await one.hearing.reach(start);
  for (const [one, other] of both) await one.greet(other);
  await Promise.all(
    both.map(([one, other], at) => one.doAll(doings.filter(({ who }) => who === at), other)),
  );
  const { seq: end } = await watcher.say("end", { room });
  await Promise.all([watching, anna.hearing, ben.hearing].map((hearing) => hearing.reach(end)));
  // What was told before the last answers is in the hands of whoever listens.
  await turns(2);
  await check({ room, start, end, watcher, watching, both });
  return anna.network.broken + ben.network.broken;
}

async function check({ room, start, end, watcher, watching, both }: {
  readonly room: string;
  readonly start: number;
  readonly end: number;
  readonly watcher: Client;
  readonly watching: Hearing;
  readonly both: readonly (readonly [Person, Person])[];
}): Promise<void> {
  const { messages } = await watcher.history({ room, after: start, limit: 500 });
  const kept = messages.flatMap((message) => message.type === "NewMessage" ? [message] : [])
    .filter(({ seq }) => seq < end)
    .map(({ seq, from, content }) => ({ seq, from, content }));
  for (const [one, other] of both) {
    const own = kept.filter(({ from }) => from === one.name);
    const said = one.said.map(({ seq, content }) => ({ seq, from: one.name, content }));
    assertEquals(own, said, "What is acknowledged is kept once, in order, as it was edited last");
    await checkWhispers(one, other);
  }
  assertEquals(
    kept.map(({ seq }) => seq),
    kept.map((_, at) => start + 1 + at),
    "And nothing else",
  );
  const watched = watching.said.filter(({ seq }) => seq > start && seq < end);
  assertEquals(watched, kept, "Who listens over a good network");
  for (const [one] of both) {
    const { said } = one.hearing;
    assert(
      said.every(({ seq }, at) => at === 0 || seq > (said[at - 1]?.seq ?? 0)),
      "Once, in order",
    );
    const of = (
      list: readonly { readonly seq: number; readonly from: string; content: string }[],
    ) => list.filter(({ seq, from }) => seq > start && seq < end && from !== one.name);
    assertEquals(of(said), of(kept), "Who listens over a bad network hears all of others");
  }
}

async function checkWhispers(one: Person, other: Person): Promise<void> {
  const { messages } = await one.client.history({ with: other.name, limit: 500 });
  const kept = messages.flatMap((message) =>
    message.type === "PrivateMessage" && message.from === one.name && message.content !== "hi"
      ? [{ content: message.content, seq: message.seq }]
      : []
  );
  assertEquals(kept, one.whispered, "What was whispered is kept once, in order");
  // What was missed is asked for, and told when that is answered: what else is asked may be answered before.
  const heard = () =>
    other.hearing.whispers.filter(({ content }) => content !== "hi")
      .map(({ content, seq }) => ({ content, seq }));
  await until("All whispers", () => heard().length >= one.whispered.length).catch(() => {});
  assertEquals(heard(), one.whispered, "And heard so");
}
