/**
 * Claims about order in the terminal client: who sees what moderators did, and in which words.
 *
 * @module
 */

import assert from "node:assert/strict";
import { inLobby, texts } from "./play.ts";

Deno.test("what moderators did stands in the room's view, and nothing of it moves a terminal", () => {
  const game = inLobby();
  const by = "anna";
  game.client(
    {
      type: "Order",
      act: "mute",
      room: "lobby",
      user: "ben",
      by,
      seconds: 600,
      why: "loud\x1b[2J",
    },
    { type: "Order", act: "ban", room: "lobby", by },
    { type: "RoomChanged", room: "lobby", by, access: "announce", slow: 10, topicBy: "moderators" },
    { type: "Order", act: "invite", room: "council", user: "zoe", by },
    {
      type: "Reported",
      room: "lobby",
      by: "cleo",
      why: "rude",
      messages: [{ seq: 1, from: "ben", content: "bah", at: 1 }],
    },
  );
  const lines = texts(game.model);
  assert.ok(!lines.join("").includes("\x1b"), lines.join("\n"));
  assert.match(lines[0] ?? "", /^anna muted ben for 10 minutes \(loud.*\)$/);
  assert.deepEqual(lines.slice(1), [
    "anna banned an address",
    "anna set the room: for announcements of moderators, a word each 10 seconds, moderators set the topic",
    "anna invited zoe to council",
    "cleo reports ben (rude)",
    "ben said in lobby: bah",
  ]);
});
