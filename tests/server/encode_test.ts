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
} from "../../server/encode.ts";
import { assertEquals } from "../assert.ts";
import { frame, joined } from "../harness.ts";

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
      (room, from, content, id) => {
        const bytes = messageFrame({
          type: "NewMessage",
          placeJson: `"room":${JSON.stringify(room)}`,
          fromJson: JSON.stringify(from),
          content,
          at: 5,
          id,
        }, 7);
        const optional = id === undefined ? {} : { id };
        assertEquals(parse(bytes), {
          type: "NewMessage",
          room,
          seq: 7,
          from,
          content,
          at: 5,
          ...optional,
        });
      },
    ),
  );
});

Deno.test("messageFrame() is the JSON of a PrivateMessage", () => {
  const bytes = messageFrame({
    type: "PrivateMessage",
    placeJson: `"from":"A","to":"B"`,
    fromJson: undefined,
    content: "c",
    at: 5,
    id: undefined,
  }, 7);
  const expected = { type: "PrivateMessage", from: "A", to: "B", content: "c", seq: 7, at: 5 };
  assertEquals(parse(bytes), expected);
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
