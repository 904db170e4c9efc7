/**
 * Secrets are taken where nobody on the way can read them.
 *
 * @module
 */

import { refuseSecretIn } from "../../../server/session/in_the_clear.ts";
import type { ConnectionInfo } from "../../../server/link/connection.ts";
import type { ClientMessage } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";

const PASSWORD: ClientMessage = { type: "Login", username: "Anna", password: "secret" };

function refused(
  message: ClientMessage,
  { hostname = "192.0.2.7", tls = false, https = false, takes = false } = {},
): boolean {
  const info = { client: { hostname, port: 1 }, isSecure: https } as ConnectionInfo;
  const parts = { takesSecretsInTheClear: takes };
  return refuseSecretIn(message, parts, { link: { isSecure: tls }, info }) !== undefined;
}

Deno.test("a password or token from another machine is taken over TLS only, unless the server says otherwise", () => {
  for (
    const secret of [
      PASSWORD,
      { type: "Login", username: "Anna", device: "token" },
      { type: "Login", username: "Anna", operator: "token" },
      { type: "Login", username: "Anna", invitation: "token" },
      { type: "AddAccount", username: "Ben", password: "secret" },
      { type: "SetPassword", username: "Ben", password: "secret" },
      { type: "Register", username: "Anna", password: "secret" },
      { type: "Password", old: "secret", password: "another" },
    ] as const
  ) {
    assertEquals(refused(secret), true, secret.type);
    assertEquals(refused(secret, { tls: true }), false);
    assertEquals(refused(secret, { https: true }), false);
    assertEquals(refused(secret, { takes: true }), false);
    assertEquals(refused(secret, { hostname: "127.0.0.1" }), false);
    assertEquals(refused(secret, { hostname: "::1" }), false);
  }
});

Deno.test("whoever tells no secret is let in from anywhere", () => {
  assertEquals(refused({ type: "Login", username: "Anna" }), false);
  assertEquals(refused({ type: "Broadcast", content: "hello" }), false);
});
