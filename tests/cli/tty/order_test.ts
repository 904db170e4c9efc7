/**
 * Claims about order in the terminal client: who sees what moderators did, and in which words.
 *
 * @module
 */

import assert from "node:assert/strict";
import { inLobby, texts, welcome } from "./play.ts";

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
    "anna invited you: /join council",
    "cleo reports ben (rude)",
    "ben said in lobby: bah",
  ]);
});

Deno.test("a command about order means the room where one is, a report the last words of others", () => {
  const game = inLobby();
  game.message("anna", "bah");
  game.message("zoe", "please");
  const asked = (line: string) => {
    game.keys(`type:${line}`, "enter");
    return game.effects.map((effect) => effect.kind === "order" ? [effect.room, effect.ask] : []);
  };
  assert.deepEqual(asked("/kick anna rude"), [[
    "lobby",
    { type: "Kick", user: "anna", why: "rude" },
  ]]);
  assert.deepEqual(asked("/report rude"), [["lobby", { type: "Report", seq: 1, why: "rude" }]]);
  assert.deepEqual(asked("/report @ben"), []);
  game.event({ kind: "ordered", view: "lobby", sentences: ["Room\x1b[2J lobby"] });
  assert.match(texts(game.model).at(-1) ?? "", /^Room␛/);
  game.keys("type:/query anna", "enter");
  assert.deepEqual(asked("/slow 3"), []);
});

Deno.test("a report means what was said last, also if it is taken back meanwhile, and nothing that stands above", () => {
  const game = inLobby();
  game.message("anna", "good morning");
  game.message("ben", "an insult");
  game.client({ type: "MessageDeleted", room: "lobby", seq: 2, by: "ben", at: 1 });
  for (const line of ["/report rude", "/report @ben rude"]) {
    game.keys(`type:${line}`, "enter");
    const [effect] = game.effects;
    assert.deepEqual(effect?.kind === "order" && effect.ask, {
      type: "Report",
      seq: 2,
      why: "rude",
    });
    assert.match(texts(game.model).at(-1) ?? "", /^What ben said last was deleted: it is reported/);
  }
  game.client({ type: "MessageDeleted", room: "lobby", seq: 2, by: "-", at: 1 });
  game.keys("type:/report", "enter");
  assert.deepEqual(game.effects[0]?.kind === "order" && game.effects[0].ask, {
    type: "Report",
    seq: 2,
  });
});

Deno.test("who comes back to a room that they were put out of sees what is there then, and nothing that was taken back meanwhile", () => {
  const game = inLobby();
  game.client(welcome({ rooms: ["lobby", "dev"] }));
  game.message("anna", "my password", { room: "dev", seq: 1 });
  game.keys("alt+2");
  game.client({ type: "Order", room: "dev", user: "Zoe", by: "anna", act: "kick" });
  game.event({ kind: "entered", room: "dev", seq: 2, show: true });
  const [page] = game.effects.filter(({ kind }) => kind === "page");
  assert.deepEqual(page?.kind === "page" && [page.view, page.before], ["dev", undefined]);
  game.message("anna", "again", { room: "dev", seq: 3 });
  const said = { type: "NewMessage", room: "dev", from: "anna", at: 1 } as const;
  game.event({
    kind: "page",
    view: "dev",
    show: false,
    page: {
      type: "HistoryPage",
      room: "dev",
      more: false,
      messages: [
        { ...said, seq: 1, content: "", deleted: true, edited: 2 },
        { ...said, seq: 2, content: "in between" },
      ],
    },
  });
  assert.deepEqual(texts(game.model), ["×", "in between", "again"]);
});

Deno.test("who is put out keeps what stands there, and comes back by /join", () => {
  const game = inLobby();
  game.client(welcome({ rooms: ["lobby", "dev"] }));
  game.message("anna", "hello", { room: "dev", seq: 1 });
  game.keys("alt+2");
  const order = { type: "Order", room: "dev", user: "Zoe", by: "anna" } as const;
  game.client({ ...order, act: "kick", seconds: 60, why: "spam" });
  assert.deepEqual(texts(game.model), ["hello", "anna put you out in dev for 60 seconds (spam)"]);
  game.keys("type:/join dev", "enter");
  assert.deepEqual(game.effects, [{ kind: "join", room: "dev", show: true }]);
  game.event({ kind: "entered", room: "dev", seq: 0, show: true });
  game.message("anna", "again", { room: "dev", seq: 2 });
  assert.equal(texts(game.model).at(-1), "again");
  game.client({ ...order, act: "ban" });
  game.keys("type:/leave", "enter");
  assert.deepEqual(game.effects, [], "nobody is asked");
  assert.deepEqual(game.model.views.map(({ key }) => key), ["lobby"]);
});
