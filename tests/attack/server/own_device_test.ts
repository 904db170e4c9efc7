/**
 * Attacks by who has the token of somebody's lost device, and takes it away himself: nobody is here over what no list shows.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { answerTo, comesIn, done, refused } from "../../server/conformance/asking.ts";

const username = "Anna";
const password = "correct horse";

Deno.test("who takes away the token of the device that he is here over hears that as the last, and nothing that is said behind it", async () => {
  await using server = startServer({ passwordCost: CHEAP });
  await using anna = await server.connect();
  await anna.send({ type: "Register", username, password });
  await anna.next("Welcome");
  await using lost = await server.connect();
  await lost.send({ type: "Login", username, password });
  const { device, deviceId } = await lost.next("Welcome");
  await using thief = await comesIn(server, { username, device });
  await thief.send({ type: "RevokeDevice", device: deviceId, id: "own" });
  assertEquals((await answerTo(thief, "own"))["type"], "Ack");
  await thief.expectEnd();
  assertEquals((await lost.nextOf("Error")).code, "auth_failed");
  await lost.expectEnd();
  await refused(anna, { type: "RevokeDevice", device: deviceId }, "not_found");
  await done(anna, { type: "Broadcast", content: "for me alone" });
});
