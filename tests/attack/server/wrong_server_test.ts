/**
 * Servers that answer wrongly, never, or with nonsense: a client believes nothing that it did not ask, says what is
 * true, and keeps its pace.
 *
 * @module
 */

import {
  type ClientStatus,
  ClosedError,
  connect,
  type ServerMessage,
} from "../../../server/wire/mod.ts";
import { holdMs, RETRY_FIRST_MS } from "../../../server/wire/backoff.ts";
import { HOLD_MS_MAX, HOLD_MS_MIN } from "../../../server/wire/limits.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { Events, ScriptedServer } from "../../server/wire/scripted_server.ts";

const WRONG: readonly ServerMessage[] = [
  { type: "Pong" },
  { type: "Ack", room: "nowhere", seq: 1, at: 0 },
  { type: "Ack", room: "lobby", seq: 0, at: 0 },
  { type: "PrivateSent", to: "Bob", content: "hi", seq: 1, at: 0 },
];

Deno.test("nothing but its own acknowledgement makes words count as stored", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await using peer = await server.accept();
  await peer.welcomes();
  for (const answer of WRONG) {
    const said = alice.say("hi", { room: "lobby" });
    const { id } = await peer.hears("Broadcast");
    await peer.says({ ...answer, re: id });
    const error = await assertRejects(said, ClosedError);
    assert(error.unknown, error.message);
  }
});

Deno.test("who gives up on a server that says nothing is told so, not that it closed", async () => {
  using server = new ScriptedServer();
  const giveUp = new AbortController();
  const alice = connect({ port: server.port, name: "Alice", signal: giveUp.signal });
  await using peer = await server.accept();
  await peer.hears("Login");
  giveUp.abort();
  const error = await assertRejects(alice.online(), Error);
  assertEquals(error.message, "The server did not answer the login in time.");
  await alice.close();
});

Deno.test("a wait without end is a minute, and none at all is not none", () => {
  assertEquals([2 ** 53 - 1, 1_000, 0].map(holdMs), [HOLD_MS_MAX, 1_000, HOLD_MS_MIN]);
});

Deno.test("a server that lets in and then talks nonsense is tried less and less often", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const events = new Events(alice);
  const waits: number[] = [];
  for (let n = 0; n < 3; n++) {
    await using peer = await server.accept();
    await peer.welcomes();
    await peer.raw.send({ type: "Error", code: "nonsense", msg: "?" });
    await events.status("offline");
    const status: ClientStatus = alice.status;
    if (status.kind === "offline") waits.push(status.retryInMs);
  }
  assertEquals(waits.length, 3);
  assert((waits[2] ?? 0) >= 2 * RETRY_FIRST_MS, `${waits}`);
});
