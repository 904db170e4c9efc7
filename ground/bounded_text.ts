/**
 * How much of a text from somebody else is looked at and shown.
 *
 * @module
 */

/**
 * UTF-16 units of such a text: four times what a message may have. Only a hostile server sends more: expressions that look at
 * millions of them run out of stack, and a document in which they stand is slow for as long as they do.
 */
export const TEXT_CHARS_MAX: number = 32 << 10;

/** The text; what is too long ends with a sign of that. */
export function boundedText(text: string): string {
  return text.length <= TEXT_CHARS_MAX ? text : `${text.slice(0, TEXT_CHARS_MAX - 1)}…`;
}
