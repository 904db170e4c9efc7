/**
 * One end of a message's way as it is told: a connection, and why its bytes cannot be told if they cannot.
 *
 * @module
 */

import { showEndpoint } from "../figures/inspection.ts";
import type { Connection } from "../link/connection.ts";
import type { TraceEnd } from "../wire/mod.ts";

/** As far as it is the same for all messages. */
export type End = Omit<TraceEnd, "stream">;

const WHY_WEB_SOCKET =
  "It is a WebSocket: on its socket a message is longer, by the head of a WebSocket's frame.";
const WHY_TLS =
  "It is encrypted: on its socket the message lies within a TLS record, which is longer.";
const WHY_HOOK = "A program says it over HTTP, by a hook, and over no connection of the chat.";

/** What is told of somebody who is connected there. */
export function endOf(user: string, connection: Connection | undefined): End {
  if (connection === undefined) return { user, speech: "unknown", why: WHY_HOOK };
  const { remote, local, speech, isSecure } = connection;
  const why = whyUntold(connection);
  return {
    user,
    remote: showEndpoint(remote),
    local: showEndpoint(local),
    speech,
    ...(isSecure ? { secure: true } : {}),
    ...(why === undefined ? {} : { why }),
  };
}

/** Why what goes over it does not lie on its socket as it is counted here; `undefined` when it does. */
export function whyUntold({ speech, link }: Connection): string | undefined {
  if (speech === "websocket") return WHY_WEB_SOCKET;
  return link.isSecure ? WHY_TLS : undefined;
}
