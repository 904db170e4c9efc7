/**
 * Keeps what a dashboard's user registers, logs in to and ignores, though the dashboard itself may open no file.
 *
 * ```text
 *   dashboard ── net alone; listens to browsers          keeper_thread ── two folders alone; hears nobody else
 *       └───────── the token of Anna's device, "ignore Ben" ────────────────┘
 * ```
 *
 * A page tells the process a password once, and the token that comes of it lies in the same file as that of other clients, for
 * its owner alone. In the browser it would lie open to whatever runs at the page's address, which has another port at each start.
 *
 * @module
 */

import type { Welcome } from "../../server/wire/mod.ts";
import { Failure } from "../failure.ts";
import type { Address } from "../values.ts";
import { stateDirectory } from "../account/kept_devices.ts";
import { KeptIgnored } from "../account/kept_ignored.ts";
import { machineName } from "../account/proof.ts";

/** What the thread is asked to do. `n` comes back. */
export type KeeperTask =
  & { readonly n: number }
  & (
    | {
      readonly kind: "token";
      readonly device: { readonly name: string; readonly token: string; readonly device?: string };
    }
    | { readonly kind: "ignore"; readonly name: string; readonly on: boolean }
  );

/** What comes of it; `why` is a sentence. */
export interface KeeperOutcome {
  readonly n: number;
  readonly why?: string;
}

/** Which server's things are kept, and where. */
export interface KeeperPlace {
  readonly server: Address;
  /** The directory of what programs of this user keep. */
  readonly state: string;
}

/** What this machine keeps for one server. */
export interface Keeper extends Disposable {
  /** What this machine calls itself. */
  readonly machine: string;
  /** Whom its user ignores. */
  readonly ignored: readonly string[];
  /** Keeps the token that a welcome brings. @throws {Failure} When that is not possible. */
  keep(welcome: Welcome): Promise<void>;
  /** Keeps that somebody is ignored, or is not any more. @throws {Failure} When that is not possible. */
  ignore(name: string, on: boolean): Promise<void>;
}

type Undone<T> = T extends unknown ? Omit<T, "n"> : never;

/** Starts the thread: to be done while files and the environment may be read. Only then may they be given up. */
export async function startKeeper(server: Address): Promise<Keeper> {
  const state = stateDirectory();
  const machine = machineName();
  const ignored = await new KeptIgnored(server, state).names();
  const places = [`${state}/chat`];
  const worker = new Worker(new URL("keeper_thread.ts", import.meta.url), {
    type: "module",
    name: "keeper",
    deno: {
      permissions: {
        read: places,
        write: places,
        env: false,
        ffi: false,
        import: false,
        net: false,
        run: false,
        sys: false,
      },
    },
  });
  const ready = Promise.withResolvers<void>();
  const open = new Map<number, PromiseWithResolvers<void>>();
  let tasks = 0;
  let broken: Failure | undefined;
  worker.onmessage = ({ data }: MessageEvent<"ready" | KeeperOutcome>) => {
    if (data === "ready") return ready.resolve();
    const task = open.get(data.n);
    open.delete(data.n);
    if (data.why === undefined) task?.resolve();
    else task?.reject(new Failure(data.why));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    broken = new Failure(`Nothing can be kept: ${event.message}`);
    // Without it all works but the keeping, and whoever wants to keep something hears why not.
    ready.resolve();
    for (const task of open.values()) task.reject(broken);
    open.clear();
  };
  // Whom to believe is for this thread to know: what can be called cannot be sent to another.
  const { host, port, tls } = server;
  const place: KeeperPlace = { server: { host, port, ...(tls && { tls: {} }) }, state };
  worker.postMessage(place);
  await ready.promise;
  const ask = (task: Undone<KeeperTask>): Promise<void> => {
    if (broken !== undefined) return Promise.reject(broken);
    const outcome = Promise.withResolvers<void>();
    open.set(++tasks, outcome);
    worker.postMessage({ ...task, n: tasks });
    return outcome.promise;
  };
  return {
    machine,
    ignored,
    async keep({ username: name, device: token, deviceId }) {
      if (token === undefined) return;
      const device = { name, token, ...(deviceId === undefined ? {} : { device: deviceId }) };
      await ask({ kind: "token", device });
    },
    ignore: (name, on) => ask({ kind: "ignore", name, on }),
    [Symbol.dispose]: () => {
      worker.terminate();
      for (const task of open.values()) task.reject(new Failure("The dashboard has ended."));
      open.clear();
    },
  };
}
