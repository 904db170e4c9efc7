/**
 * A profile as JSON, piece by piece: its text may have megabytes, and a server has other things to do in between. Pure.
 *
 * @module
 */

import { WRITTEN_AT_ONCE } from "./limits.ts";

/** The pieces of a profile's JSON, in order. */
export function* textOf(profile: object, atOnce: number = WRITTEN_AT_ONCE): Generator<string> {
  let before = "{";
  for (const [name, value] of Object.entries(profile)) {
    yield `${before}${JSON.stringify(name)}:`;
    before = ",";
    if (Array.isArray(value)) yield* listOf(value, atOnce);
    else yield JSON.stringify(value);
  }
  yield before === "{" ? "{}\n" : "}\n";
}

function* listOf(list: readonly unknown[], atOnce: number): Generator<string> {
  yield "[";
  for (let at = 0; at < list.length; at += atOnce) {
    const part = JSON.stringify(list.slice(at, at + atOnce)).slice(1, -1);
    yield at === 0 ? part : `,${part}`;
  }
  yield "]";
}
