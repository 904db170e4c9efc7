/**
 * Who pastes more lines than it may say at once waits for itself: that is in no figure of how long senders wait.
 *
 * @module
 */

import { measuredOf } from "../../../verdict/mod.ts";
import { assert } from "../../assert.ts";
import { folder, startOn } from "../../server/durable/place.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const LINES = 160;
const PER_SECOND = 40;

Deno.test("a paste that the server slows down is no time that anybody waited for the server", async () => {
  using place = folder();
  await using server = await startOn(place.path, {
    serve: { operatorToken: TOKEN, limits: { messagesPerSecond: PER_SECOND } },
  });
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Op", operator: TOKEN });
  await op.nextOf("Welcome");
  const startMs = performance.now();
  await using paster = await server.text("Paster");
  await paster.write(Array.from({ length: LINES }, (_, n) => `line ${n}\n`).join(""));
  while ((await op.nextOf("NewMessage")).content !== `line ${LINES - 1}`);
  const tookMs = performance.now() - startMs;
  await op.send({ type: "Inspect" });
  const { figures } = await op.nextOf("Inspection");
  assert(figures.rateLimited > 0, "It was not slowed down");
  const measured = measuredOf(figures);
  assert(measured !== undefined);
  const waitedMs = measured.acks.reduce((sum, { loop }) => sum + loop, 0);
  // If the pace counted, the average would be half of that time.
  assert(waitedMs / LINES < tookMs / 4, `${waitedMs} ms of the loop, within ${tookMs} ms`);
});
