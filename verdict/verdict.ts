/**
 * Finds the verdict: what a second's figures come to for people who talk, and whose fault it is.
 *
 * ```text
 *   facts ─► each thing that can be wrong: how bad, and a sentence ─► the worst is the verdict, the others are told beside it
 * ```
 *
 * - What a sender feels is the time until its answer, and before that the wait until the server read what it said. That wait is seen by a kernel
 *   alone; without one, by how late the event loop was a message may have waited as long.
 * - What holds up the loop holds up everything, so time in which the loop was late is never blamed on the disk.
 * - A reader that does not read makes nobody else wait, but somebody does not hear what is said.
 *
 * The limits are in `limits.ts`.
 *
 * @module
 */

import type { Cause, Facts, KernelFacts, Losses, SlowReader, State, Verdict } from "./facts.ts";
import {
  FAILING_MS,
  LATE_MS,
  READER_BYTES,
  READER_SHARE,
  RESENT_MIN,
  RESENT_SHARE,
  SILENT_MS,
  SLOW_MS,
} from "./limits.ts";
import { type Quantiles, quantilesOf, slowestParts } from "./slots.ts";
import { bytesText, msText, shareText } from "./words.ts";

/** Something that is wrong. */
interface Fault {
  readonly state: Exclude<State, "good">;
  readonly cause: Cause;
  /** Without the state before it. */
  readonly text: string;
}

type Parts = Verdict["parts"];

