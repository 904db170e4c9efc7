/**
 * What becomes of what somebody left behind who is erased.
 *
 * ```text
 *   a message   { room, seq, from: "Ann", content: "hi", id, at }   ─►  { room, seq, from: "-", content: "", at, edited, deleted }
 *   a whisper   { from: "Ann", to: "Ben", content, id, at, … }      ─►  the same without words and id: its stream bears the names
 *   an author   { from: "ann", tag, seq, closed? }                  ─►  { from: "-", tag: "-", seq, closed? }
 * ```
 *
 * A place stays, so that seqs stay dense and nobody's replies point elsewhere. `-` can be nobody's name: who has the name later has said
 * nothing of it. Pure.
 *
 * @module
 */

import { type Authorship, encodeAuthor } from "../store/authors.ts";
import { encodeStored, revise, type StoredMessage } from "../store/revised.ts";
import { eraseKey } from "../store/streams.ts";
import { fold, type FoldedName, type UserName, userName } from "../wire/mod.ts";

/** Who said what nobody is to be known for; no name is so. */
export const NOBODY = "-";

/** Somebody who is to be erased. */
export interface Erased {
  readonly name: UserName;
  readonly key: FoldedName;
  /** By which it is known what is his. */
  readonly tag: string;
  /** By which it is known what he was given as a guest under other names. Earlier versions did not write it down. */
  readonly mark?: string;
}

/** A message without words, and in a room without a name. */
export function blankMessage(message: StoredMessage, at: number): Uint8Array {
  const by = { name: message.from, tag: "", at };
  const { id: _, account: __, by: ___, ...blank } = revise(message, { kind: "delete" }, by);
  return encodeStored(blank.type === "NewMessage" ? { ...blank, from: NOBODY } : blank);
}

/** A note of who spoke, without who. That the room was for the invited alone is said of the room. */
export function blankAuthor({ seq, closed }: Authorship): Uint8Array {
  const place = closed === true ? { closed } : {};
  return encodeAuthor({ from: NOBODY as FoldedName, tag: NOBODY, seq, ...place });
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** That somebody is being erased, in bytes. */
export function encodeErased({ name, tag, mark }: Erased): Uint8Array {
  return encoder.encode(JSON.stringify({ name, tag, mark }));
}

/** What bytes say of that under a key; `undefined` when it is nothing. */
export function erasedIn(bytes: Uint8Array, key: string): Erased | undefined {
  try {
    const { name, tag, mark } = Object(JSON.parse(decoder.decode(bytes)));
    const checked = typeof name === "string" ? userName(name) : undefined;
    if (checked?.kind !== "name" || typeof tag !== "string") return undefined;
    const known = typeof mark === "string" ? { mark } : {};
    const who = { name: checked.name, key: fold(checked.name), tag, ...known };
    return eraseKey(who.key, tag) === key ? who : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
