/**
 * The dashboard's kernel: from an observer of its own, from one that was started apart, or from nowhere.
 *
 * All that can be refused is refused here, before the server is looked for: who lacks a privilege or mistyped a path is told at once.
 *
 * @module
 */

import type { KernelSource } from "../../observe/dashboard/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import type { Permission } from "../privileges.ts";
import { printError } from "../streams.ts";
import { observerAndPage, observerAt, pageAsRoot, type Started } from "./commands.ts";

/** A process by its number, or whichever the server says to be. */
export type Watched = number | "server";

/** What was asked for. */
export interface KernelFlags extends Started {
  readonly pid: Watched | undefined;
  /** Absolute path of an observer's socket. */
  readonly observerSocket: string | undefined;
  /** Whether the server is on this machine, as far as its address says. */
  readonly isHere: boolean;
}

/** Where figures come from, and what must be kept for it. Disposing it ends what nobody has taken over. */
export interface Kernel extends AsyncDisposable {
  readonly source: KernelSource;
  readonly permissions: readonly Permission[];
}

/**
 * Finds the kernel's figures.
 *
 * @throws {Failure} In one sentence, when what was asked for cannot be.
 */
export async function openKernel(flags: KernelFlags, signal: AbortSignal): Promise<Kernel> {
  const { pid, observerSocket } = flags;
  if (observerSocket !== undefined) return await fromSocket(observerSocket, flags, signal);
  if (pid === "server") return await ofServer(flags);
  if (pid !== undefined) return await ofProcess(pid, flags);
  const source: KernelSource = flags.isHere
    ? {
      kind: "absent",
      why: "No process is watched.",
      remedy: "That takes two commands, and only the first needs root:",
      commands: observerAndPage(flags),
    }
    : {
      kind: "absent",
      why: "No process is watched.",
      remedy: "The server's kernel can be seen on the machine on which it runs.",
    };
  return { source, permissions: [], async [Symbol.asyncDispose]() {} };
}

async function fromSocket(
  path: string,
  { server }: KernelFlags,
  signal: AbortSignal,
): Promise<Kernel> {
  const { openDistant } = await import("../observe/distant.ts");
  const { mayBeSocket } = await import("../observe/listen.ts");
  await mayBeSocket(path);
  const distant = await openDistant(path, signal);
  if (signal.aborted) {
    await distant[Symbol.asyncDispose]();
    throw new Failure("Stopped before the page was there.", EXIT.interrupted);
  }
  if (distant.first.kind === "nobody") {
    const { why } = distant.first;
    printError(`No observer tells anything at ${path} yet: ${why}. The page waits for it.\n`);
  }
  const { listen } = distant;
  return {
    source: { kind: "socket", path, listen, commands: observerAt(path, server) },
    permissions: [],
    [Symbol.asyncDispose]: () => distant[Symbol.asyncDispose](),
  };
}

/** One's own observer goes on calling its library and looking after the process. */
const OWN: readonly Permission[] = ["ffi", "read", "sys"];

async function ofProcess(pid: number, flags: KernelFlags): Promise<Kernel> {
  const { observe, ObserveUnavailable } = await import("../../observe/mod.ts");
  try {
    const observer = await observe({ pids: [pid] });
    return {
      source: { kind: "watching", observer, commands: pageAsRoot(flags) },
      permissions: OWN,
      [Symbol.asyncDispose]: () => observer[Symbol.asyncDispose](),
    };
  } catch (error) {
    if (error instanceof ObserveUnavailable) throw refused(error);
    throw error;
  }
}

async function ofServer({ isHere }: KernelFlags): Promise<Kernel> {
  if (!isHere) {
    throw new Failure(
      "--pid server watches a server on this machine: give its address as 127.0.0.1 or localhost.",
      EXIT.usage,
    );
  }
  const { examineObserver, observe } = await import("../../observe/mod.ts");
  const { unavailable } = await examineObserver();
  if (unavailable !== undefined) throw refused(unavailable);
  return {
    source: { kind: "server", watch: (pid) => observe({ pids: [pid] }) },
    permissions: OWN,
    async [Symbol.asyncDispose]() {},
  };
}

function refused(cause: { readonly message: string; readonly reason: string }): Failure {
  const code = cause.reason === "no_process" ? EXIT.failed : EXIT.impossible;
  const hint = cause.reason === "no_permission"
    ? " The page without --pid needs no privilege, and says how to give one to the observer alone."
    : "";
  return new Failure(`${cause.message}.${hint}`, code, { cause });
}
