/**
 * The ground floor: what every room needs and none owns. It knows nothing of chat, disks, sockets or terminals, and
 * everything in it is pure but for timers and random numbers.
 *
 * @module
 */

export { boundedText, TEXT_CHARS_MAX } from "./bounded_text.ts";
export { Fifo } from "./fifo.ts";
export { LineCutter, linesOf, LineTooLongError } from "./lines.ts";
export { isLoopback } from "./loopback.ts";
export { OneTimeTokens } from "./one_time_tokens.ts";
export { randomToken, sameSecret } from "./secret.ts";
export { type Rate, TokenBucket } from "./token_bucket.ts";
export { durationText, parseBytes, parseDays, parseDuration } from "./units.ts";
export { wait } from "./wait.ts";
