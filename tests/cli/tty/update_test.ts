/**
 * Claims about the model: messages that wait, rooms, unread counts, history and the keys.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { NewMessage } from "../../../server/wire/mod.ts";
import { content } from "../../../cli/tty/editor.ts";
import { QUIT_MS_MAX } from "../../../cli/tty/limits.ts";
import { currentView, type Effect } from "../../../cli/tty/model.ts";
import { inLobby, NOON, type Play, play, texts, welcome } from "./play.ts";

type Say = Extract<Effect, { kind: "say" }>;

/** The one thing that is to be said. */
function said(game: Play): Say {
  const effect = game.effects.find((effect) => effect.kind === "say");
  assert.ok(effect, "nothing is to be said");
  return effect;
}

/** Why the client ended, if it did. */
function endOf(game: Play): string | undefined {
  return game.model.end?.kind;
}

function page(from: number, count: number, more: boolean) {
  const messages = Array.from({ length: count }, (_, index): NewMessage => ({
    type: "NewMessage",
    room: "lobby",
    seq: from + index,
    from: "anna",
    content: `old ${from + index}`,
    at: NOON,
  }));
  return { type: "HistoryPage", room: "lobby", messages, more } as const;
}

// ── What I say ──────────────────────────────────────────────────────────────────────────────────

Deno.test("what I say waits, and is settled once by its echo, before or after the Ack", () => {
  for (const order of ["echo first", "ack first"]) {
    const game = inLobby();
    game.keys("type:hello", "enter");
    const { pending, to, view } = said(game);
    assert.deepEqual(to, { room: "lobby" });
    assert.match(game.screen()[0] ?? "", /zoe hello …$/);
    const ack = { kind: "said", view, id: pending.id, seq: 1 } as const;
    if (order === "ack first") game.event(ack);
    game.message("zoe", "hello", { id: pending.id });
    if (order === "echo first") game.event(ack);
    assert.deepEqual(texts(game.model), ["hello"], order);
    assert.deepEqual(currentView(game.model).pending, []);
  }
});

Deno.test("two equal messages are two, and each is settled by its own echo", () => {
  const game = inLobby();
  game.keys("type:hi", "enter");
  const first = said(game).pending.id;
  game.keys("type:hi", "enter");
  const second = said(game).pending.id;
  assert.notEqual(first, second);
  game.message("zoe", "hi", { id: second });
  assert.deepEqual(currentView(game.model).pending.map(({ id }) => id), [first]);
  game.message("zoe", "hi", { id: first });
  assert.deepEqual(texts(game.model), ["hi", "hi"]);
});

Deno.test("a refused message stays with its reason until /retry, under its old id, or /discard", () => {
  const game = inLobby();
  game.keys("type:hello", "enter");
  const { pending, view } = said(game);
  game.event({ kind: "unsaid", view, pending, sentence: "Too \x1bfast." });
  assert.match(
    game.screen().join("\n"),
    /zoe hello\n.*! Too ␛fast\. Not sent: \/retry or \/discard/,
  );
  game.keys("type:/retry", "enter");
  assert.equal(said(game).pending.content, "hello");
  assert.equal(said(game).pending.id, pending.id);
  assert.equal(currentView(game.model).pending.length, 1);
  game.event({ kind: "unsaid", view, pending: said(game).pending, sentence: "No." });
  game.keys("type:/discard", "enter");
  assert.deepEqual(texts(game.model), []);
});

Deno.test("a whisper is settled by its echo, which has no id", () => {
  const game = inLobby();
  game.keys("type:/msg anna psst", "enter");
  const { to, pending } = said(game);
  assert.deepEqual(to, { user: "anna" });
  assert.equal(currentView(game.model).name, "anna");
  game.client({ type: "PrivateSent", to: "anna", content: "psst", seq: 7, at: NOON });
  game.event({ kind: "said", view: "@anna", id: pending.id, seq: 7 });
  assert.deepEqual(texts(game.model), ["psst"]);
});

Deno.test("a message above the limit is not sent, and Up brings it back", () => {
  const game = inLobby();
  game.keys(`type:${"x".repeat(9_000)}`, "enter");
  assert.deepEqual(game.effects.filter(({ kind }) => kind !== "typing"), []);
  game.keys("up");
  assert.equal(content(game.model.edit).length, 9_000);
});

