/**
 * The two ways in which a member speaks over a stream of bytes: what to write, and what the bytes that came say.
 *
 * A speech is shared by all members of a thread and holds nothing of them but the texts of its senders. It reads only as
 * much of a message as a run must know, where it stood the last time, and compares all that is known before: parsing JSON
 * would cost ten times as much, and the load generator must not be slower than the server. What looks otherwise is parsed.
 * Pure.
 *
 * @module
 */

import type { Plan } from "./plan.ts";
import { FrameSpeech } from "./frame_speech.ts";
import { TextSpeech } from "./text_speech.ts";

/** Who hears what members are told. */
export interface Ears {
  /** The member is in its room. */
  welcome(member: number): void;
  /**
   * It was told a message of this run.
   *
   * @param same Whether all of its text, its room and who said it are what they must be.
   * @param seq The message's number in its room; 0 in a way of speaking that has none, -1 when it is no number of such a kind.
   */
  message(member: number, sender: number, counter: number, same: boolean, seq: number): void;
  /** The server says something else; when the connection ends, this is why. @param sentence May hold anything. */
  remark(member: number, sentence: string): void;
  /** The server says no. @param sentence In its own words, which may hold anything. */
  refusal(member: number, sentence: string): void;
  /** What the server sends is not of this way of speaking. */
  nonsense(member: number, sentence: string): void;
  /** The server asks for a sign of life; `answer` is what to write. */
  asked(member: number, answer: Uint8Array<ArrayBuffer>): void;
}

/** A way of speaking. */
export interface Speech {
  /** What a member writes first, to be in its room. */
  hello(member: number): Uint8Array<ArrayBuffer>;
  /** Bytes of one message of a sender. */
  sayBytes(sender: number): number;
  /** Writes a message at `at`, where `sayBytes` are free. */
  say(bytes: Uint8Array, at: number, sender: number, counter: number): void;
  /**
   * Hears what stands in `view` from `from` to `to`.
   *
   * @returns Where the first frame or line begins that is not whole.
   */
  hear(view: DataView, from: number, to: number, member: number): number;
}

/** The speech of a plan's members. A WebSocket carries frames without their length, see `sockets.ts`. */
export function speechOf(plan: Plan, ears: Ears): Speech {
  return plan.way === "text" ? new TextSpeech(plan, ears) : new FrameSpeech(plan, ears);
}
