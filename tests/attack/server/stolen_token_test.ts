/**
 * Attacks by who has the token of a lost device: its owner comes in by the password all the same, and takes it away.
 *
 * @module
 */

import { DEVICES_MAX } from "../../../server/accounts/limits.ts";
import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { done } from "../../server/conformance/asking.ts";

const PASSWORD = "correct horse";

async function login(server: TestServer, how: object): Promise<RawClient> {
  const client = await server.connect();
  await client.send({ type: "Login", username: "Anna", ...how });
  return client;
}

Deno.test("who is here as often as one may be over one stolen token keeps the owner's password not out", async () => {
  await using server = startServer({ passwordCost: CHEAP });
  await using first = await server.connect();
  await first.send({ type: "Register", username: "Anna", password: PASSWORD });
  const { device, deviceId } = await first.next("Welcome");
  await first.close();
  await server.event("left", ({ user }) => user === "Anna");
  await using open = new AsyncDisposableStack();
  const thief: RawClient[] = [];
  for (let n = 0; n < DEVICES_MAX; n++) {
    const client = open.use(await login(server, { device }));
    await client.next("Welcome");
    thief.push(client);
  }
  await using more = await login(server, { device });
  await more.nextError("busy");
  await using anna = await login(server, { password: PASSWORD });
  assertEquals((await anna.next("Welcome")).account, true);
  await done(anna, { type: "RevokeDevice", device: deviceId });
  const ends = await Promise.all(thief.map(async (client) => (await client.nextOf("Error")).code));
  assertEquals(Object.groupBy(ends, (code) => code).auth_failed?.length, DEVICES_MAX - 1);
  await using again = await login(server, { device });
  await again.nextError("auth_failed");
});

Deno.test("a password takes the place of the device that is here most often, and not of the others", async () => {
  await using server = startServer({ passwordCost: CHEAP });
  await using phone = await server.connect();
  await phone.send({ type: "Register", username: "Anna", password: PASSWORD });
  await phone.next("Welcome");
  await using laptop = await login(server, { password: PASSWORD });
  const { device } = await laptop.next("Welcome");
  await using open = new AsyncDisposableStack();
  for (let n = 2; n < DEVICES_MAX; n++) {
    await open.use(await login(server, { device })).next("Welcome");
  }
  for (let n = 0; n < 5; n++) {
    await open.use(await login(server, { password: PASSWORD })).next("Welcome");
  }
  await done(phone, { type: "Broadcast", content: "still here" });
});
