/**
 * The verdict in the terminal: what a kernel alone can tell of any process, and what a chat server adds to it.
 *
 * @module
 */

import { judged, seenBetween } from "../../../cli/observe/judged.ts";
import { serverFacts } from "../../../cli/observe/server_facts.ts";
import type { Facts } from "../../../verdict/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { eventually, folder, startOn } from "../../server/durable/place.ts";
import { flow, histogram, snapshot, socket } from "../../dashboard/pretend_kernel.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

/** So many short waits, in ns. */
const many = (count: number) => Array.from({ length: count }, () => 3_000);

function reader(unsent: number, sent: number) {
  const tcp = { rttUs: 300, retransmits: 2, unsent, unacked: 0 };
  return socket({ socket: 1, remote: "10.0.0.7:5000", send: flow(1, sent), firstTs: 0, tcp });
}

Deno.test("of any process a kernel tells how long what arrives waits, since the last look alone", () => {
  const quick = snapshot({ ts: 1e9, delays: histogram(many(100)) });
  const slow = snapshot({ ts: 2e9, delays: histogram([...many(100), 3e8, 3e8, 3e8]) });
  const again = snapshot({ ts: 3e9, delays: histogram([...many(300), 3e8, 3e8, 3e8]) });
  const sentences = [
    judged(seenBetween(undefined, quick), undefined),
    judged(seenBetween(quick, slow), undefined),
    judged(seenBetween(slow, again), undefined),
  ].map(({ sentence }) => sentence);
  assertEquals(sentences, [
    "Good. What arrives is read within 0.1 ms.",
    "Slow: the server is busy. 403 ms in the kernel until it was read.",
    "Good. What arrives is read within 0.1 ms.",
  ]);
});

Deno.test("who takes nothing is named by the address, and who is sent to as fast as it takes is not", () => {
  const before = snapshot({ ts: 1e9, sockets: [reader(0, 1_000)] });
  const stuck = snapshot({ ts: 2e9, sockets: [reader(900_000, 1_500)] });
  const busy = snapshot({ ts: 2e9, sockets: [reader(900_000, 5_000_000)] });
  assertEquals(
    judged(seenBetween(before, stuck), undefined).sentence,
    "Slow: 10.0.0.7:5000 reads too slowly. 900 kB wait for this reader.",
  );
  assertEquals(judged(seenBetween(before, busy), undefined).state, "good");
});

Deno.test("a chat server adds what is waited for, and is silent when it has gone", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  const server = await startOn(place.path, {
    storage: disk.storage,
    serve: { operatorToken: TOKEN },
  });
  await using alice = await server.frames("Alice");
  Deno.env.set("CHAT_OPERATOR_TOKEN", TOKEN);
  await using facts = await serverFacts({
    server: { host: "127.0.0.1", port: server.port },
    data: place.path,
  });
  Deno.env.delete("CHAT_OPERATOR_TOKEN");
  assert(facts !== undefined);
  const until = (what: string, isSo: (facts: Facts) => boolean) =>
    eventually(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const latest = facts.latest();
      return latest !== undefined && isSo(latest) ? latest : undefined;
    }, what);
  const sync = disk.hold("held");
  await alice.send({ type: "Broadcast", content: "held", id: "1" });
  await sync.arrived();
  const held = await until("the disk owes an answer", ({ diskOwesMs = 0 }) => diskOwesMs > 100);
  assertEquals(judged({ kernel: {}, slowest: undefined }, held).cause, "disk");
  sync.release();
  await alice.nextOf("Ack");
  await server[Symbol.asyncDispose]();
  const gone = await until("it is silent", ({ silentMs = 0 }) => silentMs > 3_000);
  assertEquals(judged({ kernel: {}, slowest: undefined }, gone).cause, "server");
});
