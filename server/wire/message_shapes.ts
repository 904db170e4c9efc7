/**
 * What the shapes of all messages are made with.
 *
 * @module
 */

import { ID_CHARS_MAX, MOMENT_MS_MAX } from "./limits.ts";
import {
  type Fields,
  object,
  oneOf,
  option,
  type Optional,
  type Shape,
  textOf,
  type Whole,
  whole,
} from "./shapes.ts";

/** What a client calls a message of its own. */
export const id: Shape<string> = textOf(1, ID_CHARS_MAX);
/** A whole number that JavaScript holds exactly: a count, a seq, a size or a duration. */
export const count: Shape<number> = whole(0, Number.MAX_SAFE_INTEGER);
/** Milliseconds since 1970: what is later than any date can be shown by no client. */
export const moment: Shape<number> = whole(0, MOMENT_MS_MAX);

/** A type of message, and its shape. */
export interface MessageShape<T extends string, S> {
  readonly type: T;
  readonly shape: Shape<S>;
}

type Request<T extends string> = { type: Shape<T>; id: Optional<string> };
type Reply<T extends string> = { type: Shape<T>; re: Optional<string> };

/** The shape of a client's message. */
export function fromClient<const T extends string, F extends Fields>(
  type: T,
  fields: F,
): MessageShape<T, Whole<Request<T> & F>> {
  const all: Request<T> & F = { type: oneOf([type]), id: option(id), ...fields };
  return { type, shape: object(all) };
}

/** The shape of a server's message. */
export function fromServer<const T extends string, F extends Fields>(
  type: T,
  fields: F,
): MessageShape<T, Whole<Reply<T> & F>> {
  const all: Reply<T> & F = { type: oneOf([type]), re: option(id), ...fields };
  return { type, shape: object(all) };
}

/** `true` when both types accept exactly the same values. */
export type Agree<A, B> = [A] extends [B] ? [B] extends [A] ? true : false : false;
