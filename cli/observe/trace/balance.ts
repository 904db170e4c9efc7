/**
 * Runs `chat observe --balance`: holds the server's count of each connection's bytes against the kernel's.
 *
 * ```text
 *   watch ─► a while ─► moment a ─ inspection ─ moment b ─► all calls up to b are read ─► compare
 *                         ▲                                                                 │ they differ: once more, a second later
 *                         └─────────────────────────────────────────────────────────────────┘
 * ```
 *
 * A runtime may hold bytes that it has read and not handed over yet, or that are written and not counted yet. Those come in the next
 * second; what is missing stays missing. So only a difference that is the same each time is one.
 *
 * @module
 */

import { wait } from "../../../ground/mod.ts";
import { observe, type Observer } from "../../../observe/mod.ts";
import { type Balance, Books, type Difference } from "../../../observe/trace/mod.ts";
import type { Client } from "../../../server/wire/mod.ts";
import { asOperator } from "../../account/operator.ts";
import { showCount, showNumber } from "../../db/text.ts";
import { EXIT, Failure } from "../../failure.ts";
import { print, printError } from "../../streams.ts";
import { safeText } from "../../tty/safe.ts";
import {
  BALANCE_AGAIN_MS,
  BALANCE_LOOK_MS,
  BALANCE_ROUNDS,
  BALANCE_S_DEFAULT,
  TRACE_RING_BYTES,
} from "../limits.ts";
import { failureOf } from "../source.ts";
import type { MessageFlags } from "./run.ts";
import { whoIsThere } from "./watch.ts";

/** Balances, and prints how the books stand. @throws {Failure} When they do not balance, or it cannot be known. */
export async function runBalance(flags: Omit<MessageFlags, "top">): Promise<void> {
  const { server, data, json, duration = BALANCE_S_DEFAULT } = flags;
  const who = await whoIsThere(server);
  if (typeof who === "string") throw new Failure(who, EXIT.impossible);
  await asOperator({ server, data }, async (client, signal) => {
    const stop = new AbortController();
    await using observer = await observe({
      pids: who.pids.slice(0, 1),
      intervalMs: BALANCE_LOOK_MS,
      durations: false,
      ringBytes: TRACE_RING_BYTES,
      signal: AbortSignal.any([signal, stop.signal]),
    }).catch((error) => {
      throw failureOf(error);
    });
    const watched = new Watched(observer, server.port);
    if (!json) printError(`Watching for ${duration} s…\n`);
    await wait(duration * 1_000, signal);
    const balance = await lasting(client, watched, signal);
    if (signal.aborted) throw new Failure("Stopped before it was balanced.", EXIT.interrupted);
    stop.abort();
    await watched.ended;
    print(json ? balanceJson(balance) : balanceText(balance, watched.lost));
    const nothing = nothingCompared(balance);
    if (nothing !== undefined) throw new Failure(nothing);
    const { length } = balance.differences;
    if (length > 0) {
      throw new Failure(`The books do not balance: ${showCount(length, "difference")}.`);
    }
  }, { runs: true, permissions: ["ffi"] });
}

/** The last of some looks, with those differences that were in all of them. */
async function lasting(client: Client, watched: Watched, signal: AbortSignal): Promise<Balance> {
  let balance = await watched.balance(client, signal);
  for (let round = 1; round < BALANCE_ROUNDS && !signal.aborted; round++) {
    if (balance.differences.length === 0) break;
    await wait(BALANCE_AGAIN_MS, signal);
    const before = new Set(balance.differences.map(nameOf));
    const next = await watched.balance(client, signal);
    balance = { ...next, differences: next.differences.filter((one) => before.has(nameOf(one))) };
  }
  return balance;
}

/** A difference that is the same one later. */
function nameOf({ connection: { local, remote }, op, kernel, server }: Difference): string {
  return `${local} ${remote} ${op} ${server - kernel}`;
}