Deno.test("leaving with unsent messages needs a second word, and the end names them", () => {
  const game = inLobby();
  game.keys("type:hello", "enter", "type:/quit", "enter");
  assert.equal(endOf(game), undefined);
  game.keys("type:/quit", "enter");
  assert.deepEqual(game.model.end, { kind: "quit", unsent: ["hello"] });
});

// ── What others say ─────────────────────────────────────────────────────────────────────────────

Deno.test("a message that comes a second time is shown once", () => {
  const game = inLobby();
  game.message("anna", "one");
  game.message("anna", "one", { seq: 1 });
  assert.deepEqual(texts(game.model), ["one"]);
});

Deno.test("a gap is told, not hidden", () => {
  const game = inLobby();
  game.message("anna", "one");
  game.message("anna", "five", { seq: 5 });
  assert.deepEqual(texts(game.model), ["one", "3 messages are missing here.", "five"]);
});

Deno.test("a gap is told also before somebody who is ignored", () => {
  const game = inLobby();
  game.message("bob", "one");
  game.keys("type:/ignore ANNA", "enter", "type:/clear", "enter");
  game.message("anna", "five", { seq: 5 });
  game.message("bob", "six", { seq: 6 });
  assert.deepEqual(texts(game.model), ["3 messages are missing here.", "six"]);
});

Deno.test("whispers of others under the same two names are no gap", () => {
  const game = inLobby();
  game.client({ type: "PrivateMessage", from: "anna", content: "psst", seq: 1, at: NOON });
  game.client({ type: "PrivateMessage", from: "anna", content: "again", seq: 4, at: NOON });
  game.keys("alt+a");
  assert.deepEqual(texts(game.model), ["psst", "again"]);
});

Deno.test("what comes elsewhere is counted until one goes there; mentions come first", () => {
  const game = inLobby();
  game.message("anna", "x", { room: "dev" });
  game.message("anna", "hey ZOE!", { room: "ops" });
  assert.deepEqual(game.effects, [{ kind: "ring" }]);
  assert.match(game.screen().join("\n"), /3:ops 1!.*2:dev 1/);
  game.keys("alt+a");
  assert.equal(currentView(game.model).name, "ops");
  game.keys("alt+a");
  assert.equal(currentView(game.model).name, "dev");
  game.keys("alt+a");
  assert.equal(currentView(game.model).name, "dev");
  assert.ok(game.model.views.every(({ reading }) => reading.unread === 0));
});

Deno.test("a name counts as a mention only as a word", () => {
  const game = inLobby();
  for (const text of ["zoey", "azoe", "hi", "zoe2"]) {
    game.message("anna", text);
    assert.deepEqual(game.effects, [], text);
  }
  for (const text of ["zoe", "@Zoe: hi", "(zoe)", "ask zoe."]) {
    game.message("anna", text);
    assert.deepEqual(game.effects, [{ kind: "ring" }], text);
  }
});

Deno.test("the bell rings as it is set, and never for oneself", () => {
  const game = inLobby();
  game.keys("type:/bell all", "enter");
  game.message("anna", "x");
  assert.deepEqual(game.effects, [{ kind: "ring" }]);
  game.message("zoe", "x");
  assert.deepEqual(game.effects, []);
  game.keys("type:/bell off", "enter");
  game.message("anna", "zoe!");
  assert.deepEqual(game.effects, []);
});

Deno.test("who is ignored is not shown and does not ring, until heard again", () => {
  const game = inLobby();
  game.keys("type:/ignore ANNA", "enter", "type:/clear", "enter");
  game.message("anna", "zoe!");
  assert.deepEqual(game.effects, []);
  game.keys("type:/unignore anna", "enter", "type:/clear", "enter");
  game.message("anna", "again");
  assert.deepEqual(texts(game.model), ["again"]);
});

Deno.test("presence is told and counted, one by one or as a digest", () => {
  const game = inLobby();
  game.client({ type: "UserJoined", room: "lobby", username: "bob" });
  assert.equal(currentView(game.model).count, 3);
  game.client({ type: "UserLeft", room: "lobby", username: "BOB" });
  assert.equal(currentView(game.model).count, 2);
  game.client({ type: "Presence", room: "lobby", joined: ["a", "b"], left: ["c"], users: 300 });
  assert.equal(currentView(game.model).count, 300);
  assert.deepEqual(texts(game.model), ["BOB, a, b joined · BOB, c left"]);
});

