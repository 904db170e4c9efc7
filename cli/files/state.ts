/**
 * What is known of a partial file, in a small file of JSON beside it.
 *
 * ```text
 * report.pdf.part          the bytes that have arrived, from the first one on
 * report.pdf.part.state    {"version":1,"name":"report.pdf","from":"alice","size":…,"sha256":"…","offset":…}
 * ```
 *
 * `owner` is left out where it is not known. It lets the program, when it is started again, be the same session: no other one
 * under its name is sent the rest. The file is its user's alone.
 *
 * `misfit` is the SHA-256 of the whole when the rest that came last did not fit: what was there before is kept until the same
 * comes again.
 *
 * `offset` counts bytes that were durable before the state was written. There may be more in the file; nothing is said
 * about those. A state that is not exactly of this form is nobody's: the file beside it is left alone.
 *
 * @module
 */

import { cleanName, type Offer } from "../../server/wire/transfers/mod.ts";

const VERSION = 1;

/** What is known of a partial file. */
export interface State {
  /** The cleaned name, without a number. */
  readonly name: string;
  readonly from: string;
  readonly size: number;
  readonly sha256?: string | undefined;
  /** Bytes from the beginning that are on the disk. */
  readonly offset: number;
  /** Of whom the sender awaits that it goes on: the secret of a session. */
  readonly owner?: Owner | undefined;
  /** What all of it had as a SHA-256 when the rest did not fit. */
  readonly misfit?: string | undefined;
}

/** A session. */
export interface Owner {
  readonly session: string;
  /** Under which name it was there; earlier versions did not write that down. */
  readonly name?: string;
}

/** The state of an offer of which so many bytes are on the disk. */
export function stateOf(
  { from, name, size, sha256 }: Offer,
  offset: number,
  owner?: Owner,
): State {
  const whose = owner === undefined ? {} : { owner };
  const hash = sha256 === undefined ? {} : { sha256: sha256.toLowerCase() };
  return { name: cleanName(name), from, size, ...hash, offset, ...whose };
}

/** A state as the text of its file. */
export function formatState(state: State): string {
  return `${JSON.stringify({ version: VERSION, ...state })}\n`;
}

/** The state that a file holds; `undefined` when it holds something else. */
export function parseState(text: string): State | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { version, name, from, size, sha256, offset, owner, misfit } = value as Record<
    string,
    unknown
  >;
  if (version !== VERSION || typeof name !== "string" || typeof from !== "string") return undefined;
  if (!isCount(size) || !isCount(offset) || offset > size) return undefined;
  const more = { ...ownerIn(owner), ...(isDigest(misfit) ? { misfit } : {}) };
  if (sha256 === undefined) return { name, from, size, offset, ...more };
  if (!isDigest(sha256)) return undefined;
  return { name, from, size, sha256, offset, ...more };
}

function ownerIn(value: unknown): { owner?: Owner } {
  if (typeof value !== "object" || value === null) return {};
  const { session, name } = value as Record<string, unknown>;
  if (typeof session !== "string" || !/^[\w-]{32,64}$/.test(session)) return {};
  return { owner: { session, ...(typeof name === "string" ? { name } : {}) } };
}

/**
 * Whether a partial file is the beginning of what is offered: same sender, name, size and SHA-256. Without a hash
 * nobody can know.
 */
export function isBeginningOf(state: State, offer: Offer): boolean {
  const wanted = stateOf(offer, state.offset);
  return state.sha256 !== undefined && state.sha256 === wanted.sha256 &&
    state.from === wanted.from && state.name === wanted.name && state.size === wanted.size;
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[\da-f]{64}$/.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
