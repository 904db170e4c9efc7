/**
 * Claims about what waits for somebody with an account, and what the server is told of what they read.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { NewMessage, PrivateMessage, Welcome } from "../../../server/wire/mod.ts";
import type { Effect, Event } from "../../../cli/tty/model.ts";
import { lastReadings } from "../../../cli/tty/on_reading.ts";
import { NOON, type Play, play, texts, welcome } from "./play.ts";

const MARK = /^─── new since you left ─+$/;

/** A login to an account. */
function home(options: Partial<Welcome> = {}) {
  return welcome({ account: true, heads: { lobby: 0 }, ...options });
}

function said(seq: number, content = `message ${seq}`, from = "anna"): NewMessage {
  return { type: "NewMessage", room: "lobby", seq, from, content, at: NOON };
}

function whispered(seq: number, from = "bob"): PrivateMessage {
  return { type: "PrivateMessage", from, to: "zoe", content: `whisper ${seq}`, seq, at: NOON };
}

/** A page that was asked for. */
function page(view: string, messages: readonly (NewMessage | PrivateMessage)[]): Event {
  const type = "HistoryPage" as const;
  return { kind: "page", view, page: { type, messages: [...messages], more: false }, show: false };
}

function reads(effects: readonly Effect[]): unknown[] {
  return effects.flatMap((effect) => effect.kind === "read" ? [effect.of, effect.seq] : []);
}

function rows(game: Play): string[] {
  return game.rows().slice(0, -2).filter((row) => row !== "")
    .map((row) => MARK.test(row) ? "new" : row.replace(/^\d\d:\d\d ((anna|bob) )?/, ""));
}

function bar(game: Play): string {
  return game.rows().at(-2) ?? "";
}

Deno.test("what waits is counted where it was said, and each who whispered has a conversation", () => {
  const game = play({ columns: 70, rows: 10 });
  game.client(home({
    rooms: ["lobby", "dev", "ops"],
    heads: { lobby: 9, dev: 40, ops: 7 },
    unread: [
      { room: "dev", head: 40, read: 31, unread: 9, mentioned: true },
      { with: "ben", head: 4, read: 3, unread: 1 },
      { with: "bob", head: 6, read: 2, unread: 4 },
    ],
  }));
  assert.match(bar(game), /1:lobby .*2:dev 9! {2}4:@ben 1! {2}5:@bob 4! {2}3:ops /);
  game.keys("type:/r hello", "enter");
  const said = game.effects.find((effect) => effect.kind === "say");
  assert.deepEqual(said?.to, { user: "bob" }, "the one who whispered last is answered");
});

Deno.test("a line says what is new since one left, wherever the history comes from", () => {
  const game = play();
  const unread = [{ room: "lobby", head: 5, read: 3, unread: 2 }];
  game.client(home({ heads: { lobby: 5 }, unread }));
  game.event(page("lobby", [1, 2, 3, 4, 5].map((seq) => said(seq))));
  const all = ["message 1", "message 2", "message 3", "new", "message 4", "message 5"];
  assert.deepEqual(rows(game), all);
  game.message("anna", "message 6", { seq: 6 });
  assert.deepEqual(rows(game), [...all, "message 6"]);
});

Deno.test("where more is new than a page has, the mark goes up as more is loaded", () => {
  const game = play({ columns: 60, rows: 20 });
  const unread = [{ room: "lobby", head: 6, read: 2, unread: 4 }];
  game.client(home({ heads: { lobby: 6 }, unread }));
  const { page: newest } = page("lobby", [said(5), said(6)]) as Extract<Event, { kind: "page" }>;
  game.event({ kind: "page", view: "lobby", page: { ...newest, more: true }, show: false });
  assert.deepEqual(rows(game), ["new", "message 5", "message 6"]);
  game.event(page("lobby", [1, 2, 3, 4].map((seq) => said(seq))));
  assert.deepEqual(rows(game).indexOf("new"), 2);
});

Deno.test("a conversation that waits is asked for when it comes on the screen, and once", () => {
  const game = play();
  game.client(home({ unread: [{ with: "bob", head: 2, read: 1, unread: 1 }] }));
  assert.deepEqual(game.effects.filter(({ kind }) => kind === "page").length, 1, "the lobby's");
  game.keys("alt+2");
  const [asked] = game.effects;
  assert.deepEqual(asked?.kind === "page" && asked.of, { with: "bob" });
  game.event(page("@bob", [whispered(1), whispered(2)]));
  assert.deepEqual(rows(game), ["whisper 1", "new", "whisper 2"]);
  game.keys("alt+1", "alt+2");
  assert.deepEqual(game.effects, []);
});

Deno.test("one word a second says what was read, and none where nothing moved", () => {
  const game = play();
  game.client(
    home({ heads: { lobby: 5 }, unread: [{ room: "lobby", head: 5, read: 3, unread: 2 }] }),
  );
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), [], "nothing of it is on the screen yet");
  game.event(page("lobby", [4, 5].map((seq) => said(seq))));
  assert.deepEqual(reads(game.effects), []);
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), [{ room: "lobby" }, 5]);
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), []);
  for (let seq = 6; seq < 200; seq++) game.message("anna", "much", { seq });
  assert.deepEqual(reads(game.effects), []);
  game.client(whispered(1));
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), [{ room: "lobby" }, 199]);
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), [], "the conversation was not looked at");
  game.keys("alt+2");
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), [{ with: "bob" }, 1]);
});

