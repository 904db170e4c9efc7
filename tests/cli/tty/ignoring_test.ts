/**
 * Claims about whom the reader ignores: nothing that they do is told, and all of it is in its place when they are read again.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { ClientEvent } from "../../../server/wire/mod.ts";
import type { News, TransferView } from "../../../server/wire/transfers/mod.ts";
import { currentView } from "../../../cli/tty/model.ts";
import { inLobby, NOON, type Play, texts, welcome } from "./play.ts";

/** In the lobby with Anna, who is ignored, and Ben. */
function ignoring(): Play {
  const game = inLobby();
  game.message("ben", "one");
  game.keys("type:/ignore ANNA", "enter");
  assert.deepEqual(game.effects, [{ kind: "ignore", name: "ANNA", on: true }]);
  game.keys("type:/clear", "enter");
  return game;
}

const EVENTS: readonly ClientEvent[] = [
  { type: "NewMessage", room: "lobby", seq: 2, from: "anna", content: "zoe!", at: NOON },
  { type: "PrivateMessage", from: "Anna", to: "zoe", content: "psst", seq: 1, at: NOON },
  { type: "Topic", room: "lobby", topic: "me", by: "anna" },
  { type: "UserLeft", room: "lobby", username: "anna" },
  { type: "UserJoined", room: "lobby", username: "anna" },
  { type: "Presence", room: "lobby", joined: ["anna"], left: [], users: 2 },
  { type: "Order", act: "invite", room: "den", user: "zoe", by: "anna", at: NOON },
  { type: "Reactions", room: "lobby", seq: 1, emoji: "👎", count: 1, by: "anna", on: true },
  { type: "MessageEdited", room: "lobby", seq: 2, content: "zoe!!", by: "anna", at: NOON },
  { type: "MessageDeleted", room: "lobby", seq: 2, by: "anna", at: NOON },
  { type: "MessageEdited", with: "zoe", seq: 1, content: "psst!", by: "anna", at: NOON },
];

Deno.test("of who is ignored nothing is told: words, whispers, topics, invitations, edits, reactions, coming and going", () => {
  for (const event of EVENTS) {
    const game = ignoring();
    const before = game.rows();
    game.client(event);
    assert.deepEqual(game.effects, [], event.type);
    assert.deepEqual(texts(game.model), [], event.type);
    assert.deepEqual(game.model.views.length, 1, event.type);
    const rows = event.type === "UserLeft"
      ? game.rows().with(-2, before.at(-2) ?? "")
      : game.rows();
    assert.deepEqual(rows, before, event.type);
    assert.equal(game.model.lastWhisperFrom, undefined);
  }
});

Deno.test("each of these is told of others", () => {
  for (const event of EVENTS) {
    const game = inLobby();
    game.message("zoe", "one");
    game.client({
      type: "PrivateMessage",
      from: "anna",
      to: "zoe",
      content: "first",
      seq: 0,
      at: NOON,
    });
    game.client({
      type: "NewMessage",
      room: "lobby",
      seq: 2,
      from: "anna",
      content: "?",
      at: NOON,
    });
    if (event.type === "NewMessage") continue;
    const before = game.model.views;
    game.client(event);
    if (event.type === "MessageEdited" && event.with !== undefined) continue;
    assert.notDeepEqual(game.model.views, before, event.type);
  }
});

Deno.test("who is ignored is still known to be there, and what they do to others as a moderator is told", () => {
  const game = ignoring();
  game.client({ type: "UserLeft", room: "lobby", username: "anna" });
  assert.deepEqual([...currentView(game.model).people.keys()], ["zoe"]);
  game.client({ type: "Order", act: "kick", room: "lobby", user: "ben", by: "anna", at: NOON });
  game.client({ type: "MessageDeleted", room: "lobby", seq: 1, by: "anna", at: NOON });
  assert.equal(texts(game.model).length, 1);
});

/** News of a file that Anna offers. */
function news(kind: News["kind"], n = 1): News {
  const transfer = {
    n,
    root: n,
    way: "in",
    peer: "Anna",
    room: undefined,
    name: "a.bin",
    size: 1,
    sha256: undefined,
    phase: "offered",
    progress: undefined,
    end: undefined,
  } satisfies TransferView;
  const end = { kind: "failed", reason: "It was taken back." } as const;
  return kind === "ended" ? { kind, transfer, end } : { kind: "offered", transfer };
}

Deno.test("files of who is ignored are not told of, not listed, and not taken by mistake", () => {
  const game = ignoring();
  const offered = news("offered");
  game.event(
    { kind: "files", files: { list: [offered.transfer], at: 0 } },
    { kind: "news", news: offered },
  );
  assert.deepEqual([texts(game.model), game.effects], [[], []]);
  game.keys("type:/accept", "enter", "type:/transfers", "enter");
  assert.deepEqual(texts(game.model), [
    "Nobody offers a file.",
    "No files come or go. /send NAME FILE offers one.",
  ]);
  game.event({ kind: "news", news: news("ended") });
  assert.equal(texts(game.model).length, 2);
  // Who takes it all the same, by its number, hears of it.
  game.event({ kind: "news", news: news("offered", 2) });
  game.keys("type:/accept 2", "enter");
  assert.deepEqual(game.effects, [{ kind: "fileAnswer", answer: "accept", n: 2 }]);
  game.event({ kind: "news", news: news("ended", 2) });
  assert.equal(texts(game.model).length, 3);
});

Deno.test("whispers of who is ignored do not wait for the reader, and are there when they are read again", () => {
  const game = inLobby();
  game.keys("type:/ignore anna", "enter");
  const unread = [{ with: "anna", head: 2, read: 0, unread: 2 }];
  game.client(welcome({ account: true, heads: { lobby: 0 }, unread }));
  assert.equal(game.model.views.length, 1);
  game.keys("type:/unignore Anna", "enter");
  assert.deepEqual(game.effects, [{ kind: "ignore", name: "Anna", on: false }]);
  game.keys("type:/query anna", "enter");
  assert.deepEqual(game.effects.map(({ kind }) => kind), ["page"]);
  game.keys("type:/unignore Anna", "enter");
  assert.deepEqual(game.effects, [], "nothing is to be kept");
});