Deno.test("a whisper opens a conversation, and /reply answers it", () => {
  const game = inLobby();
  game.client({ type: "PrivateMessage", from: "anna", content: "psst", seq: 1, at: NOON });
  assert.equal(currentView(game.model).name, "lobby");
  assert.match(game.screen().join("\n"), /2:@anna 1!/);
  game.keys("type:/reply what?", "enter");
  assert.deepEqual(said(game).to, { user: "anna" });
});

// ── Rooms and history ───────────────────────────────────────────────────────────────────────────

Deno.test("the history is asked for at the first login, the people at each", () => {
  const game = play();
  game.client(welcome());
  const kinds = () => game.effects.map(({ kind }) => kind);
  assert.deepEqual(kinds(), ["ping", "rooms", "people", "page"]);
  game.client(welcome());
  assert.deepEqual(kinds(), ["ping", "rooms", "people"]);
});

Deno.test("a page of history comes above what was heard meanwhile, without doubles", () => {
  const game = play();
  game.client(welcome());
  game.message("anna", "live 3", { seq: 3 });
  game.event({ kind: "page", view: "lobby", page: page(1, 3, false), show: false });
  assert.deepEqual(texts(game.model), ["old 1", "old 2", "live 3"]);
});

Deno.test("PgUp at the top asks for what stands before, once, until there is none", () => {
  const game = play();
  game.client(welcome());
  game.event({ kind: "page", view: "lobby", page: page(101, 20, true), show: false });
  game.keys("pageup", "pageup", "pageup", "pageup", "pageup");
  const asked = game.effects.filter(({ kind }) => kind === "page");
  assert.deepEqual(asked, [
    { kind: "page", view: "lobby", of: { room: "lobby" }, before: 101, limit: 100, show: false },
  ]);
  const before = game.rows();
  game.event({ kind: "page", view: "lobby", page: page(1, 100, false), show: false });
  assert.deepEqual(game.rows(), before, "loading moved the view");
  game.keys("alt+home");
  assert.match(game.rows()[0] ?? "", /old 1$/);
  assert.deepEqual(game.effects, []);
});

Deno.test("a history that begins anew is told, and its seqs count from 1 again", () => {
  const game = inLobby();
  game.message("anna", "before", { seq: 50 });
  game.client(welcome({ epoch: "two" }));
  game.message("anna", "after", { seq: 1 });
  assert.deepEqual(texts(game.model).filter((text) => !text.startsWith("The server")), [
    "before",
    "after",
  ]);
  game.keys("pageup");
  assert.deepEqual(game.effects, []);
});

Deno.test("/join shows a room, /leave leaves it, and what still comes is dropped", () => {
  const game = inLobby();
  game.keys("type:/join dev", "enter");
  assert.deepEqual(game.effects, [{ kind: "join", room: "dev", show: true }]);
  game.event({ kind: "entered", room: "dev", seq: 0, show: true });
  assert.equal(currentView(game.model).name, "dev");
  game.keys("type:/leave", "enter");
  assert.deepEqual(game.effects, [{ kind: "leave", room: "dev" }]);
  game.event({ kind: "left", room: "dev" });
  assert.equal(currentView(game.model).name, "lobby");
  game.message("anna", "late", { room: "dev" });
  assert.equal(game.model.views.length, 1);
  game.keys("type:/leave", "enter");
  assert.deepEqual(game.effects, [], "the last room cannot be left");
});

Deno.test("each room keeps what is being typed in it", () => {
  const game = inLobby();
  game.event({ kind: "entered", room: "dev", seq: 0, show: false });
  game.keys("type:for the lobby", "alt+2", "type:for dev", "ctrl+p");
  assert.equal(content(game.model.edit), "for the lobby");
  game.keys("ctrl+n");
  assert.equal(content(game.model.edit), "for dev");
});

Deno.test("/clear empties the screen, and PgUp brings the messages back from the server", () => {
  const game = inLobby();
  for (let i = 1; i <= 5; i++) game.message("anna", `${i}`);
  game.keys("type:/clear", "enter");
  assert.deepEqual(texts(game.model), []);
  game.keys("pageup");
  const [asked] = game.effects;
  assert.equal(asked?.kind === "page" ? asked.before : undefined, 6);
});

