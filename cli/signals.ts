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
): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  let askedMs = 0;
  const ask = () => {
    if (!controller.signal.aborted) {
      askedMs = now();
      controller.abort();
    } else if (now() - askedMs >= SAME_WISH_MS) Deno.exit(EXIT.interrupted);
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) Deno.addSignalListener(name, ask);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => names.forEach((name) => Deno.removeSignalListener(name, ask)),
  };
}

/**
 * Lets `SIGUSR1` do nothing. Without a listener it opens the runtime's debugger on a port of this machine, and whoever
 * lives there could read all that the program holds, and make it do what he likes.
 */
export function refuseDebugger(): void {
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGUSR1", () => {});
}
