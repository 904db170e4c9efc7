/**
 * What operators send to follow one message on its way. See `messages.ts` for the rules that hold for all messages.
 *
 * @module
 */

import type { Request } from "./client_messages.ts";

/**
 * Additive, for operators. With `on`: begins or ends the marking of messages, answered by `Tracing`. Without it: asks for the way of
 * one message that was marked, by one of `seq`, `last` and `slowest`; answered by `TraceReport`.
 */
export interface Trace extends Request {
  /** Tells which message this is. */
  type: "Trace";
  /**
   * `true`: messages are marked from now on, for as long as this connection lives and is asked again within ten minutes;
   * `false`: no more for its sake.
   */
  on?: boolean;
  /**
   * Where: with `on`, only what is said in this room is marked. With `seq`, the message's room, `lobby` unless told otherwise; with
   * `last` and `slowest`, only messages of this room.
   */
  room?: string;
  /** The number of the message in its room. */
  seq?: number;
  /** Instead, the newest message that was marked and published. */
  last?: boolean;
  /** Instead, of those that are kept, the one that took longest from being read until the last one had it. */
  slowest?: boolean;
}
