/**
 * What the kernel panel says: whom it watches, what is wrong with that, what it waits for, and what to do. Pure.
 *
 * @module
 */

import type { End, Start } from "../mod.ts";
import type { KernelSource } from "./kernel_source.ts";
import type { KernelState } from "./page_messages.ts";

/** Why there are no figures. */
export interface Missing {
  /** A sentence. */
  readonly why: string;
  /** They will come by themselves. */
  readonly waits: boolean;
}

/** What is known of processes. */
export interface Known {
  /** The server's, as it says itself. */
  readonly serverPid?: number | undefined;
  /** The server answers and does not say it. */
  readonly isSecret: boolean;
  /** Those of the last observer. */
  readonly pids: readonly number[];
}

/** Before anything was tried. */
export function missingAtFirst(source: KernelSource): Missing {
  switch (source.kind) {
    case "absent":
      return { why: source.why, waits: false };
    case "socket":
      return { why: `Waiting for the observer at ${source.path}.`, waits: true };
    case "server":
      return { why: "Waiting for the server to say which process it is.", waits: true };
    case "watching":
      return { why: "The observation has ended.", waits: false };
    default:
      return source satisfies never;
  }
}

/** An observer is there. @param wasServer What it watches was the server at some time. */
export function watchingState(start: Start, { serverPid }: Known, wasServer: boolean): KernelState {
  const { pids, backend, blind, events } = start;
  const isOther = serverPid !== undefined && !pids.includes(serverPid);
  // Numbers of other machines and containers are none of ours: then they never were the same.
  const notice = wasServer
    ? `The server is process ${serverPid} now, and these figures are not its own any more.`
    : `The server says that it is process ${serverPid}, which is not watched.`;
  return {
    kind: "watching",
    pids,
    backend,
    blind,
    ...(events === undefined ? {} : { calls: events }),
    ...(isOther ? { notice } : {}),
  };
}

/** No observer is there. */
export function absentState(source: KernelSource, missing: Missing, known: Known): KernelState {
  const { serverPid, isSecret, pids } = known;
  if (source.kind === "server" && isSecret) {
    return {
      kind: "absent",
      why: "The server does not say which process it is.",
      remedy: "Only its operator is told: give the dashboard the server's directory with --data.",
    };
  }
  const pid = serverPid ?? (source.kind === "socket" ? pids[0] : undefined);
  const commands = source.kind === "server" ? undefined : source.commands?.(pid);
  return {
    kind: "absent",
    why: missing.why,
    remedy: missing.waits
      ? "This page goes on by itself as soon as it is there."
      : remedyOf(source, known),
    ...(commands === undefined ? {} : { commands }),
  };
}

function remedyOf(source: KernelSource, { serverPid, pids }: Known): string {
  if (source.kind === "absent") return source.remedy;
  return serverPid === undefined || pids.includes(serverPid)
    ? "Start the dashboard again when the server is there."
    : `The server is process ${serverPid} now: start the dashboard again for it.`;
}

/** Why an observation is over. @param end What it told last, unless it was cut off. */
export function overSentence(
  source: KernelSource,
  pids: readonly number[],
  end: End | undefined,
): string {
  const whom = `${pids.length === 1 ? "process" : "processes"} ${pids.join(", ")}`;
  const hasExited = end?.reason === "exited";
  switch (source.kind) {
    case "server":
      return hasExited
        ? `Waiting for the server: its ${whom} has ended.`
        : "The server is another process now.";
    case "socket": {
      const why = hasExited ? `the ${whom} that it watched has ended` : "it has ended";
      return `Waiting for the observer at ${source.path}: ${why}.`;
    }
    case "watching":
    case "absent":
      return hasExited ? `The watched ${whom} has ended.` : "The observation has ended.";
    default:
      return source satisfies never;
  }
}

/** Why an observation broke off. */
export function brokenSentence(source: KernelSource, message: string): string {
  return source.kind === "socket"
    ? `Waiting for the observer at ${source.path}: what it told cannot be read. ${message}.`
    : `The kernel cannot be read any more: ${message}.`;
}
