/**
 * Why a goal is not met, in a sentence or two, by its id; for one server only, as `id/server`. The report shows it beside
 * what was measured when that misses the goal. A goal that is met needs no entry, so an entry may outlive its cause.
 *
 * @module
 */

const waits =
  "Nobody is told a message before the disk has it, and C keeps nothing: with few messages on their way each of " +
  "them waits for a sync.";

/** The reasons. */
export const explained: Readonly<Record<string, string>> = {
  "mean/chat-durable": waits,
  "p99/chat-durable": waits,
  "crowd-c/chat-durable": waits,
  "nats/chat-durable": "nats-server keeps nothing here; see above.",
};
