/**
 * Failing system calls of a real process on a real disk, by `strace`: each error at each call, one after the other.
 *
 * ```text
 *   a process that writes a store (calls_child.ts) ◄── strace, attached for one run: the nth call fails
 *        │ what it says became of each message
 *        ▼
 *   the store is opened here, without a fault: all that was acknowledged is there once, and nothing that was refused
 * ```
 *
 * `strace` counts the calls of each thread by itself, and calls that wait run on threads: there the nth call of every
 * thread fails. It cannot make a write short, since it would have to leave out the write altogether; short writes are
 * tried on the simulated disk.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { openStore, verifyStore } from "../../../db/mod.ts";
import { ScriptChild } from "../../script_child.ts";
import { hasProgram } from "../../skips.ts";
import { fault } from "../../server/durable/strace.ts";
import { CALLS_OPTIONS } from "./calls_child.ts";
import type { StoreOrders } from "./mod.ts";
import { Trial } from "./trial.ts";

const CHILD = fileURLToPath(new URL("./calls_child.ts", import.meta.url));

/** Which errors a call can give, in the order in which they are tried. */
export const CALL_ERRORS: Readonly<Record<string, readonly string[]>> = {
  getdents64: ["EIO", "EINTR"],
  pwrite64: ["EIO", "ENOSPC", "EINTR"],
  fdatasync: ["EIO", "ENOSPC", "EINTR"],
  openat: ["EIO", "EMFILE", "ENOSPC", "EINTR", "EACCES"],
  fsync: ["EIO", "EINTR"],
  linkat: ["EIO", "ENOSPC", "EPERM", "EINTR"],
  rename: ["EIO", "EINTR"],
  unlink: ["EIO", "EINTR"],
  mkdir: ["EIO", "ENOSPC", "EINTR"],
  flock: ["EINTR", "ENOLCK"],
  pread64: ["EIO", "EINTR"],
  statx: ["EIO", "EINTR"],
  fstat: ["EIO"],
  ftruncate: ["EIO", "EINTR"],
};

/** Calls at most of one name that are tried: a run makes fewer. */
const CALLS_MAX = 400;

/** The writing process. */
export class Writer implements AsyncDisposable {
  readonly #child = new ScriptChild(CHILD);

  /** Its process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Lets it write a store, and gives what it says. @throws When it dies of it, or does not end. */
  async write(directory: string): Promise<string[]> {
    await this.#child.write(`${directory}\n`);
    const said: string[] = [];
    for (let line = await this.#child.line(); line !== "done"; line = await this.#child.line()) {
      said.push(line);
    }
    return said;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }
}

/**
 * One run with a fault, and whether everything that was promised holds behind it.
 *
 * @param inject As for `strace -e inject=`.
 * @returns Whether the fault was met.
 * @throws When a promise was broken.
 */
export async function tryCall(writer: Writer, inject: string): Promise<boolean> {
  const place = await Deno.makeTempDir({ prefix: "chat-calls-" });
  try {
    const directory = `${place}/new/store`;
    let seen: string;
    let said: string[];
    {
      await using strace = await fault(writer.pid, inject);
      said = await writer.write(directory);
      seen = await strace.end();
    }
    await judge(directory, said);
    return seen.includes("(INJECTED)");
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

/** Opens what there is without a fault, and compares it with what was said. */
async function judge(directory: string, said: readonly string[]): Promise<void> {
  const broken = said.find((line) => line.startsWith("broken"));
  if (broken !== undefined) throw new Error(broken);
  await using store = await openStore(directory, CALLS_OPTIONS);
  const entries = await store.read("a", { after: 0, limit: 10_000 });
  const there = entries.map((entry) =>
    entry.kind === "message" ? new TextDecoder().decode(entry.body) : `damaged ${entry.seq}`
  );
  if (new Set(there).size !== there.length) throw new Error(`doubled: ${there.join(" ")}`);
  const toldOf = new Set(said.map((line) => line.split(" ")[1]));
  for (const body of there) if (!toldOf.has(body)) throw new Error(`never written: ${body}`);
  for (const line of said) {
    const [outcome, body = ""] = line.split(" ");
    if (outcome === "durable" && !there.includes(body)) throw new Error(`lost: ${body}`);
    if (outcome === "not_written" && there.includes(body)) {
      throw new Error(`refused, but there: ${body}`);
    }
  }
  await store.append("a", new TextEncoder().encode("after it"), { at: 2 }).done;
  await store.close();
  const { damages } = await verifyStore(directory);
  if (damages[0] !== undefined) throw new Error(`${damages[0].file}: ${damages[0].reason}`);
}

/** Carries out the attack. */
export async function run(orders: StoreOrders): Promise<void> {
  if (!hasProgram("strace")) throw new Error("it needs strace, and there is none here");
  const trial = new Trial(orders);
  let writer: Writer | undefined;
  try {
    for (const [call, errors] of Object.entries(CALL_ERRORS)) {
      for (const error of errors) {
        // Nobody interrupts a call for ever; the runtime would make a sync again for as long.
        const whens = error === "EINTR" ? ["once"] : ["once", "from then on"];
        for (const when of whens) {
          for (let nth = 1, met = true; met && nth <= CALLS_MAX && !trial.over; nth++) {
            const inject = `${call}:error=${error}:when=${nth}${when === "once" ? "" : "+"}`;
            const one = writer ??= await warm();
            await trial.one(`failing system calls, ${when}`, inject, async () => {
              met = false;
              try {
                met = await tryCall(one, inject);
              } catch (error) {
                await one[Symbol.asyncDispose]();
                writer = undefined;
                met = true;
                throw error;
              }
            });
          }
        }
      }
    }
  } finally {
    await writer?.[Symbol.asyncDispose]();
  }
}

/** A writer that has loaded everything, so that only calls of the store can fail. */
export async function warm(): Promise<Writer> {
  const writer = new Writer();
  const place = await Deno.makeTempDir({ prefix: "chat-calls-" });
  try {
    await judge(`${place}/s`, await writer.write(`${place}/s`));
    return writer;
  } catch (error) {
    await writer[Symbol.asyncDispose]();
    throw error;
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}
