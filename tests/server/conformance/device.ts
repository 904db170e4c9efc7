/**
 * A device of Anna's, who has an account.
 *
 * @module
 */

import type { Welcome } from "../../../server/wire/mod.ts";
import type { RawClient, TestServer } from "../../harness.ts";

/** Hers. */
export const PASSWORD = "correct horse";

/** Logs in with the password, or makes the account. */
export async function device(
  server: TestServer,
  type: "Login" | "Register" = "Login",
  more: object = {},
): Promise<{ client: RawClient; welcome: Welcome }> {
  const client = await server.connect();
  await client.send({ type, username: "Anna", password: PASSWORD, ...more });
  return { client, welcome: await client.next("Welcome") };
}
