/**
 * A frame that takes long to read is read in a turn of its own, behind all who only come by.
 *
 * @module
 */

import { EARNINGS, Turns } from "../../server/budget/mod.ts";
import { FrameCodec } from "../../server/codec/frame_codec.ts";
import { hearAll } from "../../server/session/hearing.ts";
import { FRAME_BYTES_AT_ONCE } from "../../server/limits.ts";
import { Link } from "../../server/link/link.ts";
import { assertEquals } from "../assert.ts";
import { frame } from "../harness.ts";
import { HandLoop } from "./budget/by_hand.ts";
import { handWire } from "./hand_wire.ts";

Deno.test("a large frame waits for a turn of its own, and whoever comes meanwhile passes it", async () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const link = new Link(handWire(), 1 << 20, turns.open(EARNINGS, 1));
  const order: string[] = [];
  const codec = new FrameCodec(1 << 20);
  const hearer = { take: () => void order.push("heard"), ended: () => false };
  const small = frame({ type: "Ping" });
  const large = frame({ type: "Ping", x: "x".repeat(FRAME_BYTES_AT_ONCE) });
  codec.feed(new Uint8Array([...small, ...large, ...small]));
  const all = link.account.serve(() => hearAll(link, codec, hearer));
  assertEquals(order, ["heard"]);
  void turns.open(EARNINGS).serve(() => order.push("newcomer"));
  while (!loop.idle) {
    loop.turn();
    for (let tick = 0; tick < 8; tick++) await Promise.resolve();
  }
  await all;
  assertEquals(order, ["heard", "newcomer", "heard", "heard"]);
  link.close();
});
