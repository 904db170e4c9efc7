/**
 * What became of an offer, from what became of each who answered it. Pure.
 *
 * @module
 */

import type { Receiver } from "./outgoing.ts";
import type { End } from "./transfer.ts";

/** How an offer ends when everybody has an outcome. @param nobody The reason when there is nobody. */
export function endOf(receivers: readonly Receiver[], nobody: string): End {
  const names = (...states: readonly Receiver["state"][]): string =>
    receivers.filter(({ state }) => states.includes(state)).map(({ name }) => name).join(", ");
  const failed = receivers.find(({ state }) => state === "failed");
  const [have, done] = [names("have"), names("have", "done")];
  if (failed !== undefined && (receivers.length === 1 || done === "")) {
    return { kind: "failed", reason: failed.reason ?? nobody };
  }
  if (failed !== undefined) {
    return { kind: "failed", reason: `${failed.reason} It arrived at ${done}.` };
  }
  if (done !== "") {
    return done === have ? { kind: "have" } : { kind: "done", text: done };
  }
  if (names("moved") !== "") return { kind: "split" };
  if (names("declined") === "") return { kind: "failed", reason: nobody };
  // Of several who declined, each had a reason of its own.
  const [only, ...others] = receivers;
  const reason = others.length === 0 ? only?.reason : undefined;
  return { kind: "declined", ...(reason === undefined ? {} : { reason }) };
}

/** Whether nothing more happens with a receiver. */
export function isFinal({ state }: Receiver): boolean {
  return state !== "accepted" && state !== "sent";
}
