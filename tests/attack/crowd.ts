/**
 * A crowd of the product's own clients that talk in small rooms while their server is killed and comes back.
 *
 * Everybody must be back in time, and what was acknowledged must have reached every member of its room once.
 *
 * @module
 */

import { type Client, connect } from "../../server/wire/mod.ts";
import type { CrowdOrders } from "./attack.ts";
import { tlsOfClients } from "./over_tls.ts";

/** Members of a room. */
const ROOM_SIZE = 10;
/** Logins at once: they are not the attack. */
const LOGINS = 50;
/** Each tenth says something, this often, in ms. */
const TURN_MS = 200;
/** From the first who is back to the last, and from the last word to its answer, in ms. */
export const BACK_MS_MAX = 10_000;

/** Lets so many in, lets them talk, and tells what went wrong. */
export async function comeBack(count: number, orders: CrowdOrders): Promise<void> {
  const { port, seconds, breach, ready } = orders;
  await using stack = new AsyncDisposableStack();
  const people: Person[] = [];
  for (let n = 0; n < count; n++) {
    people.push(stack.use(new Person(port, n)));
    if (people.length % LOGINS === 0) {
      await Promise.all(people.slice(-LOGINS).map((one) => one.client.online()));
    }
  }
  ready();
  const until = performance.now() + seconds * 1000;
  for (let round = 0; performance.now() < until; round++) {
    for (const one of people) if (one.n % 10 === round % 10) one.say(round);
    await new Promise((resolve) => setTimeout(resolve, TURN_MS));
  }
  const all = Promise.all(people.flatMap((one) => one.settled()));
  if (!await inTime(all, BACK_MS_MAX)) breach("somebody gets no answer");
  // An answer may come before what others hear of it.
  const heard = Promise.all(people.map((one) => one.heardAll(people)));
  if (!await inTime(heard, BACK_MS_MAX)) breach("a member did not get what was acknowledged");
  for (const sentence of new Set(people.flatMap((one) => one.complaints(people)))) breach(sentence);
}

/** One of the crowd. */
class Person implements AsyncDisposable {
  readonly client: Client;
  readonly n: number;
  readonly #room: string;
  readonly #acknowledged = new Set<string>();
  readonly #heard = new Map<string, number>();
  readonly #listening: Promise<void>;
  readonly #saying: Promise<void>[] = [];
  #more = Promise.withResolvers<void>();
  #brokenAt: number | undefined;
  #backAt: number | undefined;

  constructor(port: number, n: number) {
    this.n = n;
    this.#room = `table${Math.floor(n / ROOM_SIZE)}`;
    this.client = connect({ ...tlsOfClients(), port, name: `person${n}`, rooms: [this.#room] });
    this.#listening = this.#listen();
  }

  say(round: number): void {
    const content = `${this.n}.${round}`;
    const acknowledged = () => void this.#acknowledged.add(content);
    this.#saying.push(this.client.say(content, { room: this.#room }).then(acknowledged, () => {}));
  }

  /** Resolves when all that it said has an answer. */
  settled(): readonly Promise<void>[] {
    return this.#saying;
  }

  complaints(people: readonly Person[]): string[] {
    const all: string[] = [];
    const first = Math.min(...people.map((one) => one.#backAt ?? Infinity));
    if (this.#brokenAt !== undefined && (this.#backAt ?? Infinity) - first > BACK_MS_MAX) {
      all.push(`somebody was not back ${BACK_MS_MAX} ms after the first`);
    }
    if (this.#heard.values().some((count) => count > 1)) all.push("a member got a message twice");
    return all;
  }

  /** Resolves when it has heard all that was acknowledged in its room. */
  async heardAll(people: readonly Person[]): Promise<void> {
    while (!this.#tableOf(people).every((other) => this.#heardAllOf(other))) {
      await this.#more.promise;
    }
  }

  #heardAllOf(other: Person): boolean {
    return other.#acknowledged.keys().every((said) => this.#heard.has(said));
  }

  #tableOf(people: readonly Person[]): readonly Person[] {
    const first = this.n - this.n % ROOM_SIZE;
    return people.slice(first, first + ROOM_SIZE);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    await this.#listening;
  }

  async #listen(): Promise<void> {
    let wasOnline = false;
    for await (const event of this.client) {
      if (event.type === "NewMessage") {
        this.#heard.set(event.content, (this.#heard.get(event.content) ?? 0) + 1);
        this.#more.resolve();
        this.#more = Promise.withResolvers();
      } else if (event.type === "Status" && event.status.kind === "online") {
        if (wasOnline) this.#backAt = performance.now();
        wasOnline = true;
      } else if (event.type === "Status" && wasOnline && event.status.kind === "offline") {
        this.#brokenAt ??= performance.now();
      }
    }
  }
}

async function inTime(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), ms);
  const done = await Promise.race([promise.then(() => true as const), late.promise]);
  clearTimeout(timer);
  return done;
}
