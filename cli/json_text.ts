/**
 * JSON for whoever reads it, and harmless for a terminal that shows it: what a terminal may obey is escaped, which means the
 * same. Pure.
 *
 * @module
 */

/** Controls beyond those that `JSON.stringify` escapes, and what changes the direction of text. */
const OBEYED = /[\x7f-\x9f]|\p{Bidi_Control}/gu;

/** The same JSON with nothing in it that a terminal obeys: such characters stand in strings only. */
export function harmlessJson(json: string): string {
  return json.replace(OBEYED, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
