/**
 * What a server sends about hooks, to operators. See `messages.ts` for the rules that hold for all messages.
 *
 * @module
 */

import type { Reply } from "./server_messages.ts";

/** One hook. */
export interface HookEntry {
  /** Its name, under which an incoming one speaks. */
  name: string;
  /** The room. */
  room: string;
  /** Where an outgoing one posts; left out of an incoming one. */
  url?: string;
  /** What a message has to hold to be posted; left out where all are. */
  match?: string;
  /** When it was made, in milliseconds since 1970. */
  created: number;
  /** Who made it. */
  by: string;
  /** When it last spoke or posted something since the server was started, in milliseconds since 1970. */
  used?: number;
  /** Of an outgoing one, how many messages wait. */
  waiting?: number;
  /** Of an outgoing one, how many were never posted: too many waited, or its end was refused by its receiver. */
  missed?: number;
  /** Of an outgoing one, why it could not post the last time. */
  trouble?: string;
}

/** Additive, for operators: the hooks of a server, in the order of their names; the answer to `Hooks`. */
export interface HookList extends Reply {
  /** Tells which message this is. */
  type: "HookList";
  /** All of them. */
  hooks: HookEntry[];
}

/** Additive, for operators: a hook was made; the answer to `AddHook`. Its secret is told here, and nowhere else. */
export interface HookAdded extends Reply {
  /** Tells which message this is. */
  type: "HookAdded";
  /** The hook. */
  hook: HookEntry;
  /** Of an incoming one: the token of `POST /hooks/TOKEN`. */
  token?: string;
  /** Of an outgoing one: with it whoever is posted to checks the signature. */
  secret?: string;
}

/** Any message about hooks that a server may send. */
export type ServerHookMessage = HookList | HookAdded;
