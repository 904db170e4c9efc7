/**
 * Moderators delete what others said, who stand below them; that is told, stands in the history with their names, and is on record.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { ask, done, inRoom, refused } from "../conformance/asking.ts";

Deno.test("a moderator deletes what a member said, not what the owner did; it is told by whom, and on record", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using owner = await inRoom(server, "Olga", "tea");
  await using mod = await inRoom(server, "Mona", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await using text = await server.text("Ted");
  await text.write("/join tea\n");
  while (await text.line() !== "[Server] You are in tea now.");
  await ask(owner, { type: "Room", room: "tea", promote: "Mona" });
  await done(owner, { type: "Broadcast", room: "tea", content: "of the owner" });
  await done(ben, { type: "Broadcast", room: "tea", content: "SPAM" });
  await done(mod, { type: "Broadcast", room: "tea", content: "of the moderator" });
  await refused(ben, { type: "Delete", room: "tea", seq: 3 }, "forbidden");
  await refused(mod, { type: "Delete", room: "tea", seq: 1 }, "forbidden");
  await refused(mod, { type: "Edit", room: "tea", seq: 2, content: "x" }, "forbidden");
  await done(mod, { type: "Delete", room: "tea", seq: 2 });
  const told = await ben.nextOf("MessageDeleted");
  assertEquals([told.seq, told.by], [2, "Mona"]);
  await done(owner, { type: "Delete", room: "tea", seq: 3 });
  const page = await ask(ben, { type: "History", room: "tea" });
  const messages = page["messages"] as { content: string; by?: string; from: string }[];
  assertEquals(messages.map(({ from, content, by }) => [from, content, by]), [
    ["Olga", "of the owner", undefined],
    ["Ben", "", "Mona"],
    ["Mona", "", "Olga"],
  ]);
  const audit = await ask(owner, { type: "Audit", room: "tea" });
  const records = (audit["records"] as { act: string; by: string; user?: string }[])
    .filter(({ act }) => act === "delete");
  assertEquals(records.map(({ by, user }) => [by, user]), [["Mona", "Ben"], ["Olga", "Mona"]]);
  await text.write("/list\n");
  for (let line = "", heard = false; !heard;) {
    line = await text.line();
    heard = line === "[Server] Mona deleted a message of Ben.";
  }
});

Deno.test("a moderator deletes nothing that an operator said, as far as it can be known that it was one", async () => {
  const operatorToken = "the operators' token";
  await using server = startServer({
    operatorToken,
    passwordCost: CHEAP,
    limits: { messagesPerSecond: 0 },
  });
  await using owner = await inRoom(server, "Olga", "tea");
  await using root = await server.connect();
  await root.send({ type: "Login", username: "Root", operator: operatorToken });
  await root.next("Welcome");
  await done(root, { type: "Join", room: "tea" });
  await done(root, { type: "Broadcast", room: "tea", content: "by the token" });
  const account = { username: "Ada", password: "correct horse" };
  await done(root, { type: "AddAccount", ...account, role: "operator" });
  {
    await using ada = await server.connect();
    await ada.send({ type: "Login", ...account });
    await ada.next("Welcome");
    await done(ada, { type: "Join", room: "tea" });
    await done(ada, { type: "Broadcast", room: "tea", content: "by the role" });
    await refused(owner, { type: "Delete", room: "tea", seq: 2 }, "forbidden");
  }
  await server.event("left", ({ user }) => user === "Ada");
  await refused(owner, { type: "Delete", room: "tea", seq: 1 }, "forbidden");
  await refused(owner, { type: "Delete", room: "tea", seq: 2 }, "forbidden");
  // Who is none any more is as others are.
  await done(root, { type: "SetRole", username: "Ada", role: "user" });
  await done(owner, { type: "Delete", room: "tea", seq: 2 });
});
