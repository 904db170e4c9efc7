/**
 * A dashboard of a client that is online, without a kernel: what tests of its page and its end begin with.
 *
 * @module
 */

import { openDashboard, operatorInspector, type PageServer } from "../../observe/dashboard/mod.ts";
import type { Client } from "../../server/wire/mod.ts";
import { within } from "../harness.ts";

/** Waits until the client is online, and opens its dashboard. @param port Of the server that it talks with. */
export async function bareDashboard(client: Client, port: number): Promise<PageServer> {
  await within(client.online(), "the login");
  return await openDashboard({
    client,
    rooms: [],
    server: { port },
    where: `127.0.0.1:${port}`,
    kernel: { kind: "absent", why: "No.", remedy: "No." },
    inspector: operatorInspector(client),
    hostname: "127.0.0.1",
    port: 0,
  });
}
