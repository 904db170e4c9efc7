/**
 * The moments of a message's way, and the steps between them.
 *
 * ```text
 *   sent ─ arrived ─ received ─ read ─ accepted ─ given ─ syncing ─ synced ─ durable ─ published ─┬─ writing ─ begun ─ delivered ─ reached ─ taken
 *   └ sender, kernel ─┘          └ server ──────────────┘ └ kernel ───────┘ └ server ─────────────┤         each receiver
 *                                                                                                  └ the acknowledgement, in the same way
 * ```
 *
 * Each moment is known or not. A step leads from one known moment to the next known one, and belongs to the part of the way that it may be
 * blamed for; so the steps always add up to the time between the first and the last moment.
 *
 * Moments come from three places, and what happens at the same time on two processors may be told in another order than it is counted in here: a
 * receiver reads before the call that sent to it has returned. Then the earlier moment was at the latest when the later one was. How much
 * had to be moved is told: more than some microseconds means that the clocks differ.
 *
 * Pure.
 *
 * @module
 */

/** Moments that all who get the message share, in order. */
export const SHARED_MOMENTS = [
  "sent",
  "arrived",
  "received",
  "read",
  "accepted",
  "given",
  "syncing",
  "synced",
  "durable",
  "published",
] as const;

/** Moments of each one who gets it, in order. */
export const OWN_MOMENTS = ["writing", "begun", "delivered", "reached", "taken"] as const;

/** A moment's name. */
export type MomentName = typeof SHARED_MOMENTS[number] | typeof OWN_MOMENTS[number];

/** The parts of the way that time is blamed on. */
export const PARTS = ["network", "kernel", "loop", "disk", "fanout", "receiver"] as const;

/** A part of the way. */
export type Part = typeof PARTS[number];

/** When the moments were that are known. */
export type Moments = Partial<Record<MomentName, number>>;

/** From one known moment to the next. */
export interface Step {
  /** Where it begins. */
  readonly from: MomentName;
  /** Where it ends. */
  readonly to: MomentName;
  /** Moments between the two that are not known, in order. */
  readonly over: readonly MomentName[];
  /** What it is blamed on. */
  readonly part: Part;
  /** When it began, in nanoseconds. */
  readonly start: number;
  /** When it ended: never before it began. */
  readonly end: number;
}

/** Steps, and how far moments had to be moved for them to be in order. */
export interface Stepped {
  /** In order, without a gap between them. */
  readonly steps: readonly Step[];
  /** Nanoseconds that a moment was moved by, at most; 0 when they were in order. */
  readonly movedNs: number;
}

/** What has to have been slow where a moment is late. */
const PART_BEFORE: Readonly<Record<MomentName, Part>> = {
  sent: "network",
  arrived: "network",
  received: "kernel",
  read: "loop",
  accepted: "loop",
  given: "disk",
  syncing: "disk",
  synced: "disk",
  durable: "disk",
  published: "loop",
  writing: "fanout",
  begun: "fanout",
  delivered: "fanout",
  reached: "receiver",
  taken: "receiver",
};

/**
 * The steps between the known ones of these moments.
 *
 * @param names Which moments, in order.
 * @param origin What the first step leads on from: the last moment of the shared way.
 */
export function stepsBetween(
  names: readonly MomentName[],
  known: Moments,
  origin?: { readonly name: MomentName; readonly ns: number },
): Stepped {
  const there = names.flatMap((name) => {
    const ns = known[name];
    return ns === undefined ? [] : [{ name, ns }];
  });
  const before = origin === undefined ? [] : [origin];
  const order = [...before, ...inOrder(there, origin?.ns ?? -Infinity)];
  const movedNs = there.reduce(
    (most, { ns }, place) =>
      Math.max(most, Math.abs(ns - (order[place + before.length]?.ns ?? ns))),
    0,
  );
  const steps = order.slice(1).map(({ name, ns }, place): Step => {
    const from = order[place] ?? { name, ns };
    const over = names.slice(names.indexOf(from.name) + 1, names.indexOf(name));
    return {
      from: from.name,
      to: name,
      over,
      part: partOf(from.name, name, over),
      start: from.ns,
      end: ns,
    };
  });
  return { steps, movedNs };
}

interface Known {
  readonly name: MomentName;
  readonly ns: number;
}

/** None later than the one behind it, and none before the least. */
function inOrder(there: readonly Known[], least: number): readonly Known[] {
  let latest = Infinity;
  return there.toReversed().map(({ name, ns }) => {
    latest = Math.min(latest, ns);
    return { name, ns: Math.max(latest, least) };
  }).reverse();
}

function partOf(from: MomentName, to: MomentName, over: readonly MomentName[]): Part {
  // Once the kernel has told that the sync is done, only the loop has not heard of it.
  if (to === "durable" && from === "synced") return "loop";
  // From the first part of it that was taken to the last, the receiver's socket was full.
  if (to === "delivered" && from === "begun") return "receiver";
  // What of several parts took the time is not known: that which lasts when a server is busy.
  if (to === "read" && over.includes("received")) return "kernel";
  return PART_BEFORE[to];
}