// ── The connection ──────────────────────────────────────────────────────────────────────────────

Deno.test("a lost connection is told in the status line, and typing goes on", () => {
  const game = inLobby();
  game.keys("type:half a sen");
  const status = { kind: "offline", reason: "gone", retryInMs: 5_000 } as const;
  game.client({ type: "Status", status });
  assert.match(game.screen().join("\n"), /offline, next try in 5 s/);
  game.wait(2_000);
  assert.match(game.screen().join("\n"), /offline, next try in 3 s/);
  game.keys("type:tence");
  assert.equal(content(game.model.edit), "half a sentence");
});

Deno.test("a client that is closed for good ends it, with the reason", () => {
  const game = inLobby();
  game.client({ type: "Status", status: { kind: "closed", reason: "Name taken." } });
  assert.deepEqual(game.model.end, { kind: "closed", sentence: "Name taken.", unsent: [] });
});

// ── Keys ────────────────────────────────────────────────────────────────────────────────────────

Deno.test("Ctrl+c clears the line and keeps it for Ctrl+y; twice in a row it quits", () => {
  const game = inLobby();
  game.keys("type:oops", "ctrl+c");
  assert.equal(content(game.model.edit), "");
  game.keys("ctrl+y");
  assert.equal(content(game.model.edit), "oops");
  game.keys("ctrl+c");
  game.wait(QUIT_MS_MAX);
  game.keys("ctrl+c");
  assert.equal(endOf(game), undefined, "too late to be the second");
  game.keys("ctrl+c");
  assert.equal(endOf(game), "quit");
});

Deno.test("Ctrl+d deletes in a line and quits on an empty one", () => {
  const game = inLobby();
  game.keys("type:ab", "ctrl+a", "ctrl+d", "ctrl+d");
  assert.equal(endOf(game), undefined);
  game.keys("ctrl+d");
  assert.equal(endOf(game), "quit");
});

Deno.test("several pasted lines are one message after a yes, and never a command", () => {
  const game = inLobby();
  const paste = (text: string) =>
    game.event({ kind: "key", key: { kind: "paste", text, cut: false } });
  paste("/quit\r\nnow\n");
  assert.match(game.screen().at(-1) ?? "", /Paste 2 lines\? Enter sends, e edits, Esc cancels/);
  game.keys("enter");
  assert.equal(said(game).pending.content, "/quit\nnow");
  paste("a\nb");
  game.keys("escape");
  assert.equal(content(game.model.edit), "");
  paste("a\nb");
  game.keys("type:e");
  assert.equal(content(game.model.edit), "a\nb");
  paste("one line\n");
  assert.equal(content(game.model.edit), "a\nbone line");
});

Deno.test("Ctrl+r finds what was sent, and Esc gives the line back", () => {
  const game = inLobby();
  for (const line of ["deploy one", "hello"]) game.keys(`type:${line}`, "enter");
  game.keys("type:typing", "ctrl+r", "type:dep");
  assert.match(game.screen().at(-1) ?? "", /sent 'dep': deploy one/);
  game.keys("escape");
  assert.equal(content(game.model.edit), "typing");
  game.keys("ctrl+r", "type:dep", "enter");
  assert.equal(content(game.model.edit), "deploy one");
});

Deno.test("an unknown command is told to its writer only", () => {
  const game = inLobby();
  game.keys("type:/nope", "enter");
  assert.deepEqual(game.effects, []);
  assert.match(texts(game.model)[0] ?? "", /Unknown command '\/nope'/);
});

Deno.test("the end of input ends it", () => {
  const game = inLobby();
  game.event({ kind: "key", key: { kind: "end" } });
  assert.deepEqual(game.model.end, { kind: "hangup", unsent: [] });
});

Deno.test("10,000 messages cost the model less than half a second", () => {
  const game = inLobby();
  const start = performance.now();
  for (let i = 0; i < 10_000; i++) game.message("anna", `message number ${i} with some words`);
  const ms = performance.now() - start;
  assert.ok(ms < 500, `${Math.round(ms)} ms`);
});
