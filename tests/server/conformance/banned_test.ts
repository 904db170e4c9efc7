/**
 * Bans for the whole server: refused at the door and at the login, with a sentence.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
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

Deno.test("who is banned from the lobby comes in without it, and is told so", async () => {
  await using server = startServer({ operatorToken });
  await using operator = await operatorOf(server);
  await using ben = await server.frames("Ben");
  await done(operator, { type: "Ban", user: "Ben" });
  await ben.nextOf("Order");
  await refused(ben, { type: "Broadcast", content: "hey" }, "not_in_room");
  await ben.close();
  await operator.nextOf("UserLeft");
  await using again = await server.connect();
  await again.send({ type: "Login", username: "Ben" });
  assertEquals((await again.next("Welcome")).rooms, []);
  await again.nextError("banned");
  await refused(again, { type: "Join", room: "lobby" }, "banned");
  await done(again, { type: "Join", room: "tea" });
});

Deno.test("an account is put out on all its devices, and an operator's role is an operator's right", async () => {
  await using server = startServer({ operatorToken, passwordCost: CHEAP });
  const password = "correct horse";
  const device = async (type: string, username: string) => {
    const client = await server.connect();
    await client.send({ type, username, password });
    await client.next("Welcome");
    await done(client, { type: "Join", room: "tea" });
    return client;
  };
  await using anna = await device("Register", "Anna");
  await using one = await device("Register", "Ben");
  await using other = await device("Login", "Ben");
  await done(anna, { type: "Kick", room: "tea", user: "Ben" });
  for (const client of [one, other]) {
    assertEquals((await client.nextOf("Order")).act, "kick");
    await refused(client, { type: "Join", room: "tea" }, "banned");
  }
  await using operator = await operatorOf(server);
  await done(operator, { type: "SetRole", username: "Ben", role: "operator" });
  await done(one, { type: "Join", room: "tea" });
  await done(one, { type: "Ban", room: "tea", user: "Anna" });
  await refused(anna, { type: "Join", room: "tea" }, "banned");
  await done(operator, { type: "SetRole", username: "Ben", role: "user" });
  await refused(one, { type: "Kick", room: "tea", user: "Anna" }, "banned");
  await done(operator, { type: "Ban", server: true, user: "Ben" });
  for (const client of [one, other]) assertEquals((await client.nextOf("Error")).code, "banned");
});
