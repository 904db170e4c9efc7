/**
 * The honest: Anna pings and says something each 50 ms, Ben hears it, and in each half second somebody new comes in and a
 * supervisor asks for the server's health.
 *
 * What they are told decides a row: an answer counts from its question, also when the attack holds it up, and questions
 * go on meanwhile, so that one long stall is not counted as one. Each acknowledged message must reach Ben exactly
 * once, and stand in the store exactly once.
 *
 * @module
 */

import type { Heard } from "./attack.ts";
import { askHealth, comeIn } from "./callers.ts";
import { Member } from "./member.ts";
import { JOIN_MS, PROBE_MS, SETTLE_MS_MAX } from "./numbers.ts";
import { waitedMs } from "./proc.ts";
import { type Spread, spread, type Took } from "./spread.ts";
import { within } from "../within.ts";

/** The room of the honest. Nobody forbids an attacker to enter it. */
export const HONEST_ROOM = "honest";
/** Who says something there. */
export const HONEST_SPEAKER = "Anna";

/** What became of what Anna said. */
export interface Tally {
  readonly said: number;
  readonly acknowledged: number;
  readonly received: number;
  /** Acknowledged, and never received by Ben. */
  readonly lost: number;
  /** Received more than once. */
  readonly doubled: number;
}

/** What the honest have met. */
export interface Met {
  readonly ping: Spread;
  readonly say: Spread;
  readonly join: Spread;
  /** What a supervisor asks: `/healthz`. */
  readonly health: Spread;
  readonly tally: Tally;
  /** Pings and messages without an answer, although everything else was over. */
  readonly unanswered: number;
  /** What was refused to them, by code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Why they were cut off, each time. */
  readonly cuts: readonly string[];
  /** Ids of what was acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
}

type Question = "ping" | "say" | "join" | "health";

interface Asked {
  readonly at: number;
  /** How long the two had waited for a core until then. */
  readonly server: number;
  readonly prober: number;
}

/** Who is asked. */
export interface Target {
  readonly port: number;
  readonly http: number;
  readonly pid: number;
}

/** The honest, from when they are in the room until they are disposed. */
export class Prober implements AsyncDisposable {
  readonly #target: () => Target;
  readonly #pings = new Map<string, Asked>();
  readonly #says = new Map<string, Asked>();
  readonly #took = { ping: [], say: [], join: [], health: [] } as Record<Question, Took[]>;
  readonly #acknowledged = new Set<string>();
  readonly #received = new Map<string, number>();
  readonly #refused: Record<string, number> = {};
  readonly #cuts: string[] = [];
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  readonly #calls = new Set<Promise<void>>();
  readonly #anna: Member;
  readonly #ben: Member;
  /** Part of its ids and guests' names: others may have been here before. */
  readonly #mark = crypto.randomUUID().slice(0, 8);
  #count = 0;
  #changed = Promise.withResolvers<void>();

