/**
 * Whether a text may be a reaction: one emoji, or a short word for which a client may have a picture (`+1`, `:tada:`).
 *
 * Everybody in a room is shown it beside what somebody else said, so it is nothing that could look like words or drive a
 * terminal.
 *
 * @module
 */

import { REACTION_BYTES_MAX } from "../limits.ts";

/** One of Unicode's emoji, also one that is told to look like one, in any colour of skin; with joiners they are long. */
const EMOJI = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic}\uFE0F?\p{Emoji_Modifier}?)$/v;
const EMOJI_UNITS_MAX = 64;
const WORD = /^[\p{L}\p{N}_+:-]+$/u;

const encoder = new TextEncoder();

/** Whether it may be one. */
export function isReaction(text: string): boolean {
  if (text.length > EMOJI_UNITS_MAX) return false;
  if (EMOJI.test(text)) return true;
  return WORD.test(text) && encoder.encode(text).length <= REACTION_BYTES_MAX;
}
