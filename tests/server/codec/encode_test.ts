/**
 * The hand-made encodings are the JSON that they stand for.
 *
 * @module
 */

import fc from "fast-check";
import {
  bodyOf,
  bytesBefore,
  framesOfBodies,
  historyPageFrame,
  keptFrame,
  lieIn,
  messageFrame,
  messageFrom,
  messageHead,
} from "../../../server/codec/encode.ts";
import {
  bytesBeforeWhisper,
  pairBytes,
  sentFrame,
  whisperFrame,
} from "../../../server/codec/encode_whisper.ts";
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

/** Words that came as bytes, and where they are told to lie. */
function asBytes(content: string, id: string) {
  const json = (text: string) => new TextEncoder().encode(JSON.stringify(text));
  const there: (Uint8Array | undefined)[] = [];
  const liesIn = (...bytes: (Uint8Array | undefined)[]) => there.push(...bytes);
  return { content, json: json(content), idJson: json(id), liesIn, there };
}

Deno.test("messageFrame() takes what is said as it came, and it is told where it lies then", () => {
  for (const seq of [1, 10, 123_456]) {
    const said = asBytes("Grüße 👋", "7");
    const head = messageHead("tea" as RoomName);
    const parts = { head, from: messageFrom("Anna" as UserName), said, at: 50, id: "7" };
    const bytes = messageFrame(parts, seq);
    const type = "NewMessage";
    const expected = { type, room: "tea", seq, from: "Anna", content: "Grüße 👋", at: 50, id: "7" };
    assertEquals(parse(bytes), expected);
    lieIn(bytes, bytesBefore(parts, seq), parts);
    assertEquals(said.there, [said.json, said.idJson]);
    assertEquals(said.there[0]?.buffer, bytes.buffer);
  }
});

Deno.test("whisperFrame() and sentFrame() are the JSON of a PrivateMessage and of a PrivateSent, whatever is in them", () => {
  const name = fc.constantFrom("A", "Zoë", 'quo"te\\', "👋") as fc.Arbitrary<UserName>;
  fc.assert(
    fc.property(
      fc.record({ from: name, to: name, between: fc.option(fc.tuple(text, text)) }),
      text,
      fc.option(text, { nil: undefined }),
      fc.nat(Number.MAX_SAFE_INTEGER),
      fc.nat(2 ** 48),
      ({ from, to, between }, content, id, seq, at) => {
        const pair = pairBytes({ from, to, ...(between === null ? {} : { between }) });
        const json = (value: object) => JSON.stringify(value);
        const text = (bytes: Uint8Array) => new TextDecoder().decode(bodyOf(bytes));
        const heard = { type: "PrivateMessage", from, to, seq, content, at, id };
        const sent = { type: "PrivateSent", to, content, seq, at, re: id };
        for (const said of [{ content }, asBytes(content, id ?? "")]) {
          const frame = whisperFrame(pair, { said, at, id }, seq);
          parse(frame);
          assertEquals(text(frame), json({ ...heard, between: between ?? undefined }));
          assertEquals(text(sentFrame(pair, { said, at, id }, seq)), json(sent));
          const { re, ...rest } = sent;
          const waits = sentFrame(pair, { said, at, id }, seq, true);
          assertEquals(text(waits), json({ ...rest, waits: true, re }));
        }
      },
    ),
  );
});

Deno.test("a whisper's words are told where they lie in its frame", () => {
  const said = asBytes("Grüße 👋", "7");
  const pair = pairBytes({ from: "A" as UserName, to: "B" as UserName, between: ["x", "y"] });
  const whispered = { said, at: 50, id: "7" };
  const bytes = whisperFrame(pair, whispered, 12);
  lieIn(bytes, bytesBeforeWhisper(pair, 12), whispered);
  assertEquals(said.there, [said.json, said.idJson]);
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
