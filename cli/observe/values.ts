/**
 * Reads the option values that only `chat observe` has: process numbers, seconds, names of functions.
 *
 * @module
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { CGROUPS_MAX, PID_MAX, PIDS_MAX } from "./limits.ts";

/**
 * By what the table can be sorted: in the last interval, in all, or as TCP stands. Here and not with the table, which
 * loads more than `--help` needs.
 */
export const SORTS = [
  "bytes",
  "calls",
  "total",
  "oldest",
  "rtt",
  "retransmits",
  "unsent",
  "peer",
] as const;
/** By what the table is sorted. */
export type Sort = typeof SORTS[number];

/** Processes by their numbers, or whichever listens as the server. */
export type Watched = readonly number[] | "server";

/** `server`, or one or several process numbers, with commas; a repeated flag adds to those before. */
export function processIds(text: string, before: Watched | undefined): Watched {
  if (text === "server" && before === undefined) return text;
  const parts = text.split(/[,\s]+/).filter((part) => part !== "");
  const numbers = parts.map(Number);
  const good = (part: string, index: number) =>
    /^\d+$/.test(part) && (numbers[index] ?? 0) >= 1 && (numbers[index] ?? 0) <= PID_MAX;
  if (parts.length === 0 || !parts.every(good)) {
    throw new InvalidArgumentError(
      "A process is a number from 1 on, and several are joined by commas; or 'server'.",
    );
  }
  if (before === "server") throw new InvalidArgumentError("It is 'server', or numbers.");
  const all = [...new Set([...before ?? [], ...numbers])];
  if (all.length > PIDS_MAX) {
    throw new InvalidArgumentError(`At most ${PIDS_MAX} processes can be watched at once.`);
  }
  return all;
}

/** What processes are called: one line, not empty. */
export function programName(text: string): string {
  if (text === "" || /\p{Cc}/u.test(text)) {
    throw new InvalidArgumentError("The name of a program is one line and not empty.");
  }
  return text;
}

/** Control groups, with commas; a repeated flag adds to those before. */
export function controlGroups(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(",");
  if (names.some((name) => name === "" || /\p{Cc}/u.test(name) || name.split("/").includes(".."))) {
    throw new InvalidArgumentError(
      "A control group is a path such as /system.slice/chat.service, or a unit such as chat.service.",
    );
  }
  const all = [...new Set([...before, ...names])];
  if (all.length > CGROUPS_MAX) {
    throw new InvalidArgumentError(
      `At most ${CGROUPS_MAX} control groups can be watched at once.`,
    );
  }
  return all;
}

/** Seconds, with parts of them: `0.5`. */
export function seconds(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^(\d+\.?\d*|\.\d+)$/.test(text) || number < min || number > max) {
      throw new InvalidArgumentError(`It must be a number of seconds from ${min} to ${max}.`);
    }
    return number;
  };
}

/** Names of kernel functions, with commas. */
export function functionNames(text: string): string[] {
  const names = text.split(",");
  if (!names.every((name) => /^[A-Za-z_]\w*$/.test(name))) {
    throw new InvalidArgumentError("Functions are names, joined by commas.");
  }
  return names;
}
