/**
 * Attacks by a clock that is ahead for a moment, as when a machine starts or is set wrongly: nobody who is banned comes in by it, nothing
 * that was to end some day ends by it for good, and what is said meanwhile holds for as long as it says.
 *
 * @module
 */

import { Invitations } from "../../../server/invitations/invitations.ts";
import { assertEquals } from "../../assert.ts";
import { ask, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { folder, startOn } from "../../server/durable/place.ts";
import { OPERATOR, operatorOf } from "../../server/hooks/hooking.ts";

const DAY = 86_400_000;
const HOUR_S = 3_600;

/** A clock that a test sets, beside one that passes as time does. */
function clocks() {
  let [wallMs, steadyMs] = [Date.UTC(2026, 0, 1), 0];
  return {
    options: { operatorToken: OPERATOR, clock: () => wallMs, steady: () => steadyMs },
    set: (byMs: number) => void (wallMs += byMs),
    pass: (ms: number) => {
      wallMs += ms;
      steadyMs += ms;
    },
  };
}

Deno.test("a ban holds while the clock is ahead, and is not given up by what is said meanwhile", async () => {
  using place = folder();
  const { options: serve, set } = clocks();
  {
    await using server = await startOn(place.path, { serve });
    await using op = await operatorOf(server);
    await using anna = await inRoom(server, "Anna", "tea");
    await done(anna, { type: "Ban", room: "tea", user: "Eve", seconds: HOUR_S });
    await done(anna, { type: "Mute", room: "tea", user: "Mo", seconds: HOUR_S });
    await done(op, { type: "Ban", server: true, user: "Mallory", seconds: HOUR_S });
    set(DAY);
    await using eve = await server.frames("Eve");
    await refused(eve, { type: "Join", room: "tea" }, "banned");
    await refusedLogin(server, "Mallory");
    // Each list is written anew.
    await done(anna, { type: "Ban", room: "tea", user: "Other" });
    await done(op, { type: "Ban", server: true, user: "Another" });
    set(-DAY);
  }
  await using server = await startOn(place.path, { serve });
  await refusedLogin(server, "Mallory");
  await using eve = await server.frames("Eve");
  await refused(eve, { type: "Join", room: "tea" }, "banned");
});

Deno.test("nor by a server that was started while the clock was ahead", async () => {
  using place = folder();
  const { options: serve, set } = clocks();
  {
    await using server = await startOn(place.path, { serve });
    await using op = await operatorOf(server);
    await done(op, { type: "Ban", server: true, user: "Mallory", seconds: HOUR_S });
  }
  {
    set(DAY);
    await using server = await startOn(place.path, { serve });
    await using op = await operatorOf(server);
    await done(op, { type: "Ban", server: true, user: "Another" });
    set(-DAY);
  }
  await using server = await startOn(place.path, { serve });
  await refusedLogin(server, "Mallory");
});

Deno.test("who is kicked while the clock is ahead may come back when his time is over", async () => {
  using place = folder();
  const { options: serve, set, pass } = clocks();
  await using server = await startOn(place.path, { serve });
  await using anna = await inRoom(server, "Anna", "tea");
  await using eve = await inRoom(server, "Eve", "tea");
  set(DAY);
  await done(anna, { type: "Kick", room: "tea", user: "Eve", seconds: 60 });
  await refused(eve, { type: "Join", room: "tea" }, "banned");
  set(-DAY);
  pass(61_000);
  await done(eve, { type: "Join", room: "tea" });
});

Deno.test("an invitation holds while the clock is ahead, and is deleted only when it is over for certain", async () => {
  using place = folder();
  const { options: serve, set } = clocks();
  await using server = await startOn(place.path, { serve });
  await using op = await operatorOf(server);
  const { token } = await ask(op, { type: "AddInvitation", seconds: HOUR_S, uses: 2 });
  set(DAY);
  await using guest = await server.connect();
  await guest.send({ type: "Login", username: "Gus", invitation: token });
  assertEquals((await guest.next("Welcome")).username, "Gus");

  const record = { id: "one", hash: "hash", uses: 1, until: 100, created: 0, by: "op", guests: [] };
  const written: unknown[] = [];
  let sure = -Infinity;
  const values = {
    keys: () => [],
    has: () => false,
    value: () => undefined,
    write: (...what: readonly unknown[]) => void written.push(what.slice(0, 2)),
  };
  const store = { values, append: () => 0, settled: () => Promise.resolve() };
  const invitations = new Invitations({ store, clock: () => 200, sure: () => sure });
  invitations.set(record);
  invitations.sweep();
  assertEquals([invitations.all(), written], [[], []], "it holds no more, and is kept");
  sure = 200;
  invitations.sweep();
  assertEquals(written, [["invitation/one", undefined]]);
});

async function refusedLogin(
  server: { connect(): ReturnType<Awaited<ReturnType<typeof startOn>>["connect"]> },
  username: string,
): Promise<void> {
  await using client = await server.connect();
  await client.send({ type: "Login", username });
  assertEquals((await client.next("Error")).code, "banned");
}