/** The verdict on one second. */
export function verdict(facts: Facts): Verdict {
  const { kernel, slowest } = facts;
  const parts = partsOf(facts);
  const ack = feltOf(facts, parts);
  const faults = [
    ...silence(facts),
    ...storage(facts),
    ...waiting(facts, parts, ack),
    ...reader(slowest),
    ...network(kernel),
  ];
  // Sorting keeps the order of equally bad ones: causes before what follows from them.
  const [worst, ...others] = faults.sort((one, other) => badness(other) - badness(one));
  const losses = lossesOf(facts);
  return {
    state: worst?.state ?? "good",
    ...(worst === undefined ? {} : { cause: worst.cause }),
    sentence: worst === undefined
      ? goodSentence(facts, ack)
      : `${named(worst.state)}: ${worst.text}`,
    also: others.map(({ text }) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`),
    ...(ack === undefined ? {} : { ack }),
    parts,
    ...(slowest === undefined || slowest.bytes + (slowest.inKernel ?? 0) === 0 ? {} : { slowest }),
    ...(losses === undefined ? {} : { losses }),
    ...(kernel?.cost === undefined ? {} : { cost: kernel.cost }),
  };
}

function badness({ state }: Fault): number {
  return state === "failing" ? 1 : 0;
}

function named(state: State): string {
  return state === "failing" ? "Failing" : "Slow";
}

function stateOf(ms: number): Fault["state"] {
  return ms >= FAILING_MS ? "failing" : "slow";
}

/** How late the loop was at the most, in ms. */
function latenessOf({ loop = [] }: Facts): number {
  return quantilesOf(loop)?.maxMs ?? 0;
}

function partsOf(facts: Facts): Parts {
  const { acks = [], loop = [], fanout = [], syncs = [], kernel, diskOwesMs = 0 } = facts;
  const late = latenessOf(facts);
  const told = slowestParts(acks);
  // The end of a sync is heard of by the loop: as long as that was late, the disk may have been done.
  const heldUp = late < LATE_MS ? 0 : Math.min(told.disk, late);
  // Not all that waits for the disk is acknowledged: changes, and what programs say.
  const synced = acks.length === 0 ? (quantilesOf(syncs)?.maxMs ?? 0) - late : 0;
  const disk = Math.max(told.disk - heldUp, diskOwesMs - late, synced, 0);
  const last = quantilesOf(fanout);
  const { waitedMs, oldestMs, rttMs } = kernel ?? {};
  const unread = waitedMs === undefined && oldestMs === undefined
    ? undefined
    : Math.max(waitedMs ?? 0, oldestMs ?? 0);
  // A loop that was not late has read what it would: it leaves unread what is said by who says more than it may.
  const waited = unread === undefined || loop.length === 0 ? unread : Math.min(unread, late);
  return {
    ...(acks.length === 0 ? {} : { loop: told.loop + heldUp, answer: told.answer }),
    ...(acks.length === 0 && disk === 0 ? {} : { disk }),
    // A timer is late by a millisecond even where there is nothing to do.
    ...(acks.length === 0 && late > 2 ? { loop: late } : {}),
    ...(waited === undefined ? {} : { kernel: waited }),
    ...(rttMs === undefined ? {} : { network: rttMs }),
    ...(last === undefined ? {} : { fanout: last.p99Ms }),
  };
}

/**
 * The wait before the read, in ms: seen by a kernel, as far as the loop was late; or else as long as the loop was late. Whoever was held up behind the disk by that was not
 * held up before it, too.
 */
function beforeRead(facts: Facts, { kernel }: Parts): number {
  if (kernel !== undefined) return kernel;
  const late = latenessOf(facts);
  const after = slowestParts(facts.acks ?? []).disk;
  return late >= SLOW_MS ? Math.max(0, late - after) : 0;
}

/** How long a sender waits as far as it is seen from here. */
function feltOf(facts: Facts, parts: Parts): Quantiles | undefined {
  const told = quantilesOf(facts.acks ?? []);
  if (told === undefined) return undefined;
  const before = beforeRead(facts, parts);
  // Whoever waited before that went on as most do.
  const late = told.p50Ms + before;
  return { ...told, p99Ms: Math.max(told.p99Ms, late), maxMs: Math.max(told.maxMs, late) };
}

function silence({ silentMs = 0 }: Facts): Fault[] {
  if (silentMs < SILENT_MS) return [];
  const text = `the server has not answered for ${msText(silentMs)}.`;
  return [{ state: "failing", cause: "server", text }];
}

function storage({ storeFailed = false }: Facts): Fault[] {
  if (!storeFailed) return [];
  return [{ state: "failing", cause: "disk", text: "the store refuses what it is given." }];
}

/** What those who speak wait for. */
function waiting(facts: Facts, parts: Parts, ack: Quantiles | undefined): Fault[] {
  const { slowest, wasSlow = false } = facts;
  const { loop = 0, disk = 0, answer = 0, fanout = 0 } = parts;
  const busy = Math.max(loop, beforeRead(facts, parts));
  const felt = Math.max(ack?.p99Ms ?? 0, busy, disk);
  // A message has reached everybody only when the slowest has it, also one that was slow just now: that says nothing of the others.
  const spread = wasSlow || slowest !== undefined && isBehind(slowest) ? 0 : fanout;
  if (Math.max(felt, spread) < SLOW_MS) return [];
  const whole = ack === undefined ? "" : ` p99 of acknowledgement ${msText(ack.p99Ms)}`;
  const of = (ms: number, where: string): string =>
    whole === "" ? ` ${msText(ms)} ${where}.` : `${whole}, ${msText(ms)} of it ${where}.`;
  if (spread > felt) {
    const text = `the fan-out.${whole}${whole && ", and"} ${
      msText(spread)
    } until the last one has a message.`;
    return [{ state: stateOf(spread), cause: "fanout", text }];
  }
  const state = stateOf(felt);
  if (disk >= Math.max(busy, answer)) {
    return [{ state, cause: "disk", text: `the disk.${of(disk, "until it was durable")}` }];
  }
  if (answer > busy) {
    const text = `the senders.${of(answer, "until they took the answer")}`;
    return [{ state, cause: "receiver", text }];
  }
  const where = parts.kernel === busy && busy > loop
    ? "in the kernel until it was read"
    : "waiting for the server's event loop";
  return [{ state, cause: "loop", text: `the server is busy.${of(busy, where)}` }];
}

function reader(slowest: SlowReader | undefined): Fault[] {
  if (slowest === undefined || !isBehind(slowest) || isInTime(slowest)) return [];
  const { who, bytes, inKernel = 0, bytesMax } = slowest;
  const far = bytesMax === undefined || bytes === 0
    ? ""
    : `, which is ${shareText(bytes / bytesMax)} of the way to being cut off`;
  const waits = bytesText(bytes + inKernel);
  const text = `${who} reads too slowly. ${waits} wait for this reader${far}.`;
  return [{ state: "slow", cause: "receiver", text }];
}

/** Where it is not followed, a fast one's full buffers would look like a slow one's, but not so large. */
function isInTime({ bytes, bytesMax = Infinity, isSlow, isStuck }: SlowReader): boolean {
  if (isStuck) return false;
  return isSlow === undefined ? bytes < bytesMax * READER_SHARE : !isSlow;
}

/** Whether somebody has not got what there is, and that is more than is on its way to anybody. */
function isBehind({ bytes, inKernel = 0, isStuck = false }: SlowReader): boolean {
  return bytes >= READER_BYTES || isStuck && inKernel >= READER_BYTES;
}

function network(kernel: KernelFacts | undefined): Fault[] {
  const { rttMs = 0, rttMaxMs = 0, rttMaxOf, resent = 0, sendCalls = 0 } = kernel ?? {};
  const isLossy = resent >= Math.max(RESENT_MIN, sendCalls * RESENT_SHARE);
  if (rttMaxMs < SLOW_MS && !isLossy) return [];
  const again = resent === 0 ? "" : `, and ${resent} segments were sent again in this second`;
  if (rttMs >= SLOW_MS || isLossy) {
    const text = `the network. Half of all round trips take ${msText(rttMs)} or more${again}.`;
    return [{ state: stateOf(rttMs), cause: "network", text }];
  }
  const whose = rttMaxOf === undefined ? "of one connection" : `to ${rttMaxOf}`;
  const text = `the network ${whose}. A round trip takes ${msText(rttMaxMs)}${again}.`;
  return [{ state: "slow", cause: "network", text }];
}

function lossesOf({ losses, kernel }: Facts): Losses | undefined {
  if (losses === undefined && kernel === undefined) return undefined;
  const { resent, lost } = kernel ?? {};
  return {
    cutOff: losses?.cutOff ?? 0,
    turnedAway: losses?.turnedAway ?? 0,
    ...(resent === undefined ? {} : { resent }),
    ...(lost === undefined ? {} : { unseen: lost }),
  };
}

function goodSentence({ acks, kernel }: Facts, ack: Quantiles | undefined): string {
  if (ack !== undefined) return `Good. p99 of acknowledgement ${msText(ack.p99Ms)}.`;
  if (acks !== undefined) return "Good. Nothing was said in this second.";
  const waited = kernel?.waitedMs ?? kernel?.oldestMs;
  return waited === undefined
    ? "Good, as far as is seen from here."
    : `Good. What arrives is read within ${msText(waited)}.`;
}
