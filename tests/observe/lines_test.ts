/**
 * Claims about how bytes become a recording's lines.
 *
 * @module
 */

import fc from "fast-check";
import { recordingLines } from "../../observe/lines.ts";
import { RECORDING_LINE_MAX } from "../../observe/limits.ts";
import { RecordingError } from "../../observe/recording_reader.ts";
import { assertEquals, assertRejects } from "../assert.ts";

function stream(
  ...chunks: readonly Uint8Array<ArrayBuffer>[]
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(chunks);
}

Deno.test("lines are the same wherever the bytes were cut", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "ä", "😀", "\n", "\r") });
  await fc.assert(fc.asyncProperty(text, fc.nat(), async (text, cut) => {
    const bytes = new TextEncoder().encode(text);
    const at = cut % (bytes.length + 1);
    const lines = await Array.fromAsync(
      recordingLines(stream(bytes.slice(0, at), bytes.slice(at))),
    );
    const expected = text.split("\n");
    if (expected.at(-1) === "") expected.pop();
    assertEquals(lines, expected);
  }));
});

Deno.test("what is no text is refused", async () => {
  const lines = recordingLines(stream(new Uint8Array([0x7b, 0xff, 0xfe])));
  const { code } = await assertRejects(Array.fromAsync(lines), RecordingError);
  assertEquals(code, "not_a_recording");
});

Deno.test("a line without an end takes no more memory than the limit", async () => {
  const chunk = new Uint8Array(1 << 22).fill(0x20);
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    for (;;) {
      given += chunk.length;
      yield await Promise.resolve(chunk);
    }
  }
  const lines = recordingLines(ReadableStream.from(endless()));
  const { message } = await assertRejects(Array.fromAsync(lines), RecordingError);
  assertEquals(message, "Line 1 of the recording has no end");
  assertEquals(given <= RECORDING_LINE_MAX + 3 * chunk.length, true);
});

Deno.test("whoever stops reading lines cancels the bytes", async () => {
  let cancelled = false;
  const bytes = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("a\nb\n")),
    cancel: () => {
      cancelled = true;
    },
  });
  for await (const line of recordingLines(bytes)) {
    assertEquals(line, "a");
    break;
  }
  assertEquals(cancelled, true);
});
