/**
 * Commands, each test one call and one comparison: who asks what, and what is to happen.
 *
 * @module
 */

import { costOf, runCommand } from "../../../server/commands/table.ts";
import type { Effect, Said } from "../../../server/commands/types.ts";
import { type ClientMessage, foldText } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { hall, user } from "./views.ts";

const ALICE = user("Alice", "lobby", "Tea");
const HALL = hall(
  { lobby: ["Bob", "Alice", "zoe"], Tea: ["Bob", "Alice"], coffee: ["Bob"] },
  { "pair/alice/gone": 3 },
);
const LONGEST = "x".repeat(8_192);

const CASES: readonly (readonly [string, ClientMessage, readonly Effect[]])[] = [
  ["Broadcast says it in the lobby", { type: "Broadcast", content: "hi" }, [
    { do: "say", room: foldText("lobby"), said: { type: "Broadcast", content: "hi" } as Said },
  ]],
  ["Broadcast says it in the room named, in any case", {
    type: "Broadcast",
    content: "hi",
    room: "TEA",
  }, [
    {
      do: "say",
      room: foldText("tea"),
      said: { type: "Broadcast", content: "hi", room: "TEA" } as Said,
    },
  ]],
  ["Broadcast is refused in a room that the asker is not in", {
    type: "Broadcast",
    content: "hi",
    room: "coffee",
  }, [refusal("not_in_room", "You are not in the room 'coffee'.")]],
  ["Broadcast is refused when empty", { type: "Broadcast", content: "" }, [
    refusal("invalid", "A message cannot be empty."),
  ]],
  ["Broadcast takes the longest content", { type: "Broadcast", content: LONGEST }, [
    { do: "say", room: foldText("lobby"), said: { type: "Broadcast", content: LONGEST } as Said },
  ]],
  ["Broadcast is refused a byte above that", { type: "Broadcast", content: LONGEST + "x" }, [
    refusal("too_long", "A message has at most 8192 bytes."),
  ]],
  ["Broadcast counts bytes, not characters", { type: "Broadcast", content: "漢".repeat(2_731) }, [
    refusal("too_long", "A message has at most 8192 bytes."),
  ]],
  ["Whisper finds its receiver in any case", { type: "Whisper", to: "BOB", content: "psst" }, [
    {
      do: "whisper",
      to: foldText("bob"),
      said: { type: "Whisper", to: "BOB", content: "psst" } as Said,
    },
  ]],
  ["Whisper is refused to nobody", { type: "Whisper", to: "Eve", content: "psst" }, [
    refusal("not_found", "User 'Eve' not found."),
  ]],
  ["Whisper is refused when empty", { type: "Whisper", to: "Bob", content: "" }, [
    refusal("invalid", "A message cannot be empty."),
  ]],
  ["Whisper is refused when too long", { type: "Whisper", to: "Bob", content: LONGEST + "x" }, [
    refusal("too_long", "A message has at most 8192 bytes."),
  ]],
  ["Whisper quotes no control characters and no end of text", {
    type: "Whisper",
    to: "\x1b[2J" + "y".repeat(1_000),
    content: "psst",
  }, [refusal("not_found", `User '[2J${"y".repeat(37)}…' not found.`)]],
  ["ListUsers lists all, in code unit order", { type: "ListUsers" }, [
    { do: "reply", message: { type: "UserList", users: ["Alice", "Bob", "zoe"] }, kept: true },
  ]],
  ["ListUsers lists a room by the name it has", { type: "ListUsers", room: "tea" }, [
    {
      do: "reply",
      message: { type: "UserList", users: ["Alice", "Bob"], room: "Tea" },
      kept: true,
    },
  ]],
  ["ListUsers is refused for a room that is not", { type: "ListUsers", room: "cellar" }, [
    refusal("not_found", "Room 'cellar' not found."),
  ]],
  ["ListRooms counts who is in each, in code unit order", { type: "ListRooms" }, [{
    do: "reply",
    kept: true,
    message: {
      type: "RoomList",
      rooms: [
        { name: "Tea", users: 2 },
        { name: "coffee", users: 1 },
        { name: "lobby", users: 3 },
      ],
    },
  }]],
  ["Join enters a room, as the name is shown", { type: "Join", room: "ｃａｆｅ" }, [
    { do: "enter", room: "cafe" } as Effect,
  ]],
  ["Join is refused a bad name", { type: "Join", room: "a room" }, [
    refusal("bad_name", "A name is made of letters, digits, '_', '-' and '.'."),
  ]],
  ["Leave leaves a room", { type: "Leave", room: "TEA" }, [{ do: "exit", room: "tea" } as Effect]],
  ["Leave is refused from outside", { type: "Leave", room: "coffee" }, [
    refusal("not_in_room", "You are not in the room 'coffee'."),
  ]],
  ["History reads the newest 50 of the lobby", { type: "History" }, [
    { do: "read", stream: "room/lobby", place: { room: "lobby" }, wanted: { limit: 50 } },
  ]],
  ["History reads before a seq", { type: "History", room: "tea", before: 9, limit: 500 }, [
    { do: "read", stream: "room/tea", place: { room: "Tea" }, wanted: { limit: 500, before: 9 } },
  ]],
  ["History reads after a seq", { type: "History", room: "tea", after: 0, limit: 1 }, [
    { do: "read", stream: "room/tea", place: { room: "Tea" }, wanted: { limit: 1, after: 0 } },
  ]],
  ["History is refused in a room that the asker is not in", { type: "History", room: "coffee" }, [
    refusal("not_in_room", "You are not in the room 'coffee'."),
  ]],
  ["History reads whispers with a user, the same stream for both", {
    type: "History",
    with: "bOB",
  }, [{
    do: "read",
    stream: "pair/alice/bob",
    place: { with: "Bob", here: true },
    wanted: { limit: 50 },
  }]],
  ["History reads whispers with somebody who has gone", { type: "History", with: "gone" }, [
    {
      do: "read",
      stream: "pair/alice/gone",
      place: { with: "gone", here: false },
      wanted: { limit: 50 },
    },
  ]],
  ["History is refused room and user at once", { type: "History", room: "tea", with: "Bob" }, [
    refusal("invalid", "A history takes one of 'room' and 'with', not both."),
  ]],
  ["History is refused before and after at once", { type: "History", before: 2, after: 1 }, [
    refusal("invalid", "A history takes one of 'before' and 'after', not both."),
  ]],
  ["Ping is answered", { type: "Ping" }, [{ do: "reply", message: { type: "Pong" } }]],
  ["Pong comes to nothing", { type: "Pong" }, []],
];

