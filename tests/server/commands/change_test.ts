/**
 * `Edit`, `Delete` and `React` as commands, and who may change what.
 *
 * @module
 */

import { deleteMessage, edit, react } from "../../../server/commands/change.ts";
import { mayDelete, mayEdit, mayReact } from "../../../server/commands/may_change.ts";
import { assertEquals } from "../../assert.ts";
import { hall, user } from "./views.ts";

const HALL = hall({ lobby: ["Alice"], tea: ["Bob"] });
const ALICE = {
  ...user("Alice", "lobby"),
  lastSaid: (stream: string) => stream === "room/lobby" ? 7 : undefined,
};

Deno.test("edit() and deleteMessage() are of a room or of whispers, by number or of what was said last", () => {
  const change = { do: "change", stream: "room/lobby", place: { room: "lobby" }, seq: 3 };
  const revision = { kind: "edit", content: "c" };
  assertEquals(edit(ALICE, HALL, { type: "Edit", seq: 3, content: "c" }), [{
    ...change,
    revision,
  }]);
  assertEquals(edit(ALICE, HALL, { type: "Edit", room: "LOBBY", content: "c" }), [
    { ...change, seq: 7, revision },
  ]);
  assertEquals(deleteMessage(ALICE, HALL, { type: "Delete", with: "bob", seq: 3 }), [{
    do: "change",
    stream: "pair/alice/bob",
    place: { with: "Bob" },
    seq: 3,
    revision: { kind: "delete" },
  }]);
  const whispered = { ...ALICE, lastWhisperedTo: user("Bob").name, lastSaid: () => 9 };
  assertEquals(deleteMessage(whispered, HALL, { type: "Delete" }), [{
    do: "change",
    stream: "pair/alice/bob",
    place: { with: "Bob" },
    seq: 9,
    revision: { kind: "delete" },
  }]);
});

Deno.test("edit(), deleteMessage() and react() refuse what cannot be", () => {
  const codes = [
    edit(ALICE, HALL, { type: "Edit", room: "tea", content: "c" }),
    edit(ALICE, HALL, { type: "Edit", content: "" }),
    edit(ALICE, HALL, { type: "Edit", content: "x".repeat(8_193) }),
    edit(ALICE, HALL, { type: "Edit", room: "lobby", with: "Bob", content: "c" }),
    deleteMessage(ALICE, HALL, { type: "Delete", with: "Bob" }),
    react(ALICE, HALL, { type: "React", seq: 1, emoji: "a b", on: true }),
    react(ALICE, HALL, { type: "React", room: "tea", seq: 1, emoji: "+1", on: true }),
  ].map(([effect]) => effect?.do === "refuse" ? effect.code : undefined);
  assertEquals(codes, [
    "not_in_room",
    "invalid",
    "too_long",
    "invalid",
    "not_found",
    "invalid",
    "not_in_room",
  ]);
});

Deno.test("its author edits and deletes, who outranks him deletes, and nobody else; a deleted one is not edited", () => {
  const young = { ageMs: 1, changeMsMax: Infinity };
  const message = { author: "A", deleted: false, ...young };
  const gone = { author: "A", deleted: true, ...young };
  const unproved = { author: undefined, deleted: false, ...young };
  const author = { tag: "A" };
  const other = { tag: "B" };
  const moderator = { tag: "M", outranks: true };
  const codes = (may: typeof mayEdit) =>
    [message, gone, unproved].map((one) =>
      [author, other, moderator].map((who) => may(who, one)?.code ?? "yes")
    );
  assertEquals(codes(mayEdit), [
    ["yes", "forbidden", "forbidden"],
    ["not_found", "forbidden", "forbidden"],
    ["forbidden", "forbidden", "forbidden"],
  ]);
  assertEquals(codes(mayDelete), [
    ["yes", "forbidden", "yes"],
    ["yes", "forbidden", "yes"],
    ["forbidden", "forbidden", "yes"],
  ]);
});

Deno.test("mayReact() refuses a deleted message and one that is full", () => {
  const codes = [[false, false], [true, false], [false, true]].map((
    [deleted = false, isFull = false],
  ) => mayReact({ deleted, isFull })?.code);
  assertEquals(codes, [undefined, "not_found", "busy"]);
});

Deno.test("after the time that a server sets nobody edits, and only who keeps order there deletes", () => {
  const age = { changeMsMax: 900_000 };
  const asked = (ageMs: number, deleted = false) => ({ author: "A", deleted, ageMs, ...age });
  const author = { tag: "A" };
  assertEquals(mayEdit(author, asked(900_000)), undefined);
  assertEquals(mayEdit(author, asked(900_001)), {
    code: "forbidden",
    msg: "That was said more than 15 minutes ago: it cannot be edited any more.",
  });
  assertEquals(mayDelete(author, asked(900_001)), {
    code: "forbidden",
    msg: "That was said more than 15 minutes ago: it cannot be deleted any more.",
  });
  // What is done already is answered as ever.
  assertEquals(mayDelete(author, asked(900_001, true)), undefined);
  assertEquals(mayDelete({ tag: "A", moderates: true }, asked(900_001)), undefined);
  assertEquals(mayDelete({ tag: "M", moderates: true, outranks: true }, asked(1e9)), undefined);
  assertEquals(mayEdit({ tag: "A", moderates: true }, asked(900_001))?.code, "forbidden");
  // A clock that was set back makes nothing older.
  assertEquals(mayEdit(author, asked(-1)), undefined);
});
