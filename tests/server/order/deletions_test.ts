/**
 * Moderators delete what others said, who stand below them; that is told, stands in the history with their names, and is on record.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { ask, done, inRoom, refused } from "../conformance/asking.ts";

Deno.test("a moderator deletes what a member said, not what the owner did; it is told by whom, and on record", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using owner = await inRoom(server, "Olga", "tea");
  await using mod = await inRoom(server, "Mona", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await using text = await server.text("Ted");
  await text.write("/join tea\n");
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
