/**
 * A WebSocket's bytes, cut anywhere, mean the same.
 *
 * @module
 */

import fc from "fast-check";
import { textMessages } from "../../../server/http/web_socket_frames.ts";
import { WebSocketReader } from "../../../server/http/web_socket_reader.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { frame, joined, utf8 } from "../../harness.ts";
import { clientFrame } from "./web.ts";

const RUNS = Number(Deno.env.get("CHAT_FUZZ_RUNS") ?? 300);

/** What a reader makes of chunks: the chat's bytes, and the other pieces in their places. */
function read(chunks: readonly Uint8Array[], max = 1 << 20): string {
  const reader = new WebSocketReader(max);
  const decoder = new TextDecoder("latin1");
  let told = "";
  for (const chunk of chunks) {
    reader.feed(chunk.slice());
    for (let piece = reader.next(); piece.kind !== "more"; piece = reader.next()) {
      if (piece.kind === "bytes") told += decoder.decode(piece.bytes);
      else if (piece.kind === "ping") told += `<ping ${decoder.decode(piece.payload)}>`;
      else told += `<${piece.kind}>`;
      if (piece.kind !== "bytes" && piece.kind !== "ping" && piece.kind !== "pong") return told;
    }
  }
  return told;
}

/** Cuts bytes at places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places].map((at) => at % (bytes.length + 1)).sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, n) => bytes.subarray(ends[n - 1] ?? 0, end));
}

const message = fc.record({
  text: fc.string({ maxLength: 300 }).filter((text) => text !== ""),
  pieces: fc.array(fc.nat(300), { maxLength: 3 }),
  ping: fc.boolean(),
  mask: fc.uint8Array({ minLength: 4, maxLength: 4 }),
});

Deno.test("messages cut anywhere, in fragments, with pings between, become the chat's frames", () => {
  const property = fc.property(
    fc.array(message, { maxLength: 5 }),
    fc.array(fc.nat(), { maxLength: 8 }),
    (messages, places) => {
      const sent: Uint8Array[] = [];
      const expected: string[] = [];
      for (const { text, pieces, ping, mask } of messages) {
        const bytes = utf8(text);
        const parts = cut(bytes, pieces);
        parts.forEach((part, n) => {
          const fin = n === parts.length - 1;
          sent.push(clientFrame(part, { op: n === 0 ? 1 : 0, fin, mask: [...mask] }));
          if (ping && !fin) sent.push(clientFrame(`${n}`, { op: 9, mask: [...mask] }));
          if (ping && !fin) expected.push(`<ping ${n}>`);
        });
        expected.push(new TextDecoder("latin1").decode(frame(bytes)));
      }
      assertEquals(read(cut(joined(...sent), places)), expected.join(""));
    },
  );
  fc.assert(property, { numRuns: RUNS });
});

Deno.test("a message comes out with the same length in every form of length", () => {
  for (const length of [1, 125, 126, 0xffff, 0x1_0000, 200_000]) {
    const text = "x".repeat(length);
    const told = read([clientFrame(text)]);
    assertEquals(told, new TextDecoder("latin1").decode(frame(utf8(text))));
  }
});

Deno.test("any bytes at all are read without a throw", () => {
  const property = fc.property(
    fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }),
    (chunks) => void read(chunks, 64),
  );
  fc.assert(property, { numRuns: RUNS });
});

Deno.test("textMessages() takes whole frames, as many as fit and one at least", () => {
  const small = frame(utf8("{}"));
  assertEquals(textMessages(joined(small, small)), {
    messages: joined(new Uint8Array([0x81, 2]), utf8("{}"), new Uint8Array([0x81, 2]), utf8("{}")),
    taken: 2 * small.length,
  });
  const large = frame(utf8("x".repeat(100_000)));
  const { messages, taken } = textMessages(joined(large, small));
  assertEquals([taken, messages.length], [large.length, 100_010]);
  assertEquals([...messages.subarray(0, 10)], [0x81, 127, 0, 0, 0, 0, 0, 1, 0x86, 0xa0]);
  const middle = textMessages(frame(utf8("x".repeat(300)))).messages;
  assertEquals([...middle.subarray(0, 4)], [0x81, 126, 1, 44]);
  assertThrows(() => textMessages(large.subarray(0, 1_000)), RangeError);
});
