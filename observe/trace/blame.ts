/**
 * Who is to blame: how the time until a message was everywhere is split, and one sentence about it.
 *
 * The way that counts is the one to whoever got it last, or has not got it yet: its steps are the shared ones and its own, and the parts add up to its
 * whole time. A receiver who has not got it waits, and that is its part.
 *
 * Pure.
 *
 * @module
 */

import type { Branch, Chain } from "./chain.ts";
import { type Part, PARTS } from "./moments.ts";

/** The split of a message's time. */
export interface Blame {
  /** The way that counts; absent when nobody gets it. */
  readonly branch: Branch | undefined;
  /** From the first moment to its last, in nanoseconds. */
  readonly totalNs: number;
  /** Nanoseconds of each part: they add up to the total. */
  readonly parts: Readonly<Record<Part, number>>;
  /** The part with the most. */
  readonly worst: Part;
}

/** Splits the time of the way to one of those who get it; by default of the one who got it last. */
export function blameOf(chain: Chain, branch: Branch | undefined = lastOf(chain)): Blame {
  const parts: Record<Part, number> = {
    network: 0,
    kernel: 0,
    loop: 0,
    disk: 0,
    fanout: 0,
    receiver: 0,
  };
  for (const { part, start, end } of [...chain.steps, ...branch?.steps ?? []]) {
    parts[part] += end - start;
  }
  const gone = PARTS.reduce((sum, part) => sum + parts[part], 0);
  const totalNs = branch?.totalNs ?? gone;
  if (branch?.waits !== undefined) parts.receiver += Math.max(0, totalNs - gone);
  const worst = PARTS.reduce((one, other) => parts[other] > parts[one] ? other : one);
  return { branch, totalNs, parts, worst };
}

/** Who got it last. The acknowledgement counts where nobody else gets it. */
function lastOf({ branches }: Chain): Branch | undefined {
  const messages = branches.filter(({ kind }) => kind === "message");
  const among = messages.length > 0 ? messages : branches;
  return among.reduce<Branch | undefined>(
    (last, branch) => last === undefined || branch.totalNs > last.totalNs ? branch : last,
    undefined,
  );
}
