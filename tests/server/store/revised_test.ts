/**
 * What becomes of a stored message: what must stay stays, reactions are counted as a set would, and no tag is shown.
 *
 * @module
 */

import fc from "fast-check";
import {
  countOf,
  encodeStored,
  isFullOfReactions,
  revise,
  type Revision,
  shownTo,
  type StoredMessage,
} from "../../../server/store/revised.ts";
import { messageIn } from "../../../server/store/stored.ts";
import { betweenIn } from "../../../server/store/whispers.ts";
import { assert, assertEquals } from "../../assert.ts";

const TAGS = ["A", "B", "C"].map((letter) => letter.repeat(22));
const emoji = fc.constantFrom("👍", "🎉", "+1");
const revisions: fc.Arbitrary<Revision> = fc.oneof(
  fc.record({ kind: fc.constant("edit" as const), content: fc.string({ minLength: 1 }) }),
  fc.record({ kind: fc.constant("react" as const), emoji, on: fc.boolean() }),
  { weight: 1, arbitrary: fc.constant({ kind: "delete" as const }) },
);
const steps = fc.array(fc.tuple(revisions, fc.nat(2), fc.nat(10)), { maxLength: 30 });
const messages: readonly StoredMessage[] = [
  { type: "NewMessage", room: "tea", seq: 7, from: "Ann", content: "helo", at: 100, id: "the id" },
  {
    type: "PrivateMessage",
    from: "Ann",
    to: "Ben",
    seq: 7,
    content: "helo",
    at: 100,
    between: [TAGS[0] ?? "", TAGS[1] ?? ""],
  },
];

Deno.test("however a message is changed, its place stays, it can be read, and who reacted is a set", () => {
  fc.assert(fc.property(fc.constantFrom(...messages), steps, (first, all) => {
    let message = first;
    let content = "helo";
    let isDeleted = false;
    const given = new Map<string, Set<string>>();
    for (const [revision, who, at] of all) {
      const tag = TAGS[who] ?? "";
      // Who asks for these is refused; see `may_change.ts`.
      if (isDeleted && revision.kind !== "delete") continue;
      message = revise(message, revision, { name: "Ann", tag, at });
      if (revision.kind === "edit") content = revision.content;
      else if (revision.kind === "delete") {
        isDeleted = true;
        content = "";
        given.clear();
      } else {
        const set = given.get(revision.emoji) ?? new Set();
        given.set(revision.emoji, set);
        if (revision.on) set.add(tag);
        else set.delete(tag);
      }
      const { seq, from, id } = message;
      assertEquals([seq, from, id, message.at], [7, first.from, first.id, 100]);
      assert((message.edited ?? 100) >= 100, "An edit is not older than what it edits");
      assertEquals([message.content, message.deleted ?? false], [content, isDeleted]);
      for (const [kind, { size }] of given) assertEquals(countOf(message, kind), size);
      const body = encodeStored(message);
      assertEquals(messageIn({ seq: 7, body })?.content, content);
      if (first.type === "PrivateMessage") assertEquals(betweenIn(body), first.between);
      for (const reader of TAGS) {
        const shown = shownTo(reader, message);
        const text = new TextDecoder().decode(shown).replace(/"between":.*/, "");
        assert(!TAGS.some((tag) => text.includes(tag)), text);
        const mine = messageIn({ seq: 7, body: shown })?.reactions?.filter(({ mine }) => mine);
        const own = [...given].filter(([, set]) => set.has(reader)).map(([kind]) => kind);
        assertEquals((mine ?? []).map(({ emoji }) => emoji).sort(), own.sort());
      }
    }
  }));
});

Deno.test("a message takes a thousand reactions and no more, and what an import says of them is not believed", () => {
  let [message] = messages;
  assert(message !== undefined);
  for (let n = 0; n < 1_000; n++) {
    assert(!isFullOfReactions(message, "👍"));
    const by = { name: "x", tag: `tag ${n}`, at: 1 };
    message = revise(message, { kind: "react", emoji: "👍", on: true }, by);
  }
  assert(isFullOfReactions(message, "👍") && isFullOfReactions(message, "🎉"));
  assert(encodeStored(message).length < 8_300, `${encodeStored(message).length} bytes`);
  for (const reacted of [undefined, 5, "x", [5], [[5, null]], ["short"], {}]) {
    const odd = { ...message, reacted };
    const { reactions } = revise(odd, { kind: "react", emoji: "👍", on: true }, {
      name: "x",
      tag: "t",
      at: 1,
    });
    assertEquals(reactions, [{ emoji: "👍", count: 1 }]);
    shownTo("t", odd);
  }
});

Deno.test("who reacted before is known, also where whole tags are kept in a list", () => {
  const [message] = messages;
  const [ann = "", ben = ""] = TAGS;
  assert(message !== undefined);
  const old = { ...message, reactions: [{ emoji: "👍", count: 2 }], reacted: [[ann, ben]] };
  const react = (on: boolean) => ({ kind: "react", emoji: "👍", on }) as const;
  const by = (tag: string) => ({ name: "x", tag, at: 1 });
  assertEquals(revise(old, react(true), by(ann)), old);
  const less = revise(old, react(false), by(ann));
  assertEquals(countOf(less, "👍"), 1);
  assertEquals(revise(less, react(true), by(ben)), less);
  assertEquals(less.reacted, [ben.slice(0, 8)]);
});