Deno.test("who leaves tells what is left to tell, of all that was looked at", () => {
  const game = play();
  game.client(home(), whispered(1));
  game.event(page("lobby", []), page("@bob", []));
  game.message("anna", "hello");
  game.keys("alt+2");
  assert.deepEqual(reads(lastReadings(game.model)), [{ room: "lobby" }, 1, { with: "bob" }, 1]);
});

Deno.test("who has scrolled back has not read what comes below, and it is marked when they come down", () => {
  const game = play({ columns: 60, rows: 8 });
  game.client(home({ heads: { lobby: 30 } }));
  game.event(page("lobby", Array.from({ length: 30 }, (_, index) => said(index + 1))));
  game.keys("pageup");
  game.message("anna", "below", { seq: 31 });
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), []);
  game.keys("alt+end");
  assert.deepEqual(rows(game).slice(-2), ["new", "below"]);
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), [{ room: "lobby" }, 31]);
});

Deno.test("what was read on another device is not new here any more", () => {
  const game = play();
  game.client(home({
    rooms: ["lobby", "dev"],
    heads: { lobby: 0, dev: 5 },
    unread: [
      { room: "dev", head: 5, read: 2, unread: 3, mentioned: true },
      { with: "bob", head: 2, read: 0, unread: 2 },
    ],
  }));
  assert.match(bar(game), /dev 3! .*@bob 2!/);
  game.client({ type: "ReadMoved", room: "dev", seq: 4 });
  assert.match(bar(game), /dev 1! .*@bob 2!/);
  game.client({ type: "ReadMoved", room: "DEV", seq: 5 }, {
    type: "ReadMoved",
    with: "Bob",
    seq: 2,
  });
  assert.match(bar(game), /2:dev {2}3:@bob /);
  game.client({ type: "ReadMoved", with: "nobody", seq: 9 }, { type: "ReadMoved", seq: 9 });
  game.keys("alt+2");
  game.event(page("dev", []));
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), []);
});

Deno.test("what one says on another device is read up to that", () => {
  const game = play();
  game.client(home({ rooms: ["lobby", "dev"], heads: { lobby: 0, dev: 0 } }));
  for (let n = 0; n < 3; n++) game.message("anna", "hello", { room: "dev" });
  assert.match(bar(game), /dev 3 /);
  game.message("zoe", "hello, from my other device", { room: "dev" });
  assert.match(bar(game), /2:dev {2}/);
});

Deno.test("after a break the missed are counted once, and marked where one was looking", () => {
  const game = play({ columns: 60, rows: 12 });
  const rooms = { rooms: ["lobby", "dev"] };
  game.client(home({ ...rooms, heads: { lobby: 2, dev: 2 } }));
  game.event(page("lobby", [said(1), said(2)]), page("dev", []));
  game.client({ type: "Status", status: { kind: "offline", reason: "gone", retryInMs: 1 } });
  game.client(home({
    ...rooms,
    heads: { lobby: 3, dev: 4 },
    unread: [
      { room: "lobby", head: 3, read: 2, unread: 1 },
      { room: "dev", head: 4, read: 2, unread: 2 },
    ],
  }));
  game.client(said(3), { ...said(3), room: "dev" }, { ...said(4), room: "dev" });
  assert.deepEqual(rows(game), ["message 1", "message 2", "new", "message 3"]);
  assert.match(bar(game), /2:dev 2 /);
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), [{ room: "lobby" }, 3]);
});

Deno.test("of a guest, and to a server that keeps nothing, nothing is told", () => {
  for (const first of [welcome({ heads: { lobby: 0 } }), home()]) {
    const game = play();
    game.client(first);
    // What an older server answers to the first word.
    game.event(page("lobby", []), { kind: "unkept" });
    game.message("anna", "hello");
    game.wait(1_000);
    assert.deepEqual(reads(game.effects), []);
    assert.deepEqual(lastReadings(game.model), []);
  }
});

Deno.test("who makes the name an account begins with all read, and is told of from then on", () => {
  const game = play();
  game.client(welcome());
  game.event(page("lobby", []));
  game.message("anna", "hello");
  game.event({ kind: "accountDone", sentences: ["The name zoe is yours now."], begins: true });
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), []);
  game.message("anna", "hello again");
  game.wait(1_000);
  assert.deepEqual(reads(game.effects), [{ room: "lobby" }, 2]);
});

Deno.test("who makes the name an account has what they did not look at yet as new as before", () => {
  const game = play({ columns: 60, rows: 10 });
  game.client(welcome());
  game.event(page("lobby", []));
  game.client({ type: "PrivateMessage", from: "anna", content: "psst", seq: 1, at: NOON });
  game.event({ kind: "accountDone", sentences: ["The name zoe is yours now."], begins: true });
  assert.match(game.rows().at(-2) ?? "", /2:@anna 1!/);
  game.keys("alt+2");
  game.wait(1_000);
  assert.ok(!/1!/.test(game.rows().at(-2) ?? ""));
  assert.deepEqual(reads(game.effects), [], "the server counts it as read");
});

Deno.test("whispers to who is away say that they wait, once until something is heard", () => {
  const game = play();
  game.client(home());
  const sent = (seq: number) =>
    ({ type: "PrivateSent", to: "bob", content: `to ${seq}`, seq, at: NOON, waits: true }) as const;
  game.client(sent(1), sent(2));
  game.keys("alt+2");
  const away = "bob is away, and gets this with the next login.";
  assert.deepEqual(texts(game.model), ["to 1", away, "to 2"]);
  game.client(whispered(3), sent(4));
  assert.deepEqual(texts(game.model), ["to 1", away, "to 2", "whisper 3", "to 4", away]);
});
