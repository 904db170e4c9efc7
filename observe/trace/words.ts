/**
 * What page and terminal say of a message's way, in the same words. Pure.
 *
 * How a time is shown is the caller's: a page and a terminal have their own.
 *
 * @module
 */

import type { Blame } from "./blame.ts";
import type { Branch, Chain } from "./chain.ts";
import type { MomentName, Part, Step } from "./moments.ts";

const PART_WORDS: Readonly<Record<Part, string>> = {
  network: "the network in",
  kernel: "waiting in the kernel",
  loop: "the loop",
  disk: "the disk",
  fanout: "the fan-out",
  receiver: "the receiver",
};

/** A part of the way by its name. */
export function partWords(part: Part): string {
  return PART_WORDS[part];
}

const STEP_WORDS: Readonly<Record<MomentName, string>> = {
  sent: "sent",
  arrived: "comes to the server",
  received: "waits in the kernel",
  read: "comes to the program",
  accepted: "waits for its turn",
  given: "waits for the disk",
  syncing: "is written",
  synced: "fdatasync",
  durable: "the loop hears of it",
  published: "is published",
  writing: "waits for its write",
  begun: "is taken in part",
  delivered: "is taken by the kernel",
  reached: "comes to the receiver",
  taken: "waits to be read there",
};

/** What happens in a step. */
export function stepWords({ from, to, over }: Step): string {
  if (to === "received" && from === "sent") return "comes, and waits in the kernel";
  if (to === "read" && over.includes("received")) return "waits, and is read";
  if (to === "durable" && from !== "synced") return "is written and synced";
  if (to === "delivered" && from === "begun") return "waits: its socket is full";
  if (to === "taken" && from === "delivered") return "comes, and waits to be read";
  return STEP_WORDS[to];
}

/** What holds up a receiver that has not got the message. */
export function waitWords(waits: NonNullable<Branch["waits"]>): string {
  return waits === "socket" ? "waits: its socket is full" : "is not read there yet";
}

/**
 * Who is to blame, in one sentence.
 *
 * @param time Shows nanoseconds.
 */
export function blameSentence(chain: Chain, blame: Blame, time: (ns: number) => string): string {
  const { branch, totalNs, parts, worst } = blame;
  const share = totalNs > 0 ? ` (${Math.round(100 * parts[worst] / totalNs)} %)` : "";
  const where = whereWords(worst, branch, chain);
  return `${time(parts[worst])} of ${time(totalNs)}${share} went to ${where}.`;
}

const LATE_WORDS = {
  socket: "has not taken it, and the socket is full",
  program: "has not read it, though it is there",
} as const;

function whereWords(worst: Part, branch: Branch | undefined, { user }: Chain): string {
  const who = branch?.user ?? user;
  switch (worst) {
    case "network":
      return `the way from ${user} to the server`;
    case "kernel":
      return "the server's kernel: it had come, and the server did not read it";
    case "loop":
      return "the server's loop: it was busy with other things";
    case "disk":
      return "the disk: it was written and synced";
    case "fanout":
      return `the fan-out: until the kernel had taken it for ${who}`;
    case "receiver":
      return branch?.waits === undefined
        ? `the receiver: ${who} was slow to take it`
        : `the receiver: ${who} ${LATE_WORDS[branch.waits]}`;
    default:
      return worst satisfies never;
  }
}
