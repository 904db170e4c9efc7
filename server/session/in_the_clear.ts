/**
 * Secrets that everybody on the way could read: they are not taken, so that nobody makes a habit of telling them.
 *
 * A connection is in the clear when it comes from another machine without TLS, and not from a proxy that is believed, which has its
 * own way to encrypt. A password or a token, of a device or an operator, is refused there, unless whoever runs the server says that it may be told
 * so. It was told already: but only once, and with the sentence that says what to do.
 *
 * @module
 */

import { isLoopback } from "../../ground/mod.ts";
import type { ConnectionInfo } from "../link/connection.ts";
import type { Link } from "../link/link.ts";
import type { SessionParts } from "./session_parts.ts";
import type { ClientMessage } from "../wire/mod.ts";

/** Where one could tell a secret. */
export interface Way {
  readonly link: Pick<Link, "isSecure">;
  readonly info: ConnectionInfo;
}

const REFUSAL = {
  code: "forbidden",
  msg: "Passwords and tokens are taken over TLS only: come with chats://HOST:PORT (--tls).",
} as const;

/** Why no secret is taken there; `undefined` where one is. */
export function refuseSecrets(
  { takesSecretsInTheClear }: Pick<SessionParts, "takesSecretsInTheClear">,
  { link, info }: Way,
): typeof REFUSAL | undefined {
  if (takesSecretsInTheClear || link.isSecure || info.isSecure) return undefined;
  return isLoopback(info.client.hostname) ? undefined : REFUSAL;
}

/** The same for whoever has told one. */
export function refuseSecretIn(
  message: ClientMessage,
  parts: Pick<SessionParts, "takesSecretsInTheClear">,
  way: Way,
): typeof REFUSAL | undefined {
  return tellsSecret(message) ? refuseSecrets(parts, way) : undefined;
}

function tellsSecret(message: ClientMessage): boolean {
  switch (message.type) {
    case "Login": {
      const { password, device, operator, invitation } = message;
      return (password ?? device ?? operator ?? invitation) !== undefined;
    }
    case "Register":
    case "Password":
    case "AddAccount":
    case "SetPassword":
      return true;
    default:
      return false;
  }
}
