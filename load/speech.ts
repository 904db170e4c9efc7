/**
 * The two ways in which a member speaks over a stream of bytes: what to write, and what the bytes that came say.
 *
 * A speech is shared by all members of a thread and holds nothing of them but the texts of its senders. It reads only as
 * much of a message as a run must know, where it stood the last time: parsing JSON would cost five times as much, and the
 * load generator must not be slower than the server. Pure.
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
  /** It was told a message of this run. `same`: its text is what was sent, as far as this was looked at. */
  message(member: number, sender: number, counter: number, same: boolean): void;
  /** The server says something else; when the connection ends, this is why. @param sentence May hold anything. */
  remark(member: number, sentence: string): void;
  /** The server says no. @param sentence In its own words, which may hold anything. */
  refusal(member: number, sentence: string): void;
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
