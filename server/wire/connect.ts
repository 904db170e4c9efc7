/**
 * The headless client over a socket of this process.
 *
 * @module
 */

import { clientOver } from "./client.ts";
import type { Client, ConnectOptions } from "./client_types.ts";
import { dial } from "./connection.ts";

/**
 * Connects to a chat server. Returns at once; the login goes on by itself (`online()` waits for it).
 *
 * @example Say hello and leave
 * ```ts ignore
 * await using alice = connect({ port: 8080, name: "Alice" });
 * const { seq } = await alice.say("hello");
 * ```
 */
export function connect(options: ConnectOptions): Client {
  const { host = "127.0.0.1", port, tls } = options;
  const to = { host, port, ...(tls && { tls }) };
  return clientOver((how) => dial({ ...to, ...how }), options);
}
