/**
 * Carries out an attack: keeps its connections alive and writes what their peers yield, within the bound.
 *
 * ```text
 *   one of `connections`:   connect ─► peer(me) ─ bytes ─► write ─┐   ended, or closed by the server: the next life
 *                              ▲          pace by the budget ◄────┤
 *                              └──────────── a new life ──────────┘
 * ```
 *
 * @module
 */

import type { Attack, Heard, Peer } from "./attack.ts";
import { Budget } from "./budget.ts";
import { dial, type Line, ONE_ADDRESS } from "./dial.ts";
import { FrameCutter } from "./frames.ts";
import { seeded } from "./random.ts";

/** Where and how long. */
export interface Orders {
  readonly chat: number;
  readonly http: number;
  readonly seconds: number;
  readonly seed: number;
  /** Part of all names, so that no other attack on the same server has them. */
  readonly tag: string;
}

/** What an attack has done. */
export interface Done {
  connections: number;
  refused: number;
  bytesOut: number;
  bytesIn: number;
  /** What was reached and never should have been: a few sentences, each once. */
  breaches: string[];
}

/** Sentences that are told of: more of them say nothing more. */
const BREACHES_MAX = 10;
/** No write takes longer pieces: the budget is kept evenly. */
const PIECE_BYTES = 256 << 10;

/** What the attackers' process says when it begins. */
export const READY = "ready";

/** Attacks until the time is up. @param ready Is told when it begins. */
export async function carryOut(
  attack: Attack,
  orders: Orders,
  ready: () => void,
): Promise<Done> {
  const done: Done = { connections: 0, refused: 0, bytesOut: 0, bytesIn: 0, breaches: [] };
  const breach = (sentence: string) => {
    if (!done.breaches.includes(sentence) && done.breaches.length < BREACHES_MAX) {
      done.breaches.push(sentence);
    }
  };
  if (attack.crowd !== undefined) {
    done.connections = attack.bound.connections;
    await attack.crowd({ port: orders.chat, seconds: orders.seconds, breach, ready });
    return done;
  }
  ready();
  const time = new Time(orders.seconds * 1000);
  const { connections, connectsPerSecond, bytesPerSecond } = attack.bound;
  const bytes = new Budget(bytesPerSecond);
  const connects = new Budget(connectsPerSecond);
  const lives = async (index: number): Promise<void> => {
    const random = seeded(orders.seed + index * 7919);
    for (let life = 0; !time.isUp; life++) {
      await time.rest(connects.take(1));
      if (time.isUp) return;
      const port = attack.door === "http" ? orders.http : orders.chat;
      const { signal } = time;
      const from = attack.from === "one address" ? { from: ONE_ADDRESS } : {};
      const { onTls: raw = false } = attack;
      const dialled = await dial(port, { ...from, raw, signal });
      if (typeof dialled === "string") {
        done.refused++;
        continue;
      }
      using line = dialled;
      done.connections++;
      const name = `m${orders.tag}.${index}-${life}`;
      await live(attack, line, { index, life, name, port, random, breach }, { time, bytes, done });
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => lives(index)));
  time.end();
  return done;
}

interface Means {
  readonly time: Time;
  readonly bytes: Budget;
  readonly done: Done;
}

/** One life of one peer. */
async function live(
  attack: Attack,
  line: Line,
  who: Pick<Peer, "index" | "life" | "name" | "port" | "random" | "breach">,
  { time, bytes, done }: Means,
): Promise<void> {
  const reads = attack.reads ?? "thrown away";
  const ears = new Ears();
  using _closing = time.onEnd(() => line[Symbol.dispose]());
  using _silence = time.onEnd(() => ears.end());
  const listening = reads === "nothing" ? undefined : (async () => {
    for (let piece; (piece = await line.read()) !== undefined;) {
      done.bytesIn += piece.length;
      if (reads === "messages") ears.take(piece);
    }
    ears.end();
  })();
  const me: Peer = {
    ...who,
    next: (type) => ears.next(type),
    rest: (ms) => time.rest(ms),
    closeWrite: () => line.closeWrite(),
  };
  try {
    for await (const piece of attack.peer?.(me) ?? []) {
      for (let at = 0; at < piece.length; at += PIECE_BYTES) {
        const part = piece.subarray(at, at + PIECE_BYTES);
        await time.rest(bytes.take(part.length));
        if (time.isUp || await line.write(part) === undefined) return;
        done.bytesOut += part.length;
      }
    }
  } catch (error) {
    if (error !== SILENCE) throw error;
  } finally {
    line[Symbol.dispose]();
    await listening;
  }
}

/** What a peer meets that waits for a message on a connection that has ended. */
const SILENCE: Error = new Error("nothing more comes");

/** Holds at most so many messages that a peer has not asked for yet; older ones are forgotten. */
const HELD_MAX = 1_000;

class Ears {
  readonly #cutter = new FrameCutter();
  readonly #held: Heard[] = [];
  #ended = false;
  #raw = false;
  #wake = Promise.withResolvers<void>();

  take(piece: Uint8Array): void {
    if (this.#raw) return;
    try {
      this.#held.push(...this.#cutter.take(piece));
    } catch (error) {
      // The bytes of a file, which no attack wants to know.
      if (!(error instanceof SyntaxError)) throw error;
      this.#raw = true;
    }
    this.#held.splice(0, this.#held.length - HELD_MAX);
    this.#notify();
  }

  end(): void {
    this.#ended = true;
    this.#notify();
  }

  async next(type: string): Promise<Heard> {
    for (;;) {
      for (let message; (message = this.#held.shift()) !== undefined;) {
        if (message.type === type) return message;
      }
      if (this.#ended) throw SILENCE;
      await this.#wake.promise;
    }
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

/** How long the attack lasts; whoever rests is woken at its end. */
class Time {
  readonly #wakers = new Set<() => void>();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #over = new AbortController();
  #isUp = false;

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.end(), ms);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Fires at the end. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#isUp = true;
    this.#over.abort();
    for (const wake of [...this.#wakers]) wake();
  }

  /** Calls back at the end, unless it is disposed before. */
  onEnd(wake: () => void): Disposable {
    if (this.#isUp) wake();
    else this.#wakers.add(wake);
    return { [Symbol.dispose]: () => void this.#wakers.delete(wake) };
  }

  async rest(ms: number): Promise<void> {
    if (ms <= 0 || this.#isUp) return;
    const rested = Promise.withResolvers<void>();
    const timer = ms === Infinity ? undefined : setTimeout(rested.resolve, ms);
    using _ = this.onEnd(rested.resolve);
    await rested.promise;
    clearTimeout(timer);
  }
}
