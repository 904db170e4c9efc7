/**
 * Claims about accounts in the terminal client: passwords that nobody sees and nothing keeps, devices, and guests.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Event } from "../../../cli/tty/model.ts";
import { devicesShown, performAccount } from "../../../cli/tty/account.ts";
import { connect } from "../../../server/wire/mod.ts";
import { startServer } from "../../harness.ts";
import { inLobby, NOON, type Play, texts, welcome } from "./play.ts";

const SECRET = "s3cret-horse";

/** A play on a server with accounts. */
function withAccounts(): Play {
  const game = inLobby();
  game.client(welcome({ accounts: "open", account: true }));
  return game;
}

/** Whether the secret stands anywhere in what the client knows. */
function knows({ model }: Play): boolean {
  return Deno.inspect(model, { depth: 20, iterableLimit: Infinity, strAbbreviateSize: Infinity })
    .includes(SECRET);
}

Deno.test("/register asks for the password twice, as dots, and forgets it", () => {
  const game = withAccounts();
  game.keys("type:/register", "enter");
  assert.equal(game.screen().at(-1), "New password for zoe:");
  game.keys(`type:${SECRET}x`, "backspace");
  assert.equal(game.screen().at(-1), `New password for zoe: ${"•".repeat(SECRET.length)}`);
  assert.ok(!game.screen().join("\n").includes("s3cret"));
  game.keys("enter");
  assert.equal(game.screen().at(-1), "The same again:");
  game.event({ kind: "key", key: { kind: "paste", text: `${SECRET}\nand more`, cut: false } });
  game.keys("enter");
  assert.deepEqual(game.effects, [{ kind: "register", password: SECRET }]);
  assert.ok(!knows(game), "nothing of it is left");
  game.event({ kind: "accountDone", sentences: ["The name zoe is yours now."] });
  assert.deepEqual(texts(game.model), ["The name zoe is yours now."]);
});

Deno.test("/password asks for the old one and twice for the new one", () => {
  const game = withAccounts();
  game.keys("type:/password", "enter", "type:old one", "enter", `type:${SECRET}`, "enter");
  game.keys(`type:${SECRET}`, "enter");
  assert.deepEqual(game.effects, [{ kind: "password", old: "old one", password: SECRET }]);
  assert.ok(!knows(game));
});

Deno.test("a password that is typed differently, or not at all, or given up, changes nothing", () => {
  for (
    const keys of [
      [`type:${SECRET}`, "enter", `type:${SECRET}2`, "enter"],
      ["enter"],
      [`type:${SECRET}`, "escape"],
      [`type:${SECRET}`, "ctrl+c"],
      [`type:${SECRET}`, "enter", "ctrl+d"],
      [`type:${SECRET}`, "ctrl+u", "enter"],
    ]
  ) {
    const game = withAccounts();
    game.keys("type:/register", "enter", ...keys);
    assert.deepEqual(game.effects, []);
    assert.match(texts(game.model)[0] ?? "", /othing was changed/);
    assert.ok(!knows(game), keys.join());
    assert.equal(game.screen().at(-1), ">");
  }
});

Deno.test("keys that lead elsewhere do nothing while a password is typed", () => {
  const game = withAccounts();
  game.keys("type:/register", "enter", `type:${SECRET}`);
  game.keys("up", "down", "tab", "ctrl+r", "ctrl+s", "ctrl+y", "ctrl+n", "alt+1", "left", "ctrl+k");
  assert.equal(game.screen().at(-1), `New password for zoe: ${"•".repeat(SECRET.length)}`);
});

Deno.test("what may hold a password is not in the history of what was typed", () => {
  for (const line of [`/register ${SECRET}`, `/password old ${SECRET}`, `/REGISTER ${SECRET}`]) {
    const game = withAccounts();
    game.keys("type:hello", "enter", `type:${line}`, "enter", "escape");
    game.keys("up");
    assert.match(game.screen().at(-1) ?? "", /^> hello$/, line);
    assert.ok(!knows(game), line);
  }
});

