/**
 * The hand-made encodings are the JSON that they stand for.
 *
 * @module
 */

import fc from "fast-check";
import {
  bodyOf,
  framesOfBodies,
  historyPageFrame,
  keptFrame,
  messageFrame,
  messageFrom,
  messageHead,
  whisperFrame,
} from "../../../server/codec/encode.ts";
import type { RoomName, UserName } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { frame, joined } from "../../harness.ts";

function parse(bytes: Uint8Array): unknown {
  assertEquals(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), bytes.length - 4);
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bodyOf(bytes)));
}

const text = fc.string({ unit: "grapheme" });

Deno.test("messageFrame() is the JSON of a NewMessage, whatever is in it", () => {
  fc.assert(
    fc.property(
      text,
      text,
      text,
      fc.option(text, { nil: undefined }),
      fc.nat(Number.MAX_SAFE_INTEGER),
      fc.nat(2 ** 48),
      (room, from, content, id, seq, at) => {
        const head = messageHead(room as RoomName);
        const parts = { head, from: messageFrom(from as UserName), said: { content }, at, id };
        const bytes = messageFrame(parts, seq);
        const optional = id === undefined ? {} : { id };
        const expected = { type: "NewMessage", room, seq, from, content, at, ...optional };
        assertEquals(new TextDecoder().decode(bodyOf(bytes)), JSON.stringify(expected));
        parse(bytes);
      },
    ),
  );
});

Deno.test("messageFrame() takes what is said as it came, and tells where it lies now", () => {
  const json = (text: string) => new TextEncoder().encode(JSON.stringify(text));
  let there: Uint8Array | undefined;
  const said = {
    content: "not looked at",
    json: json("Grüße 👋"),
    idJson: json("7"),
    liesIn: (bytes: Uint8Array) => there = bytes,
  };
  const head = messageHead("tea" as RoomName);
  const parts = { head, from: messageFrom("Anna" as UserName), said, at: 5, id: "7" };
  const bytes = messageFrame(parts, 1);
  const type = "NewMessage";
  const expected = { type, room: "tea", seq: 1, from: "Anna", content: "Grüße 👋", at: 5, id: "7" };
  assertEquals(parse(bytes), expected);
  assertEquals(there, said.json);
  assertEquals(there?.buffer, bytes.buffer);
});

Deno.test("whisperFrame() is the JSON of a PrivateMessage", () => {
  const parts = { from: "A" as UserName, to: "B" as UserName, content: "c", at: 5 };
  const expected = { type: "PrivateMessage", from: "A", to: "B", seq: 7, content: "c", at: 5 };
  assertEquals(parse(whisperFrame({ ...parts, id: undefined }, 7)), expected);
  const between = ["tag", "other"] as const;
  const bytes = whisperFrame({ ...parts, id: "9", between }, 7);
  assertEquals(
    new TextDecoder().decode(bodyOf(bytes)),
    JSON.stringify({ ...expected, id: "9", between }),
  );
});

Deno.test("framesOfBodies() makes frames of bodies again, one after the other", () => {
  const whole = frame({ type: "Ping" });
  assertEquals(framesOfBodies([bodyOf(whole), bodyOf(whole)]), joined(whole, whole));
  assertEquals(framesOfBodies([]).length, 0);
});

Deno.test("historyPageFrame() is the JSON of a page with its bodies as they are", () => {
  const bodies = ['{"a":1}', '{"b":"ü"}', '{"c":[]}'].map((json) => new TextEncoder().encode(json));
  for (const count of [0, 1, 3]) {
    for (const re of [undefined, 'an "id"']) {
      const page = parse(historyPageFrame({ room: 'a"b' }, bodies.slice(0, count), {
        more: true,
        ...(re === undefined ? {} : { re }),
      }));
      const messages = [{ a: 1 }, { b: "ü" }, { c: [] }].slice(0, count);
      const optional = re === undefined ? {} : { re };
      assertEquals(page, { type: "HistoryPage", room: 'a"b', messages, more: true, ...optional });
    }
  }
});

Deno.test("keptFrame() is a message's JSON, with and without an answer's id", () => {
  const list = { type: "UserList" as const, users: ["Anna", 'B"b'] };
  for (const re of [undefined, 'an "id"', undefined]) {
    assertEquals(parse(keptFrame(list, re)), re === undefined ? list : { ...list, re });
  }
});
