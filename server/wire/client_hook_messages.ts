/**
 * What operators send about hooks: by which programs speak in a room, or are told what is said there. See `messages.ts` for the
 * rules that hold for all messages.
 *
 * @module
 */

import type { Request } from "./client_messages.ts";

/** Additive, for operators: asks which hooks there are; answered by `HookList`. */
export interface ListHooks extends Request {
  /** Tells which message this is. */
  type: "Hooks";
}

/**
 * Additive, for operators: makes a hook; answered by `HookAdded`. Without `url` it is an incoming one: whoever has its token speaks in
 * the room under the hook's name, which is nobody else's then. With one, what is said in the room is posted there.
 */
export interface AddHook extends Request {
  /** Tells which message this is. */
  type: "AddHook";
  /** The hook's name: no account's, and none that somebody has who is here. */
  name: string;
  /** The room. */
  room: string;
  /** Where to post what is said, `https://…` or `http://…`. */
  url?: string;
  /** Of an outgoing one: posts only what holds this text, whatever its case. */
  match?: string;
}

/** Additive, for operators: takes a hook away; answered by `Ack`. Its name is free then. */
export interface RemoveHook extends Request {
  /** Tells which message this is. */
  type: "RemoveHook";
  /** The hook's name. */
  hook: string;
}

/** Any message about hooks that a client may send. */
export type ClientHookMessage = ListHooks | AddHook | RemoveHook;
