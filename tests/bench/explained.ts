/**
 * Why a goal is not met, in a sentence or two, by its id; for one server only, as `id/server`. The report shows it beside
 * what was measured when that misses the goal. A goal that is met needs no entry, so an entry may outlive its cause.
 *
 * @module
 */

const waits =
  "Nobody is told a message before the disk has it, and C keeps nothing. A group waits 0.1 ms for the disk, 0.05 for a thread, and " +
  "until those are told who are being told; one who waits for it does not talk meanwhile, and what is said again comes all at once.";

const leftBehind =
  "The start takes 72 MiB, of which 40 are the runtime's own program; of each member 2.1 KiB live in V8, in twenty objects. What " +
  "compiling and the start have freed goes back to the machine (121 to 107 MiB); the rest above that is garbage between two collections.";

const fewerSyncs =
  "A sync costs less since room is made ahead of the log, but of 37 µs of processor for a message with 64 who talk 25 are telling a " +
  "hundred members, as before, and 3 the sync.";

/** The reasons. */
export const explained: Readonly<Record<string, string>> = {
  "mean/chat":
    "Where hundreds of messages go out in one send (100×4 w128, 1000×4 w64), what is done once for each of them shows: " +
    "some 3 µs in the process and its collector, of which C does next to nothing; in the kernel both take the same. What is left of it is " +
    "spread over reading, encoding, keeping and 1.2 KB of objects for each.",
  "crowd-c/chat":
    "The kernel takes the same for both. In the process a delivery takes 0.3 to 0.5 µs of 7 more than in C, probably since the " +
    "engine's code is not in the cache any more when a send comes back.",
  "nats/chat":
    "A whisper is two sends, since its sender is told, too, and nats-server's is one, on two cores. In pairs it takes 24 to 31 µs of " +
    "processor now (it was 31 to 37), of which 13 to 16 are the kernel's; there 24. But all of it is on one thread.",
  "p99/chat":
    "A round to all was two where a chunk of the room's log ended: 5 to 8 % of the turns at w8, half of them at w128. That is one in a " +
    "hundred, and one in eight, now. The rest is the collector: 0.2 ms for each 1,600 messages.",
  "stalled/chat":
    "One who reads nothing costs the others nothing that a profile shows; both figures lie within the spread of the rounds, which is a " +
    "fifth here. In the measurement before it was 1.01.",
  "start/chat":
    "Two in three milliseconds are the runtime's: its own start, and reading and compiling some 410 files of the server, 0.2 ms each. " +
    "Accounts, order and taking back are 68 of them. In quieter minutes before these it was 144 ms.",
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
    "Five hundred messages on their way keep the thread busy all the time, so the disk is not what is waited for: appending, writing " +
    "and settling take 8 µs of processor a message, beside 15 for all else.",
  "old-w1/chat": fewerSyncs,
  "old-w8/chat": fewerSyncs,
  "page/chat":
    "Fifty reads spread over the log. Since the disk is told of all of them as soon as one has waited, the middle is 1.25 ms (it was 3.0); " +
    "in C 0.9 ms. The slowest of a hundred are the disk's own, and those of whoever else uses it.",
};
