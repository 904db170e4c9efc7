/**
 * One message's way as a line of JSON for programs. Pure.
 *
 * Times are nanoseconds; those of steps count from `start_ns`, which is of `CLOCK_MONOTONIC` where the server has that clock.
 *
 * @module
 */

import {
  blameOf,
  blameSentence,
  type Branch,
  type Chain,
  type Step,
  stepWords,
} from "../../../observe/trace/mod.ts";
import { time } from "../amounts.ts";

/** The line. */
export function messageJson(chain: Chain): string {
  const { room, seq, user, start, steps, branches, left, unknown, movedNs } = chain;
  const blame = blameOf(chain);
  const step = (one: Step) => ({
    from: one.from,
    to: one.to,
    over: one.over,
    what: stepWords(one),
    part: one.part,
    at_ns: Math.round(one.start - start),
    took_ns: Math.round(one.end - one.start),
  });
  const branch = (one: Branch) => ({
    user: one.user,
    remote: one.remote,
    total_ns: Math.round(one.totalNs),
    waits_for: one.waits ?? null,
    steps: one.steps.map(step),
  });
  const answer = branches.find(({ kind }) => kind === "answer");
  return `${
    JSON.stringify({
      type: "message",
      room,
      seq,
      user,
      start_ns: Math.round(start),
      total_ns: Math.round(blame.totalNs),
      last: blame.branch?.user,
      worst: blame.worst,
      parts_ns: Object.fromEntries(
        Object.entries(blame.parts).map(([part, ns]) => [part, Math.round(ns)]),
      ),
      sentence: blameSentence(chain, blame, time),
      steps: steps.map(step),
      receivers: branches.filter(({ kind }) => kind === "message").map(branch),
      answer: answer && branch(answer),
      left,
      unknown,
      moved_ns: Math.round(movedNs),
    })
  }\n`;
}