Deno.test("guests have a sign where there are accounts, and none has one where there are not", () => {
  const game = withAccounts();
  game.client({ type: "UserJoined", username: "ben", room: "lobby" });
  game.client({ type: "UserJoined", username: "anna", room: "lobby", account: true });
  game.message("ben", "hello");
  game.message("anna", "hello, too", { account: true });
  game.message("zoe", "and me");
  const people = { kind: "people", users: ["anna", "ben"], room: undefined, show: true } as const;
  game.event({ ...people, proved: ["anna"] });
  assert.deepEqual(game.screen().slice(0, -2).map((row) => row.replace(/^\d\d:\d\d /, "")), [
    "- ~ben, anna joined",
    "~ben hello",
    "anna hello, too",
    "zoe and me",
    "- Users online (2): anna, ~ben (~ is a guest)",
  ]);
});

Deno.test("where all are guests none has a sign; when one with an account is seen, all of them get theirs", () => {
  const people = { kind: "people", users: ["anna", "ben"], room: undefined } as const;
  const page = { type: "HistoryPage", room: "lobby", more: false } as const;
  const anna = { username: "anna", room: "lobby", account: true } as const;
  const said = { type: "NewMessage", room: "lobby", seq: 9, at: NOON } as const;
  const events: readonly Event[] = [
    { ...people, proved: ["anna"], show: false },
    { kind: "client", event: { type: "UserJoined", ...anna } },
    { kind: "client", event: { ...said, from: "anna", content: "hi", account: true } },
    {
      kind: "page",
      view: "lobby",
      page: { ...page, messages: [{ ...said, from: "anna", content: "hi", account: true }] },
      show: false,
    },
  ];
  for (const event of events) {
    const game = inLobby();
    game.client(welcome({ accounts: "open" }));
    game.message("ben", "hello");
    game.event({ ...people, proved: [], show: true });
    assert.ok(!game.screen().join().includes("~"));
    game.event(event);
    assert.ok(game.screen().some((row) => / ~ben hello$/.test(row)), game.screen().join("\n"));
  }
});

Deno.test("a guest whose name became somebody's account goes on under the new one", () => {
  const game = withAccounts();
  game.client({ type: "Renamed", username: "zoe-2", msg: "Your name has an owner now." });
  assert.equal(game.model.me, "zoe-2");
  assert.deepEqual(texts(game.model), ["Your name has an owner now."]);
  game.message("zoe-2", "it is me");
  assert.ok(!game.screen().join().includes("~"), "one's own words bear no sign");
});

Deno.test("/devices and /revoke ask the server; a device's name cannot drive the terminal", () => {
  const game = withAccounts();
  game.keys("type:/devices", "enter");
  assert.deepEqual(game.effects, [{ kind: "devices" }]);
  game.keys("type:/revoke abc", "enter");
  assert.deepEqual(game.effects, [{ kind: "revoke", device: "abc" }]);
  const devices = [
    { id: "a", name: "lap\x1b[2Jtop", lastSeen: 0, here: true },
    { id: "b", name: "phone", lastSeen: 1e300 },
    { id: "c", name: "desk", lastSeen: Date.UTC(2026, 0, 2, 3, 4) },
  ];
  const lines = devicesShown({ devices });
  assert.equal(lines[0], "a: lap␛[2Jtop, this one");
  assert.equal(lines[1], "b: phone, seen some time ago");
  assert.equal(lines[2], "c: desk, seen 2026-01-02 03:04 UTC");
});

Deno.test("who changes the password is told which other devices stay logged in, and how to end that", async () => {
  await using server = startServer();
  const { port } = server;
  await using here = connect({ port, name: "Anna", password: SECRET, register: true });
  await here.online();
  const change = async (old: string, password: string) =>
    await performAccount(here, undefined, { kind: "password", old, password });
  assert.deepEqual(await change(SECRET, `${SECRET}2`), {
    kind: "accountDone",
    sentences: ["Your password is changed. No other device is logged in."],
  });
  const proof = { name: "Anna", password: `${SECRET}2`, deviceName: "the laptop" };
  await using laptop = connect({ port, ...proof });
  const { deviceId } = await laptop.online();
  const told = await change(`${SECRET}2`, SECRET);
  assert.equal(told.kind, "accountDone");
  const { sentences } = told as Extract<typeof told, { kind: "accountDone" }>;
  assert.equal(
    sentences[0],
    "Your password is changed. This other device stays logged in without it:",
  );
  assert.ok(sentences[1]?.startsWith(`${deviceId}: the laptop, seen `), sentences[1]);
  assert.deepEqual(sentences.slice(2), ["/revoke ID logs one out."]);
});
