/**
 * Says the same to many WebSockets: frames become messages once for all of them, and go out as to sockets with frames.
 *
 * ```text
 *   frames ─► messages ─► the chorus below, in the runs between those who cannot take anything now
 *                └─ whoever takes a part keeps the rest, and is asked again by its own write (`WebSocketWire.trySend`)
 * ```
 *
 * @module
 */

import type { Chorus } from "../transport/mod.ts";
import { textMessages } from "./web_socket_frames.ts";

/** One of them. */
export interface Singer {
  /** Of these messages, which stand for so many bytes of frames, only so much was taken. */
  keepRest(messages: Uint8Array, taken: number, frameBytes: number): void;
}

/** What is said to whom. */
type Verse = Parameters<Chorus["send"]>[1];
type Short = ReturnType<Chorus["send"]>[number];

/** Such a chorus. */
export class WebSocketChorus implements Chorus {
  readonly #below: Chorus;
  /** By voice. */
  readonly #singers: (Singer | undefined)[] = [];
  /** Voices that cannot take anything: in the middle of something else, or behind their goodbye. Mostly there are none. */
  readonly #busy = new Set<number>();
  /** What was made into messages last, until the end of this turn: a crowd is told in many calls. */
  #frames: Uint8Array | undefined;
  #messages: Uint8Array | undefined;

  constructor(below: Chorus) {
    this.#below = below;
  }

  /** Lets somebody in, who may be told something under that number until it leaves. */
  join(voice: number, singer: Singer): void {
    this.#singers[voice] = singer;
  }

  /** To be called before the number is another one's. */
  leave(voice: number): void {
    this.#singers[voice] = undefined;
    this.#busy.delete(voice);
  }

  /** Says whether it can take something now. */
  setBusy(voice: number, isBusy: boolean): void {
    if (isBusy) this.#busy.add(voice);
    else this.#busy.delete(voice);
  }

  send(voices: Int32Array, { from, to, bytes }: Verse): readonly Short[] {
    const messages = this.#messagesOf(bytes);
    if (this.#busy.size === 0) {
      return this.#sing(voices, { from, to, bytes: messages }, bytes.length);
    }
    const short: Short[] = [];
    for (let at = from; at < to;) {
      if (this.#busy.has(voices[at] ?? -1)) {
        short.push({ at, taken: 0 });
        at++;
        continue;
      }
      let end = at + 1;
      while (end < to && !this.#busy.has(voices[end] ?? -1)) end++;
      short.push(...this.#sing(voices, { from: at, to: end, bytes: messages }, bytes.length));
      at = end;
    }
    return short;
  }

  #sing(voices: Int32Array, verse: Verse, frameBytes: number): readonly Short[] {
    const short = this.#below.send(voices, verse);
    if (short.length === 0) return short;
    return short.map(({ at, taken }) => {
      this.#singers[voices[at] ?? -1]?.keepRest(verse.bytes, taken, frameBytes);
      return { at, taken: 0 };
    });
  }

  #messagesOf(frames: Uint8Array): Uint8Array {
    if (this.#frames === frames && this.#messages !== undefined) return this.#messages;
    if (this.#frames === undefined) queueMicrotask(this.#forget);
    this.#frames = frames;
    return this.#messages = textMessages(frames, { bytesMax: frames.length }).messages;
  }

  readonly #forget = (): void => {
    this.#frames = undefined;
    this.#messages = undefined;
  };
}

/** By what is below: there is one of each transport. */
const choruses = new WeakMap<Chorus, WebSocketChorus>();

/** The one over `below`. */
export function webSocketChorus(below: Chorus): WebSocketChorus {
  let chorus = choruses.get(below);
  if (chorus === undefined) choruses.set(below, chorus = new WebSocketChorus(below));
  return chorus;
}
