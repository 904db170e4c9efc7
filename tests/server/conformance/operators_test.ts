/**
 * Operators make operators: on record, heard by whom it concerns, in force at once and after a restart.
 *
 * @module
 */

import type { AuditEntry } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { folder, startOn } from "../durable/place.ts";
import { ask, comesIn, done, refused } from "./asking.ts";

const PASSWORD = "correct horse";
const operatorToken = "operator".repeat(5);
const SERVE = { passwordCost: CHEAP, operatorToken };

function comeIn(server: TestServer, login: object): Promise<RawClient> {
  return comesIn(server, { password: PASSWORD, ...login });
}

function operator(server: TestServer): Promise<RawClient> {
  return comeIn(server, { username: "Op", password: undefined, operator: operatorToken });
}

async function records(client: RawClient): Promise<object[]> {
  const page = await ask(client, { type: "Audit", server: true });
  return (page["records"] as readonly AuditEntry[]).map(({ at: _, seq: __, ...rest }) => rest);
}

Deno.test("an account becomes an operator and is none any more: at once, on record, over a restart, and heard while away", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path, { serve: SERVE });
    await using op = await operator(server);
    await using rita = await comeIn(server, { type: "Register", username: "Rita" });
    await refused(rita, { type: "SetRole", username: "Rita", role: "operator" }, "forbidden");
    await refused(rita, { type: "Bans" }, "forbidden");
    await done(op, { type: "SetRole", username: "rita", role: "operator" });
    const { at: _, ...told } = await rita.nextOf("Order");
    assertEquals(told, { type: "Order", act: "op", user: "Rita", by: "Op" });
    await ask(rita, { type: "Bans" });
    // Who is it already is not made it once more.
    await done(op, { type: "SetRole", username: "Rita", role: "operator" });
    await rita.close();
    await server.event("left", ({ user }) => user === "Rita");
    await done(op, { type: "SetRole", username: "Rita", role: "user" });
  }
  await using server = await startOn(place.path, { serve: SERVE });
  await using rita = await comeIn(server, { username: "Rita" });
  assertEquals((await rita.nextOf("Order")).act, "deop");
  await refused(rita, { type: "Audit", server: true }, "forbidden");
  await using op = await operator(server);
  assertEquals(await records(op), [
    { by: "Op", act: "op", user: "Rita" },
    { by: "Op", act: "deop", user: "Rita" },
  ]);
});

Deno.test("who is no operator any more is out of the rooms that only operators see; a guest cannot be one", async () => {
  await using server = startServer(SERVE);
  await using op = await operator(server);
  await using rita = await comeIn(server, { type: "Register", username: "Rita" });
  await using anna = await server.frames("Anna");
  await done(anna, { type: "Join", room: "council" });
  await done(anna, { type: "Room", room: "council", access: "invite" });
  await refused(op, { type: "SetRole", username: "Anna", role: "operator" }, "not_found");
  await refused(op, { type: "SetRole", username: "nobody", role: "operator" }, "not_found");
  await done(op, { type: "SetRole", username: "Rita", role: "operator" });
  await done(rita, { type: "Join", room: "council" });
  await done(op, { type: "SetRole", username: "Rita", role: "user" });
  assertEquals((await anna.nextOf("UserLeft")).username, "Rita");
  await refused(rita, { type: "Broadcast", room: "council", content: "hm" }, "not_in_room");
  assertEquals(await records(op), [
    { by: "Op", act: "op", user: "Rita" },
    { by: "Op", act: "deop", user: "Rita" },
  ]);
});

Deno.test("what operators do with accounts is on record, and in lines of text", async () => {
  await using server = startServer(SERVE);
  await using op = await operator(server);
  const rita = { username: "Rita", password: PASSWORD };
  await done(op, { type: "AddAccount", ...rita, role: "operator" });
  await done(op, { type: "AddAccount", username: "Ute", password: PASSWORD });
  await done(op, { type: "SetPassword", username: "ute", password: "another horse" });
  await using text = await server.connect();
  await text.write(`Rita\n${PASSWORD}\n`);
  await text.expectLines("[Server] Password for Rita:");
  await text.write("/op Ute\n/op Gast\n/op\n/deop Ute\n");
  await text.expectLines(
    "[Server] Rita has made Ute an operator.",
    "[Server] There is no account of that name.",
    "[Server] Usage: /op NAME",
    "[Server] Rita has taken the operator's role from Ute.",
  );
  await done(op, { type: "RemoveAccount", username: "Ute" });
  assertEquals(await records(op), [
    { by: "Op", act: "op", user: "Rita" },
    { by: "Op", act: "account", user: "Ute" },
    { by: "Op", act: "password", user: "Ute" },
    { by: "Rita", act: "op", user: "Ute" },
    { by: "Rita", act: "deop", user: "Ute" },
    { by: "Op", act: "remove", user: "Ute" },
  ]);
});
