/**
 * Ctrl-C and `SIGTERM` as an `AbortSignal`: the first one asks, another one later insists.
 *
 * Ctrl-C reaches every process of the terminal's group, and whoever runs this one for somebody (`deno task`, a
 * supervisor) often passes on what it has got itself. So what comes shortly after the first is the same wish twice, and
 * must not cut off the closing that the first has begun.
 *
 * @module
 */

import { EXIT } from "./failure.ts";

/** How long after the first signal another one is still the same wish, in ms: passing on takes far less, people more. */
const SAME_WISH_MS = 1_000;

/** A signal that fires when the user or the system wants the program to end. Dispose it to let go. */
export function endSignal(
  now: () => number = () => performance.now(),
  names: readonly Deno.Signal[] = ["SIGINT", "SIGTERM", "SIGHUP"],
): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  let askedMs = 0;
  const ask = () => {
    if (!controller.signal.aborted) {
      askedMs = now();
      controller.abort();
    } else if (now() - askedMs >= SAME_WISH_MS) Deno.exit(EXIT.interrupted);
  };
  for (const name of names) Deno.addSignalListener(name, ask);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => names.forEach((name) => Deno.removeSignalListener(name, ask)),
  };
}

/** Runs something at each `SIGUSR2`, where there are such signals, until it is disposed. */
export function onUserSignal(run: () => void): Disposable {
  return onSignal("SIGUSR2", run);
}

/** The same at each `SIGHUP`, by which whoever runs a server asks it to read its files again. */
export function onHangup(run: () => void): Disposable {
  return onSignal("SIGHUP", run);
}

function onSignal(name: "SIGUSR2" | "SIGHUP", run: () => void): Disposable {
  if (Deno.build.os === "windows") return { [Symbol.dispose]: () => {} };
  Deno.addSignalListener(name, run);
  return { [Symbol.dispose]: () => Deno.removeSignalListener(name, run) };
}

/**
 * Lets `SIGUSR2` end nothing. It asks a server for a profile, and may do so before that server is there to be asked. Who sends it
 * while the runtime itself starts still ends it: nobody can be asked then.
 */
export function bearUserSignal(): void {
  onUserSignal(() => {});
}

/** The C library, and the number of `SIGUSR1` there, by which the runtime opens a debugger. */
const LIBC: Partial<Record<typeof Deno.build.os, readonly [library: string, usr1: number]>> = {
  linux: ["libc.so.6", 10],
  darwin: ["libSystem.B.dylib", 30],
};
/** The number of `SIGXFSZ`, on both. */
const SIGXFSZ = 25;
/** C's `SIG_IGN`: the kernel throws such signals away. */
const IGNORED = 1n;

/**
 * Lets `SIGUSR1` do nothing. Otherwise it opens the runtime's debugger on a port of this machine, and whoever lives there
 * could read all that the program holds, and make it do what he likes.
 *
 * A listener alone does not help: the runtime's own one, which comes half a second after the start, is called beside it.
 * But the runtime asks the system for each signal only once, whoever listens first; so after a listener of our own has made
 * it ask, the system can be told to ignore the signal for good. Who took the permission for that away (`--allow-ffi`) keeps
 * the debugger.
 */
export function refuseDebugger(): void {
  const [library, usr1] = LIBC[Deno.build.os] ?? [];
  if (library === undefined || usr1 === undefined) return;
  Deno.addSignalListener("SIGUSR1", () => {});
  ignore(library, usr1);
}

/**
 * Lets a file that may not become larger (`ulimit -f`) fail the write that would make it so, which is told. Otherwise the
 * signal that the system sends with it ends the program.
 *
 * The system is told to ignore it. Where it cannot be told, a listener has to do, though not always: it is the process's
 * signal, and a runtime that just ends listens no more.
 */
export function bearFileLimit(): void {
  const [library] = LIBC[Deno.build.os] ?? [];
  if (library !== undefined && ignore(library, SIGXFSZ)) return;
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGXFSZ", () => {});
}

/** @returns Whether the system ignores the signal from now on: not without the permission to tell it so. */
function ignore(library: string, signal: number): boolean {
  try {
    const symbols = { signal: { parameters: ["i32", "pointer"], result: "pointer" } } as const;
    const libc = Deno.dlopen(library, symbols);
    libc.symbols.signal(signal, Deno.UnsafePointer.create(IGNORED));
    libc.close();
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return false;
  }
}
