/**
 * The shapes of the messages about hooks; see `schemas.ts`.
 *
 * @module
 */

import {
  type Agree,
  count,
  fromClient,
  fromServer,
  type MessageShape,
  moment,
} from "./message_shapes.ts";
import type { ClientHookMessage, ServerHookMessage } from "./messages.ts";
import { list, object, type Of, option, text } from "./shapes.ts";

const clientSchemas = [
  fromClient("Hooks", {}),
  fromClient("AddHook", { name: text, room: text, url: option(text), match: option(text) }),
  fromClient("RemoveHook", { hook: text }),
] as const;

const hook = object({
  name: text,
  room: text,
  url: option(text),
  match: option(text),
  created: moment,
  by: text,
  used: option(moment),
  waiting: option(count),
  missed: option(count),
  trouble: option(text),
});

const serverSchemas = [
  fromServer("HookList", { hooks: list(hook) }),
  fromServer("HookAdded", { hook, token: option(text), secret: option(text) }),
] as const;

true satisfies Agree<ClientHookMessage, Of<(typeof clientSchemas)[number]["shape"]>>;
true satisfies Agree<ServerHookMessage, Of<(typeof serverSchemas)[number]["shape"]>>;

/** What clients send. */
export const HOOK_REQUESTS: readonly MessageShape<string, ClientHookMessage>[] = clientSchemas;
/** What servers answer. */
export const HOOK_REPLIES: readonly MessageShape<string, ServerHookMessage>[] = serverSchemas;
