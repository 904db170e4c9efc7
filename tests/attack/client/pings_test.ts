/**
 * A server that asks for signs of life without end and reads none of them.
 *
 * @module
 */

import { encodeFrame } from "../../../server/wire/mod.ts";
import type { ByteStream } from "../../../server/wire/byte_stream.ts";
import { FrameConnection } from "../../../server/wire/connection.ts";
import { assertEquals } from "../../assert.ts";
import { turns } from "../../within.ts";

Deno.test("of answers to pings that nobody reads one waits", async () => {
  const written: Uint8Array[] = [];
  const reads = Promise.withResolvers<void>();
  const stream: ByteStream = {
    read: () => Promise.resolve(null),
    async write(bytes) {
      written.push(bytes.slice());
      if (written.length === 1) await reads.promise;
      return bytes.length;
    },
    close: () => {},
    [Symbol.dispose]: () => {},
  };
  const pong = encodeFrame({ type: "Pong" });
  const connection = new FrameConnection(stream);
  for (let n = 0; n < 100_000; n++) connection.pong();
  reads.resolve();
  await turns(3);
  assertEquals(written, [pong, pong], "the one under way, and the one that waits");
  connection.pong();
  await turns(3);
  assertEquals(written.length, 3, "who reads is answered again");
  connection.close();
});
