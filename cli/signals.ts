/**
 * Ctrl-C and `SIGTERM` as an `AbortSignal`: the first one asks, a second Ctrl-C insists.
 *
 * @module
 */

import { EXIT } from "./failure.ts";

/** A signal that fires when the user or the system wants the program to end. Dispose it to let go. */
export function endSignal(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const ask = () => {
    if (controller.signal.aborted) Deno.exit(EXIT.interrupted);
    controller.abort();
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) Deno.addSignalListener(name, ask);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => names.forEach((name) => Deno.removeSignalListener(name, ask)),
  };
}
