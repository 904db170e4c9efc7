/**
 * What the claims share in one boot: the processes to be observed, started once, and the way to observe one of them.
 *
 * @module
 */

import { type Io, observe, type ObserveOptions, type Snapshot } from "../../../observe/mod.ts";
import type { Start } from "../../../observe/mod.ts";
import { type Peer, startPeer, talk, type Traffic } from "./peers.ts";
import type { Orders } from "./observer_child.ts";

/** Where the host put what it compiled for the guest. */
export const PEER = "/run/host/peer";

/** Milliseconds between two snapshots: the shortest there is. */
const INTERVAL_MS = 50;
/** Snapshots that are waited for after the traffic, where fewer calls are seen than were made. */
const PATIENCE = 10;

/** What `peer.c` and the children can be. */
export type Kind = "deno" | "msg" | "writev" | "udp" | "mmsg";

/** What an observation of some traffic gave. */
export interface Seen {
  readonly start: Start;
  readonly calls: readonly Io[];
  readonly last: Snapshot;
}

/** An observation, and what goes on meanwhile. */
export interface Watching {
  readonly options?: Partial<ObserveOptions>;
  readonly traffic?: Traffic;
  readonly how?: (port: number, traffic: Traffic) => Promise<unknown>;
}

/** The traffic, where a claim does not say. */
export const TRAFFIC: Traffic = { rounds: 25, bytes: 100 };

/** The processes of one boot. */
export class World implements AsyncDisposable {
  readonly #peers = new Map<Kind, Promise<Peer>>();

  /** A server of that kind; started when it is first asked for. */
  peer(kind: Kind): Promise<Peer> {
    const there = this.#peers.get(kind);
    if (there) return there;
    const peer = startPeer(kind === "deno" ? denoRun("echo_child.ts") : [PEER, kind]);
    this.#peers.set(kind, peer);
    return peer;
  }

  /** Observes a server while it is talked to, until all calls are seen or no more come. */
  async watch(kind: Kind, watching: Watching = {}): Promise<Seen> {
    const { options = {}, traffic = TRAFFIC, how = talk } = watching;
    const { pid, port } = await this.peer(kind);
    const enough = new AbortController();
    await using observer = await observe({
      pids: [pid],
      intervalMs: INTERVAL_MS,
      signal: enough.signal,
      ...options,
    });
    let talked = false;
    const talking = how(port, traffic).then(() => void (talked = true));
    const calls: Io[] = [];
    let patience = PATIENCE;
    for await (const one of observer) {
      if (one.kind === "io") calls.push(one);
      if (one.kind === "end") {
        await talking;
        return { start: observer.start, calls, last: one.last };
      }
      if (one.kind !== "snapshot" || !talked) continue;
      const all = one.send.calls >= traffic.rounds && one.recv.calls >= traffic.rounds;
      if (all || --patience === 0) enough.abort();
    }
    throw new Error("The observation has no end");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers.values()) await (await peer)[Symbol.asyncDispose]();
  }
}

/** Threads that wait in a call of recv for ever. */
export function blocked(threads: number): Promise<Peer> {
  return startPeer([PEER, "block", String(threads)]);
}

/** The command of a server of `peer.c`. */
export function peerCommand(kind: Kind): readonly string[] {
  return [PEER, kind];
}

/** What an observer of its own said. */
export interface Said {
  readonly start?: Start;
  readonly port?: number;
  readonly refused?: { readonly name: string; readonly message: string; readonly reason?: string };
}

/** An observer in a process of its own. */
export interface Apart extends AsyncDisposable {
  readonly process: Peer;
  /** Has it observe, and gives what it says. */
  observe(orders: Orders): Promise<Said>;
  /** Ends that observation, and gives its last figures. */
  last(): Promise<Snapshot>;
}

/** Starts an observer under a program that changes what it may or sees, such as `setpriv`. */
export async function apart(under: readonly string[] = []): Promise<Apart> {
  const process = await startPeer([...under, ...denoRun("observer_child.ts")]);
  const answer = async () => JSON.parse(await process.line() ?? '"It said nothing"');
  return {
    process,
    async observe(orders) {
      await process.tell(JSON.stringify(orders));
      return await answer() as Said;
    },
    async last() {
      await process.tell("");
      return (await answer() as { last: Snapshot }).last;
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

function denoRun(module: string): string[] {
  const flags = ["--no-prompt", "--allow-all", "--no-lock", "--cached-only"];
  return [Deno.execPath(), "run", ...flags, `tests/observe/vm/${module}`];
}
