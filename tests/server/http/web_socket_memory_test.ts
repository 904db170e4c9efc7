/**
 * What a WebSocket holds is counted, also while it does nothing.
 *
 * @module
 */

import { WEB_SOCKET_BYTES } from "../../../server/http/limits.ts";
import { WebSocketWire } from "../../../server/http/web_socket.ts";
import { FREE, Headroom } from "../../../server/budget/mod.ts";
import { StreamWire } from "../../../server/transport/mod.ts";
import { encodeFrame } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";

/** A text message of so many letters, masked with nothing. */
function message(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + length).fill(0x20, 8);
  bytes.set([0x81, 0xfe, length >> 8, length & 0xff]);
  return bytes;
}

Deno.test("a WebSocket is counted with its layers, with its buffer while that is large, and with what waits for its peer", async () => {
  const coming: Uint8Array[] = [message(60_000), message(10)];
  const heard: number[] = [];
  const idle = Promise.withResolvers<void>();
  const written = Promise.withResolvers<number>();
  const socket = {
    heldBytes: 1_000,
    read(buffer: Uint8Array): Promise<number | null> {
      const [next] = coming;
      if (next === undefined) {
        idle.resolve();
        return new Promise(() => {});
      }
      const count = Math.min(buffer.length, next.length);
      buffer.set(next.subarray(0, count));
      if (count === next.length) coming.shift();
      else coming[0] = next.subarray(count);
      return Promise.resolve(count);
    },
    write: () => written.promise,
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  const below = new StreamWire(socket);
  const opening = new Uint8Array(100);
  const headroom = new Headroom(Infinity);
  const limits = { frameBytesMax: 1 << 20, account: FREE, headroom };
  const parts = { opening, ...limits, speaks: "messages" } as const;
  const wire = new WebSocketWire(below, parts);
  assertEquals(wire.heldBytes, WEB_SOCKET_BYTES + 1_000 + 100);
  let most = 0;
  wire.open({
    onBytes(chunk) {
      heard.push(chunk.length);
      most = Math.max(most, wire.heldBytes);
      return undefined;
    },
    onWritable: () => {},
    onBroken: () => {},
    onEnd: () => {},
  });
  below.open(wire);
  written.resolve(opening.length);
  await within(idle.promise, "all of it to be read");
  assertEquals(heard.reduce((sum, count) => sum + count, 0), 4 + 60_000 + 4 + 10);
  assert(most > WEB_SOCKET_BYTES + 10_000, `${most} bytes were counted while it was large`);
  assert(wire.heldBytes < WEB_SOCKET_BYTES + 5_000, `${wire.heldBytes} bytes are left`);
});

Deno.test("what is written later holds no more memory than it is long, and stays what it was", async () => {
  const writes: { readonly bytes: Uint8Array; readonly done: () => void }[] = [];
  const socket = {
    read: () => new Promise<null>(() => {}),
    write: (bytes: Uint8Array) =>
      new Promise<number>((done) => writes.push({ bytes, done: () => done(bytes.length) })),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  const pages = Array.from({ length: 2 }, () => {
    const below = new StreamWire(socket);
    const headroom = new Headroom(Infinity);
    const limits = { frameBytesMax: 1 << 20, account: FREE, headroom };
    const parts = { opening: new Uint8Array(0), ...limits, speaks: "messages" } as const;
    return new WebSocketWire(below, parts);
  });
  for (const [n, page] of pages.entries()) {
    assertEquals(page.trySend(encodeFrame({ type: "Pong", re: `${n}` })), 0);
  }
  await Promise.resolve();
  const messages = writes.filter(({ bytes }) => bytes.length > 0);
  assertEquals(messages.length, 2);
  for (const [n, { bytes }] of messages.entries()) {
    assertEquals(bytes.buffer.byteLength, bytes.length);
    assertEquals(new TextDecoder().decode(bytes.subarray(2)), `{"type":"Pong","re":"${n}"}`);
  }
});
