/**
 * Bans for the whole server: refused at the door and at the login, with a sentence.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { folder, startOn } from "../durable/place.ts";
import { ask, done, refused } from "./asking.ts";

const operatorToken = "operator".repeat(5);

async function operatorOf(server: TestServer): Promise<RawClient> {
  const client = await server.connect();
  await client.send({ type: "Login", username: "Op", operator: operatorToken });
  await client.next("Welcome");
  return client;
}

/** What a login is answered with. */
async function logIn(server: TestServer, username: string, session?: string): Promise<string> {
  await using client = await server.connect();
  await client.send({ type: "Login", username, session });
  const answer = await client.message();
  return answer.type === "Error" ? `${answer.code}: ${answer.msg}` : answer.type;
}

Deno.test("who is banned from the server is out at once, and does not log in again under his name, his session or a look-alike", async () => {
  await using server = startServer({ operatorToken });
  await using operator = await operatorOf(server);
  await using ben = await server.frames("Bob");
  await refused(ben, { type: "Ban", server: true, user: "Op" }, "forbidden");
  await done(operator, { type: "Ban", server: true, user: "Bob", seconds: 3_600, why: "spam" });
  assertEquals((await ben.nextOf("Error")).code, "banned");
  await ben.expectEnd();
  const sentence = "banned: You are banned from this server for 60 minutes (spam).";
  for (const name of ["Bob", "bob", "B0b"]) assertEquals(await logIn(server, name), sentence);
  assertEquals(await logIn(server, "Zoe", ben.session), sentence);
  assertEquals(await logIn(server, "Cleo"), "Welcome");
  const page = await ask(operator, { type: "Audit", server: true });
  assertEquals((page["records"] as { act: string }[]).map(({ act }) => act), ["ban"]);
  await done(operator, { type: "Unban", server: true, user: "Bob" });
  assertEquals(await logIn(server, "Bob"), "Welcome");
});

Deno.test("a banned range of addresses does not get in, an exempt address always does, also after a restart", async () => {
  using place = folder();
  const ban = { type: "Ban", server: true, address: "127.0.0.0/8" };
  const serve = { operatorToken };
  {
    await using server = await startOn(place.path, { serve: { ...serve, exempt: [] } });
    await using operator = await operatorOf(server);
    await using ben = await server.frames("Ben");
    await done(operator, ban);
    assertEquals((await ben.nextOf("Error")).code, "banned");
    await using late = await server.connect();
    await late.send({ type: "Ping" });
    assertEquals((await late.next("Error")).code, "banned");
    await late.expectEnd();
    // Whoever keeps order stays, to lift it.
    await operator.nextOf("UserLeft");
    await operator.expectNothing();
  }
  await using exempt = await startOn(place.path, { serve });
  await using operator = await operatorOf(exempt);
  assertEquals(await logIn(exempt, "Ben"), "Welcome");
  await done(operator, { type: "Unban", server: true, address: "127.0.0.0/8" });
  await refused(operator, { type: "Unban", server: true, address: "127.0.0.0/8" }, "not_found");
});
