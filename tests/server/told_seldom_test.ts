/**
 * Whatever strangers do, the log grows slowly, and no count is lost.
 *
 * @module
 */

import fc from "fast-check";
import type { ServerEvent } from "../../server/mod.ts";
import { TOLD_BURST, TOLD_PER_SECOND } from "../../server/limits.ts";
import { ToldSeldom } from "../../server/told_seldom.ts";
import { assert, assertEquals } from "../assert.ts";
import { startServer } from "../harness.ts";

Deno.test("however often it happens, few lines tell of it, and they tell how often it was", () => {
  const step = fc.record({
    passMs: fc.integer({ min: 0, max: 5_000 }),
    kind: fc.constantFrom("refused", "full", "crowded", "guessed", "misproved"),
    count: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
    const seldom = new ToldSeldom();
    const sums = new Map<string, { happened: number; told: number; lines: number }>();
    let nowMs = 0;
    const happen = (event: ServerEvent, count: number): void => {
      const sum = sums.get(event.kind) ?? { happened: 0, told: 0, lines: 0 };
      sums.set(event.kind, sum);
      sum.happened += count;
      const told = seldom.tell(event, nowMs);
      if (told === undefined) return;
      sum.lines++;
      sum.told += countIn(told);
    };
    for (const { passMs, kind, count } of steps) {
      nowMs += passMs;
      happen(eventOf(kind, count), count);
    }
    for (const { lines } of sums.values()) {
      assert(lines <= TOLD_BURST + nowMs / 1_000 * TOLD_PER_SECOND + 1);
    }
    // What was not told yet comes with the next line.
    nowMs += 1_000 * TOLD_BURST / TOLD_PER_SECOND;
    for (const kind of sums.keys()) happen(eventOf(kind, 1), 1);
    for (const { happened, told } of sums.values()) assertEquals(told, happened);
  }));
});

function eventOf(kind: string, count: number): ServerEvent {
  const peer = "192.0.2.1:9";
  switch (kind) {
    case "refused":
      return { kind, peer, times: count };
    case "full":
      return { kind, peer, connections: 7, times: count };
    case "crowded":
      return { kind, peer, why: "too_many", connections: count };
    case "misproved":
      return { kind, user: "Anna", times: count };
    default:
      return { kind: "guessed", peer, guesses: count };
  }
}

function countIn(event: ServerEvent): number {
  switch (event.kind) {
    case "refused":
    case "full":
    case "misproved":
      return event.times;
    case "crowded":
      return event.connections;
    default:
      return event.kind === "guessed" ? event.guesses : 0;
  }
}

Deno.test("everything else is told as it comes", () => {
  const seldom = new ToldSeldom();
  for (let i = 0; i < 100; i++) {
    const event: ServerEvent = { kind: "joined", user: "Anna", peer: "192.0.2.1:9" };
    assertEquals(seldom.tell(event, 0), event);
  }
});

Deno.test("connections that come and go fill no log", async () => {
  await using server = startServer();
  await using anna = await server.frames("Anna");
  for (let i = 0; i < 3 * TOLD_BURST; i++) {
    await using stranger = await server.connect();
    await stranger.send({ type: "Login", username: "Anna" });
    await stranger.nextError("name_taken");
    await stranger.expectEnd();
  }
  await anna.expectNothing();
  const told = server.events.filter(({ kind }) => kind === "refused").length;
  assert(told >= TOLD_BURST && told <= TOLD_BURST + 2, `${told} lines`);
});
