/**
 * Why a goal is not met, in a sentence or two, by its id; for one server only, as `id/server`. The report shows it beside
 * what was measured when that misses the goal. A goal that is met needs no entry, so an entry may outlive its cause.
 *
 * @module
 */

const waits =
  "Nobody is told a message before the disk has it, and C keeps nothing: with few messages on their way each of " +
  "them waits for a sync.";

const leftBehind =
  "The start takes 72 MiB, of which 45 are the runtime's own program; of each member 2.1 KiB live in V8, in twenty objects. What " +
  "compiling and the start have freed goes back to the machine (121 to 107 MiB); the rest above that is garbage between two collections.";

const fewerSyncs =
  "A sync costs less since room is made ahead of the log, but with 64 who talk what decides is telling a hundred members.";

/** The reasons. */
export const explained: Readonly<Record<string, string>> = {
  "mean/chat":
    "Where hundreds of messages go out in one send (100×4 w128, 1000×4 w64), what is done once for each of them shows, " +
    "1.2 µs, of which C does next to nothing. In the other three the mean is that of C.",
  "crowd-c/chat": "All of it is send, and that takes a tenth more by FFI than in C.",
  "nats/chat":
    "Whispers take the long way: parsed, checked, kept for both, in one thread. In a thousand small rooms nothing is shared, " +
    "and nats-server uses both cores.",
  "p99/chat":
    "Not found out yet. Collections of garbage, and the slices after which others have their turn, are the first to look at.",
  "peak/chat": leftBehind,
  "idle/chat": leftBehind,
  "login/chat":
    "One thread takes 50 to 60 µs for each (it was 120 to 140): 20 in the four system calls that C does, too, 7 in collections, 8 in the " +
    "welcome and its secrets, and the rest in sixty functions of half a microsecond. The load takes 35 on the other core.",
  "mean/chat-durable": waits,
  "p99/chat-durable": waits,
  "crowd-c/chat-durable": waits,
  "nats/chat-durable": "nats-server keeps nothing here; see above.",
  "peak/chat-durable": leftBehind,
  "durable-w1/chat": waits,
  "durable-w8/chat":
    "Not found out yet: one who waits for the disk does not talk meanwhile, and the end of a sync is noticed late while sockets are busy.",
  "old-w1/chat": fewerSyncs,
  "old-w8/chat": fewerSyncs,
  "page/chat":
    "Fifty reads spread over the log. Since the disk is told of all of them as soon as one has waited, the middle is 1.25 ms (it was 3.0); " +
    "in C 0.9 ms. The slowest of a hundred are the disk's own, and those of whoever else uses it.",
};
