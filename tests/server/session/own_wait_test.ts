/**
 * What waits for its own sender is no time of the loop's: until it may be said, and until what its sender owes is earned back.
 *
 * @module
 */

import { type Account, EARNINGS, Turns } from "../../../server/budget/mod.ts";
import { FrameCodec } from "../../../server/codec/frame_codec.ts";
import { Link } from "../../../server/link/link.ts";
import { hearAll } from "../../../server/session/hearing.ts";
import { assertEquals } from "../../assert.ts";
import { frame, joined } from "../../harness.ts";
import { HandLoop } from "../budget/by_hand.ts";
import { handWire } from "../hand_wire.ts";

/** Lets everything happen that can without time passing. */
async function settle(loop: HandLoop): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    loop.turn();
    for (let tick = 0; tick < 8; tick++) await Promise.resolve();
  }
}

/** A link on which two things are said at once; `take` does what hearing the first one does. */
function twoWords(loop: HandLoop, take: (account: Account) => Promise<void> | undefined) {
  const account = new Turns(loop).open(EARNINGS, 1);
  const link = new Link(handWire(), 1 << 20, account);
  const codec = new FrameCodec(1 << 16);
  const loopMs: number[] = [];
  const hear = () =>
    hearAll(link, codec, {
      ended: () => false,
      take: () => {
        const { readMs, takenMs } = link.outbox.arrival ?? { readMs: 0, takenMs: NaN };
        loopMs.push(takenMs - readMs);
        return loopMs.length === 1 ? take(account) : undefined;
      },
    });
  link.run({
    hear: (chunk) => {
      codec.feed(chunk);
      return hear();
    },
    hearEnd: () => undefined,
  }, { onOver: () => {} });
  void link.onBytes(joined(frame({ type: "Ping" }), frame({ type: "Ping" })));
  return { link, loopMs };
}

Deno.test("until it may be said, it waits for its sender, and from then on for the loop", async () => {
  const loop = new HandLoop();
  const { promise: pause, resolve: goOn } = Promise.withResolvers<void>();
  const { link, loopMs } = twoWords(loop, () => pause);
  await settle(loop);
  loop.pass(6_000);
  goOn();
  await settle(loop);
  assertEquals(loopMs, [0, 0]);
  link.close();
});

Deno.test("until what is owed is earned back, it waits for its sender", async () => {
  const loop = new HandLoop();
  const { link, loopMs } = twoWords(loop, (account) => {
    loop.work(1);
    account.spend({ workMs: EARNINGS.workMs.burst + EARNINGS.workMs.perSecond });
    return undefined;
  });
  await settle(loop);
  assertEquals(loopMs.length, 1);
  for (let n = 0; n < 40 && loopMs.length < 2; n++) {
    loop.pass(100);
    await settle(loop);
  }
  assertEquals(loopMs.map(Math.round), [0, 1]);
  link.close();
});
