/**
 * A server tells systemd that it is ready, that it is alive, and that it ends.
 *
 * Signs of life come from the event loop that serves: if that stands still for the time that the unit allows, systemd starts the
 * server again.
 *
 * @module
 */

import type { Notifier } from "./notify.ts";

export { notifier } from "./notify.ts";

/** Of the time in which a sign of life is wanted, the part after which one is given. */
const SHARE = 1 / 3;

/** Says that it is ready, and gives signs of life until it is disposed. */
export function alive(notifier: Notifier, where: string): Disposable {
  notifier.tell("READY=1", `STATUS=Listening on ${where}`);
  const { watchdogMs } = notifier;
  const timer = watchdogMs === undefined
    ? undefined
    : setInterval(() => notifier.tell("WATCHDOG=1"), watchdogMs * SHARE);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