function refusal(code: Extract<Effect, { do: "refuse" }>["code"], msg: string): Effect {
  return { do: "refuse", code, msg };
}

for (const [claim, message, effects] of CASES) {
  Deno.test(`runCommand() ${claim}`, () => {
    assertEquals(runCommand(ALICE, HALL, message), effects);
  });
}

Deno.test("runCommand() speaks for a text client in the room that it is in", () => {
  const texter = user("Texter", "tea");
  assertEquals(runCommand(texter, HALL, { type: "Broadcast", content: "hi" }), [
    { do: "say", room: "tea", said: { type: "Broadcast", content: "hi" } },
  ]);
  assertEquals(runCommand(texter, HALL, { type: "History" }), [
    { do: "read", stream: "room/tea", place: { room: "Tea" }, wanted: { limit: 50 } },
  ]);
});

Deno.test("runCommand() finds a room again whose folded name folds further", () => {
  const place = hall({ "STRAẞE": ["Bob"] });
  const [room] = place.roomsInOrder();
  const effects = runCommand(user("Bob", "STRAẞE"), place, { type: "Broadcast", content: "hi" });
  const [say] = effects;
  assertEquals(say?.do === "say" && place.room(say.room), room);
});

Deno.test("costOf() counts messages and requests, and knows what is not served", () => {
  const cost = (type: string) => costOf({ type } as ClientMessage);
  const messages = ["Broadcast", "Whisper", "FileOffer"];
  assertEquals(messages.map(cost), messages.map(() => "message"));
  const requests = ["ListUsers", "ListRooms", "Join", "Leave", "History"]
    .concat(["FileAccept", "FileReject", "FileCancel"]);
  assertEquals(requests.map(cost), requests.map(() => "request"));
  assertEquals(["Ping", "Pong"].map(cost), ["nothing", "nothing"]);
  const unserved = ["Search", "Transfer"];
  assertEquals(unserved.map(cost), unserved.map(() => undefined));
});
