/**
 * Makes text harmless for a terminal that shows lines as they come (`nc`, `telnet`).
 *
 * Control characters could move the cursor, forge lines or reprogram the terminal; bidi controls could
 * turn a line around. They are removed; what is left is what was written.
 *
 * @module
 */

/** C0 but tab and line feed, DEL and C1; bidi marks, embeddings, overrides and isolates. */
const DRIVES_A_TERMINAL =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text without control characters, but for tabs and line feeds. */
export function clean(text: string): string {
  return text.replace(DRIVES_A_TERMINAL, "");
}

/** One line without control characters: line feeds become spaces. */
export function cleanLine(text: string): string {
  return clean(text).replaceAll("\n", " ");
}