/** An observation on its way into the books. */
class Watched {
  /** Settles when the observation is over. */
  readonly ended: Promise<void>;
  readonly #observer: Observer;
  readonly #books = new Books();
  /** All calls up to then have been entered. */
  #read = 0;
  #look = Promise.withResolvers<void>();
  #lost = 0;

  constructor(observer: Observer, port: number) {
    this.#observer = observer;
    this.ended = this.#enter(`:${port}`);
    this.ended.catch(() => {});
  }

  /** Calls that the kernel could not tell. */
  get lost(): number {
    return this.#lost;
  }

  async balance(client: Client, signal: AbortSignal): Promise<Balance> {
    const a = this.#observer.snapshot().ts;
    const { connections } = await client.inspect();
    const b = this.#observer.snapshot().ts;
    while (this.#read <= b && !signal.aborted) await this.#look.promise;
    const balance = this.#books.balance(connections, a, b, this.#lost > 0);
    this.#books.close(a);
    return balance;
  }

  async #enter(suffix: string): Promise<void> {
    try {
      let before = 0;
      for await (const batch of this.#observer.batches()) {
        for (const one of batch) {
          if (one.kind === "io" && one.local?.endsWith(suffix)) this.#books.take(one);
          if (one.kind === "snapshot") {
            // What was told at one look had happened by the one before.
            [this.#read, before] = [before, one.ts];
            this.#lost = one.lost;
            this.#looked();
          }
        }
        // Old calls are numbers; those of the last two looks may still be asked for.
        if (this.#read > 0) this.#books.close(this.#read - KEPT_NS);
      }
    } finally {
      this.#read = Infinity;
      this.#looked();
    }
  }

  #looked(): void {
    this.#look.resolve();
    this.#look = Promise.withResolvers();
  }
}

/** Nanoseconds for which calls are kept one by one: longer than an inspection takes. */
const KEPT_NS = 5e9;

/** Why nothing could be compared, where that is so: no books at all are none that balance. */
export function nothingCompared({ compared, silent }: Balance): string | undefined {
  if (compared > 0) return undefined;
  // Whoever asks moves bytes by that.
  const why = silent > 0
    ? "of the server's connections the watched process moved nothing; something may stand before the server, a forwarder for one. Name the server's own address with --server"
    : "over TLS and WebSockets the server counts words, and the kernel what carries them";
  return `Nothing could be compared: ${why}.`;
}

/** How the books stand, in some sentences. */
export function balanceText(
  { compared, apart, silent, bytes, differences }: Balance,
  lost: number,
): string {
  return [
    ...differences.map(differenceText),
    `${showCount(compared, "connection")} compared, ${showCount(bytes, "byte")}: ${
      compared === 0
        ? "nothing is known."
        : differences.length === 0
        ? "kernel and server agree on each, the difference is 0."
        : `${showCount(differences.length, "difference")}.`
    }`,
    ...(apart === 0 ? [] : [
      `${
        showCount(apart, "connection")
      } cannot be compared: over TLS and WebSockets the server counts words, and the kernel what carries them.`,
    ]),
    ...(silent === 0 ? [] : [
      `Of ${showCount(silent, "connection")} the kernel saw no call of the watched process.`,
    ]),
    ...(lost === 0
      ? []
      : [`${showCount(lost, "call")} got lost: where nothing is known, nothing is compared.`]),
  ].map((line) => `${line}\n`).join("");
}

function differenceText({ connection: { user, remote }, op, kernel, server }: Difference): string {
  const who = user === undefined ? "nobody yet" : safeText(user);
  const less = server < kernel ? "less" : "more";
  return `${safeText(remote)} (${who}), ${
    op === "recv" ? "from there" : "to there"
  }: the kernel moved ${showNumber(kernel)} bytes, the server counts ${
    showNumber(Math.abs(server - kernel))
  } ${less}.`;
}

function balanceJson({ differences, ...rest }: Balance): string {
  const rows = differences.map(({ connection: { user, local, remote }, op, kernel, server }) => ({
    ...{ user, local, remote, op, kernel, server },
  }));
  return `${JSON.stringify({ type: "balance", ...rest, differences: rows })}\n`;
}
