/**
 * The limits hold for a user, however often it reconnects.
 *
 * @module
 */

import { serve } from "../../server/mod.ts";
import { Throttles } from "../../server/admission/throttle.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { startServer } from "../harness.ts";

Deno.test("of() gives a user the same bucket again, and others their own", () => {
  const throttles = new Throttles(1, 1);
  assertEquals(throttles.of("alice", 0).take(0).kind, "pass");
  assertEquals(throttles.of("alice", 1).take(1).kind, "wait");
  assertEquals(throttles.of("bob", 1).take(1).kind, "pass");
});

Deno.test("sweep() forgets a bucket only when it is full again", () => {
  const throttles = new Throttles(1, 2);
  const bucket = throttles.of("alice", 0);
  bucket.take(0);
  throttles.sweep(999);
  assertEquals(throttles.of("alice", 999), bucket);
  throttles.sweep(1_000);
  assertEquals(throttles.of("alice", 1_000) === bucket, false);
});

Deno.test("reconnecting is no way around the limit", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0.01, messagesBurst: 2 } });
  for (const name of ["Alice", "ALICE"]) {
    await using alice = await server.frames(name);
    // Saying the same again is no way around it either.
    for (const id of ["1", "2"]) {
      await alice.send({ type: "Broadcast", content: "x", id });
      if (name === "Alice") await alice.nextOf("Ack");
      else assertEquals((await alice.nextOf("Error")).code, "rate_limited");
    }
    await alice.close();
    await server.event("left", (event) => event.user === name);
  }
});

Deno.test("serve() refuses a frame limit under which frames could be taken for text", () => {
  for (const frameBytesMax of [0, 16 << 20, NaN]) {
    assertThrows(() => serve({ limits: { frameBytesMax } }), RangeError);
  }
});
