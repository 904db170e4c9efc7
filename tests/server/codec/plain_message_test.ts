/**
 * What is read from its bytes is the message that JSON and the schemas make of them.
 *
 * @module
 */

import fc from "fast-check";
import { FrameCodec } from "../../../server/codec/frame_codec.ts";
import { PlainBroadcast, plainMessage } from "../../../server/codec/plain_message.ts";
import {
  type Broadcast,
  checkClientMessage,
  decodeBody,
  type Whisper,
} from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";

/** What JSON and the schemas make of it: its fields, or `undefined`. */
function byJson(body: Uint8Array): object | undefined {
  const decoded = decodeBody(body);
  if (decoded.kind !== "object") return undefined;
  const checked = checkClientMessage(decoded.value);
  if (checked.kind !== "message") return undefined;
  const { message } = checked;
  return message.type === "Broadcast" || message.type === "Whisper" ? fieldsOf(message) : undefined;
}

function fieldsOf(message: Broadcast | Whisper): object {
  const { type, content, id } = message;
  if (type === "Broadcast") return { type, content, id, room: message.room };
  return { type, content, id, to: message.to, toTag: message.toTag };
}

/** Whether it was read from its bytes; then it is as JSON has it, and its bytes are as JSON writes them. */
function isRead(body: Uint8Array): boolean {
  const read = plainMessage(body);
  if (read === undefined) return false;
  assertEquals(fieldsOf(read), byJson(body));
  assertEquals(read.json, utf8(JSON.stringify(read.content)));
  return true;
}

Deno.test("what clients write is read from its bytes, with a room, an id and letters of any script", () => {
  const contents = [
    "hi",
    "",
    "0003000000a7......",
    "Grüße, Ζεύς, 你好, 👋🏽",
    "\u2028 \u007f \ufeff/",
  ];
  for (const content of contents) {
    for (const room of [undefined, "tea"]) {
      for (const id of [undefined, "7f-1"]) {
        const type = "Broadcast";
        for (const message of [{ type, content, room, id }, { type, id, room, content }]) {
          assert(isRead(utf8(JSON.stringify(message))), JSON.stringify(message));
        }
      }
    }
  }
});

Deno.test("so are whispers, to whom and to which session they may be", () => {
  const type = "Whisper";
  for (const content of ["psst", "", "Grüße, 👋🏽"]) {
    for (const id of [undefined, "7f-1"]) {
      for (const toTag of [undefined, "", "a-tag"]) {
        for (const to of ["Ben", "", "x".repeat(100)]) {
          for (
            const message of [{ type, to, content, id, toTag }, { type, toTag, id, content, to }]
          ) {
            assert(isRead(utf8(JSON.stringify(message))), JSON.stringify(message));
          }
        }
      }
    }
  }
});

Deno.test("what JSON has to read is left to it", () => {
  const left = [
    '{"type":"Broadcast","content":"a\\"b"}',
    '{"type":"Broadcast","content":"a\\n"}',
    '{"type":"Broadcast","content":"a\nb"}',
    '{"type":"Broadcast","content":"hi"',
    '{"type":"Broadcast","content":"hi"}}',
    '{"type":"Broadcast","content":"hi",}',
    '{"type":"Broadcast","content":"hi","content":"ho"}',
    '{"type":"Broadcast","content":"hi","room":"ü"}',
    '{"type":"Broadcast","content":"hi","id":""}',
    `{"type":"Broadcast","content":"hi","id":"${"x".repeat(65)}"}`,
    '{"type":"Broadcast","content":1}',
    '{"type":"Broadcast","room":"tea"}',
    '{"type":"Broadcast"}',
    '{"type":"Broadcast","content":"hi","more":1}',
    '{"type": "Broadcast", "content": "hi"}',
    '{"content":"hi","type":"Broadcast"}',
    '{"type":"Broadcast","content":"hi","to":"Ben"}',
    '{"type":"Broadcast","content":"hi","toTag":"t"}',
    '{"type":"Whisper","content":"hi"}',
    '{"type":"Whisper","to":"Ben"}',
    '{"type":"Whisper","to":"Bén","content":"hi"}',
    '{"type":"Whisper","to":"Ben","content":"a\\nb"}',
    '{"type":"Whisper","to":"Ben","content":"hi","room":"tea"}',
    '{"type":"Whisper","to":"Ben","to":"Eve","content":"hi"}',
    '{"type":"Whisper","to":7,"content":"hi"}',
    '{"type":"Whisper","to":"Ben","content":"hi","id":""}',
    '{"type":"Pong"}',
    "{",
  ];
  for (const json of left) assertEquals(plainMessage(utf8(json)), undefined, json);
});

/** A broadcast that says these bytes. */
function saying(bytes: readonly number[]): Uint8Array {
  return Uint8Array.from([...utf8('{"type":"Broadcast","content":"a'), ...bytes, ...utf8('b"}')]);
}

Deno.test("of bytes that are no UTF-8 none are sent on: the last right ones of each length are, the first wrong ones are not", () => {
  const right = [
    [0xc2, 0x80],
    [0xdf, 0xbf],
    [0xe0, 0xa0, 0x80],
    [0xed, 0x9f, 0xbf],
    [0xee, 0x80, 0x80],
    [0xf0, 0x90, 0x80, 0x80],
    [0xf4, 0x8f, 0xbf, 0xbf],
  ];
  for (const bytes of right) assert(isRead(saying(bytes)), `${bytes}`);
  const wrong = [
    [0x80],
    [0xc1, 0xbf],
    [0xc2],
    [0xe0, 0x9f, 0xbf],
    [0xe0, 0xa0],
    [0xed, 0xa0, 0x80],
    [0xf0, 0x8f, 0xbf, 0xbf],
    [0xf0, 0x90, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
  ];
  for (const bytes of wrong) assertEquals(plainMessage(saying(bytes)), undefined, `${bytes}`);
});

Deno.test("whatever byte is changed, added or left out, it is as JSON has it or not read at all", () => {
  const type = "Broadcast";
  const whole = [
    { type, content: "hi – ü 👋 you", room: "tea", id: "1" },
    { type: "Whisper", to: "Ben", content: "hi – ü 👋 you", id: "1", toTag: "t" },
    { type, id: "1", content: "\ud7ff\ue000\u0800\u0080\u{10000}\u{10ffff}" },
  ].map((message) => utf8(JSON.stringify(message)));
  const change = fc.record({
    at: fc.nat(120),
    gone: fc.nat(3),
    come: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom(...['"', "\\", ",", "}", '","id":"'].map((text) => utf8(text))),
    ),
  });
  fc.assert(
    fc.property(fc.constantFrom(...whole), fc.array(change, { maxLength: 3 }), (body, changes) => {
      const bytes = [...body];
      for (const { at, gone, come } of changes) bytes.splice(at, gone, ...come);
      isRead(Uint8Array.from(bytes));
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("its bytes may lie elsewhere, and the codec's chunk be used again", () => {
  const body = utf8('{"type":"Broadcast","content":"hi"}');
  const codec = new FrameCodec(1_000);
  const chunk = new Uint8Array([0, 0, 0, body.length, ...body]);
  codec.feed(chunk);
  const heard = codec.next();
  assert(heard !== "large" && heard?.kind === "message", "a message");
  const { message } = heard;
  assert(message instanceof PlainBroadcast, "read from its bytes");
  message.liesIn(message.json.slice(), undefined);
  chunk.fill(0);
  assertEquals(message.content, "hi");
});
