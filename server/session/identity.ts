/**
 * Who a guest is, as long as names cannot be proved: whoever knows its session's secret.
 *
 * ```text
 *   secret ── given in Welcome, shown in the next Login ──► the same session, over breaks and restarts
 *      └─ SHA-256, with the name ──► tag ── stands in each whisper's record: who may read it again
 * ```
 *
 * The server keeps no list of secrets. A client shows what it was given (or made itself: what nobody can guess is as
 * good), and the tags in the records say what is its own. A tag gives nothing away but that two whispers are of
 * one session under one name.
 *
 * @module
 */

import { hash } from "node:crypto";
import { randomToken } from "../../ground/mod.ts";
import type { FoldedName } from "../wire/mod.ts";

/** Shortest and longest secret that is taken from a client, in characters: shorter ones could be guessed. */
const SECRET = /^[\w-]{32,64}$/;
/** Characters of a tag: 132 bits of a digest, so that nobody finds a secret that has the same one. */
export const TAG_CHARS = 22;

/** The secret of a session that comes in: the one that it shows, if it can be one, else one that `make` makes. */
export function secretOf(shown: string | undefined, make: () => string = randomToken): string {
  return shown !== undefined && SECRET.test(shown) ? shown : make();
}

/** What the server knows a session by whatever its name is, to keep it out. Nobody is told. */
export function markOf(secret: string): string {
  return shown(`${secret}\n\nmark`);
}

/** What may be known of a session under a name. */
export function tagOf(secret: string, name: FoldedName): string {
  return shown(`${secret}\n${name}`);
}

function shown(text: string): string {
  return hash("sha256", text, "base64url").slice(0, TAG_CHARS);
}