  private constructor(target: () => Target) {
    this.#target = target;
    const port = () => target().port;
    const room = HONEST_ROOM;
    const cut = (who: string) => (why: string) => void this.#cuts.push(`${who}: ${why}`);
    this.#anna = new Member({
      name: HONEST_SPEAKER,
      room,
      port,
      hear: (message) => this.#answered(message),
      entered: () => this.#again(),
      cut: cut("Anna"),
    });
    this.#ben = new Member({
      name: "Ben",
      room,
      port,
      hear: (message) => this.#heard(message),
      entered: () => {},
      cut: cut("Ben"),
    });
  }

  /** Lets them in and begins. */
  static async start(target: () => Target): Promise<Prober> {
    const prober = new Prober(target);
    await within(Promise.all([prober.#anna.inRoom, prober.#ben.inRoom]), "The honest's login");
    prober.#timers.push(setInterval(() => prober.#ask(), PROBE_MS));
    prober.#timers.push(setInterval(() => prober.#callers(), JOIN_MS));
    return prober;
  }

  /** Stops asking, waits for what is owed, and adds up. */
  async finish(): Promise<Met> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    const deadline = performance.now() + SETTLE_MS_MAX;
    while (!this.#settled()) {
      const left = deadline - performance.now();
      if (left <= 0) break;
      await within(this.#changed.promise, "An answer", left).catch(() => {});
    }
    await Promise.all(this.#calls);
    // Who never gets an answer has waited until now at least.
    for (const asked of this.#pings.values()) this.#took.ping.push(this.#since(asked));
    for (const asked of this.#says.values()) this.#took.say.push(this.#since(asked));
    const received = [...this.#received];
    return {
      ping: spread(this.#took.ping),
      say: spread(this.#took.say),
      join: spread(this.#took.join),
      health: spread(this.#took.health),
      tally: {
        said: this.#count,
        acknowledged: this.#acknowledged.size,
        received: received.length,
        lost: [...this.#acknowledged].filter((id) => !this.#received.has(id)).length,
        doubled: received.filter(([, count]) => count > 1).length,
      },
      unanswered: this.#pings.size + this.#says.size,
      refused: this.#refused,
      cuts: this.#cuts,
      acknowledged: this.#acknowledged,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await Promise.all([this.#anna[Symbol.asyncDispose](), this.#ben[Symbol.asyncDispose]()]);
    await Promise.all(this.#calls);
  }

  #settled(): boolean {
    return this.#pings.size === 0 && this.#says.size === 0 && this.#calls.size === 0 &&
      [...this.#acknowledged].every((id) => this.#received.has(id));
  }

  #ask(): void {
    const asked = this.#now();
    const n = this.#count++;
    // What is said while it is cut off goes out when it is back, under the same id.
    const id = `say-${this.#mark}-${n}`;
    this.#says.set(id, asked);
    if (this.#anna.send({ type: "Ping", id: `ping-${n}` })) this.#pings.set(`ping-${n}`, asked);
    this.#say(id);
  }

  #say(id: string): void {
    this.#anna.send({ type: "Broadcast", room: HONEST_ROOM, content: `I am well (${id})`, id });
  }

  /** Back again: what was not acknowledged is said once more, and a ping that went under has no answer. */
  #again(): void {
    for (const [id, asked] of this.#pings) {
      this.#pings.delete(id);
      this.#took.ping.push(this.#since(asked));
    }
    for (const id of this.#says.keys()) this.#say(id);
  }

  #answered(message: Heard): void {
    const id = String(message["re"]);
    const ping = this.#pings.get(id);
    const say = this.#says.get(id);
    if (message.type === "Pong" && ping !== undefined) {
      this.#pings.delete(id);
      this.#took.ping.push(this.#since(ping));
    } else if (message.type === "Ack" && say !== undefined) {
      this.#says.delete(id);
      this.#took.say.push(this.#since(say));
      this.#acknowledged.add(id);
    } else if (message.type === "Error") {
      this.#refuse(String(message["code"]));
      this.#pings.delete(id);
      this.#says.delete(id);
    }
    this.#change();
  }

  #heard(message: Heard): void {
    const id = message["id"];
    if (
      message.type !== "NewMessage" || message["from"] !== HONEST_SPEAKER || typeof id !== "string"
    ) {
      return;
    }
    this.#received.set(id, (this.#received.get(id) ?? 0) + 1);
    this.#change();
  }

  /** Somebody new comes in, and a supervisor looks. */
  #callers(): void {
    const { port, http } = this.#target();
    this.#call("join", () => comeIn(port, `guest-${this.#mark}-${this.#count}`));
    this.#call("health", () => askHealth(http));
  }

  #call(question: "join" | "health", ask: () => Promise<string>): void {
    const asked = this.#now();
    const calling = ask().then((wrong) => {
      if (wrong !== "") this.#refuse(`${question} ${wrong}`);
      this.#took[question].push(this.#since(asked));
    }).finally(() => {
      this.#calls.delete(calling);
      this.#change();
    });
    this.#calls.add(calling);
  }

  #refuse(code: string): void {
    this.#refused[code] = (this.#refused[code] ?? 0) + 1;
  }

  #now(): Asked {
    return {
      at: performance.now(),
      server: waitedMs(this.#target().pid),
      prober: waitedMs("self"),
    };
  }

  /** Only the longer of the two waits is the machine's: both may have waited at once, so their sum says too much. */
  #since({ at, server, prober }: Asked): Took {
    const now = this.#now();
    const machineMs = Math.max(0, now.server - server, now.prober - prober);
    return { ms: now.at - at, machineMs };
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
