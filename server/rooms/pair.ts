/**
 * One who whispers and the one who hears it: what is the same in all of it, found once.
 *
 * A speaker remembers the one pair in which it spoke last. It holds names and bytes and nobody's connection: who has left
 * must not be kept by whom it was whispered to.
 *
 * @module
 */

import { type PairBytes, pairBytes } from "../codec/encode_whisper.ts";
import type { Addressee } from "../commands/types.ts";
import type { Member } from "./member.ts";
import { pairStream } from "../store/streams.ts";
import type { FoldedName, UserName } from "../wire/mod.ts";

/** Such a pair, for one direction. */
export class Pair implements PairBytes {
  /** Their stream in the store: the same for both directions. */
  readonly stream: string;
  /** Of the receiver: its name, and the public tag of its session. */
  readonly name: UserName;
  readonly key: FoldedName;
  readonly tag: string;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly sentHead: Uint8Array;

  constructor(speaker: Member, { name, key, tag }: Addressee) {
    this.stream = pairStream(speaker.key, key);
    this.name = name;
    this.key = key;
    this.tag = tag;
    ({ head: this.head, tail: this.tail, sentHead: this.sentHead } = pairBytes({
      from: speaker.name,
      to: name,
      registered: speaker.registered,
      between: [speaker.tag, tag],
    }));
  }
}

/** The pair of these two. */
export function pairOf(speaker: Member, to: Addressee): Pair {
  const { lastPair } = speaker;
  if (lastPair?.name === to.name && lastPair.tag === to.tag) return lastPair;
  return speaker.lastPair = new Pair(speaker, to);
}
