/**
 * Attacks by who has somebody's password, and is here over a device whose token gave way to others': no list shows that one.
 *
 * @module
 */

import { DEVICES_MAX } from "../../../server/accounts/limits.ts";
import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { ask, comesIn, done } from "../../server/conformance/asking.ts";

const username = "Anna";
const password = "correct horse";

Deno.test("who is here over a device that gave way to another one is let go, and so stays not when the password is changed and all devices are logged out", async () => {
  await using server = startServer({ passwordCost: CHEAP });
  await using first = await server.connect();
  await first.send({ type: "Register", username, password });
  const { device } = await first.next("Welcome");
  await using open = new AsyncDisposableStack();
  for (let n = 1; n < DEVICES_MAX; n++) open.use(await comesIn(server, { username, password }));
  await first.close();
  await server.event("left", ({ user }) => user === username);
  // The one that was seen least lately is now the one that came last.
  await using thief = await comesIn(server, { username, device });
  await using anna = await comesIn(server, { username, password });
  await done(anna, { type: "Password", old: password, password: "another horse" });
  const { devices } = await ask(anna, { type: "Devices" });
  for (const { id, here } of devices as { id: string; here?: true }[]) {
    if (here !== true) await done(anna, { type: "RevokeDevice", device: id });
  }
  await done(anna, { type: "Broadcast", content: "for me alone" });
  const told: string[] = [];
  while (told.at(-1) !== "Error" && told.at(-1) !== "NewMessage") {
    told.push((await thief.message()).type);
  }
  assertEquals(told.at(-1), "Error", "it is let go");
  await thief.expectEnd();
});
