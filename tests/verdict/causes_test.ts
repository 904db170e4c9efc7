/**
 * Each cause of slowness, planted in a real server, is what the verdict blames: the disk, a reader, the event loop; and the network, which only a
 * kernel can tell of.
 *
 * @module
 */

import { reportOf } from "../../observe/dashboard/inspectors.ts";
import { Sampler } from "../../observe/dashboard/sampler.ts";
import { connect } from "../../server/wire/mod.ts";
import type { Verdict } from "../../verdict/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { flow, snapshot, socket, start } from "../dashboard/pretend_kernel.ts";
import { HandDisk } from "../server/durable/hand_disk.ts";
import { folder, type ServerOn, startOn, type StartOptions } from "../server/durable/place.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
/** What is planted takes so long, in ms: three times what is called slow. */
const PLANTED_MS = 300;
/** Seconds in which it must be found: a second may end between its beginning and what follows from it. */
const SECONDS = 10;

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function serveOn(path: string, options: StartOptions = {}): Promise<ServerOn> {
  return startOn(path, { ...options, serve: { operatorToken: TOKEN, ...options.serve } });
}

/** Takes verdicts, a second each, until one blames that; `plant` is done in each second. */
async function found(
  { port }: ServerOn,
  cause: Verdict["cause"],
  plant: () => Promise<void> | void,
): Promise<Verdict> {
  await using op = connect({ port, name: "Op", operator: () => TOKEN });
  await op.online();
  const sampler = new Sampler();
  const told: string[] = [];
  for (let second = 0; second < SECONDS; second++) {
    await plant();
    sampler.report(reportOf(await op.inspect(), Date.now()));
    const { verdict } = sampler.second(Date.now(), undefined);
    if (second > 0 && verdict !== undefined) {
      if (verdict.cause === cause) return verdict;
      told.push(verdict.sentence);
    }
    await later(1_000);
  }
  throw new Error(`Nothing was blamed on ${cause}, but: ${told.join(" ")}`);
}

Deno.test("a slow disk is blamed on the disk, with what of the wait was for it", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await serveOn(place.path, { storage: disk.storage });
  await using alice = await server.frames("Alice");
  let said = 0;
  const verdict = await found(server, "disk", async () => {
    const sync = disk.hold(`word ${++said}`);
    await alice.send({ type: "Broadcast", content: `word ${said}`, id: `${said}` });
    await sync.arrived();
    await later(PLANTED_MS);
    sync.release();
    await alice.nextOf("Ack");
  });
  assert(verdict.sentence.includes("until it was durable"), verdict.sentence);
  assert((verdict.ack?.p99Ms ?? 0) >= PLANTED_MS);
  // On a busy machine the loop hears of it late, and that is not the disk's.
  assert(
    (verdict.parts.disk ?? 0) > 0.5 * (verdict.ack?.maxMs ?? Infinity),
    JSON.stringify(verdict),
  );
});

Deno.test("a busy event loop is blamed on the server, and not on the disk that it hears of too late", async () => {
  using place = folder();
  await using server = await serveOn(place.path);
  await using alice = await server.frames("Alice");
  let said = 0;
  const verdict = await found(server, "loop", async () => {
    await alice.send({ type: "Broadcast", content: "psst", id: `${++said}` });
    for (const end = performance.now() + PLANTED_MS; performance.now() < end;);
    await alice.nextOf("Ack");
  });
  assert(verdict.sentence.startsWith("Slow: the server is busy."), verdict.sentence);
  assert((verdict.parts.disk ?? 0) < PLANTED_MS / 2, JSON.stringify(verdict.parts));
});

Deno.test("a reader that does not read is named, and how far it is from being cut off", async () => {
  using place = folder();
  const lagBytesMax = 64 << 20;
  await using server = await serveOn(place.path, { serve: { limits: { lagBytesMax } } });
  await using alice = await server.frames("Alice");
  // It logs in, and never reads again.
  const sloth = await Deno.connect({ port: server.port });
  await sloth.write(new TextEncoder().encode("Sloth\n"));
  await alice.nextOf("UserJoined");
  const content = "x".repeat(8_000);
  let said = 0;
  const verdict = await found(server, "receiver", async () => {
    for (let batch = 0; batch < 200; batch++) {
      await alice.send({ type: "Broadcast", content, id: `${++said}` });
      await alice.nextOf("Ack");
    }
  });
  sloth.close();
  assert(verdict.sentence.includes("Sloth reads too slowly"), verdict.sentence);
  const { who, bytes = 0, bytesMax } = verdict.slowest ?? {};
  assertEquals([who, bytesMax], ["Sloth", lagBytesMax]);
  assert(bytes >= 64 << 10, `${bytes} bytes`);
});

Deno.test("a network that is far is blamed by its round trips, as a kernel tells them", async () => {
  using place = folder();
  await using server = await serveOn(place.path);
  await using op = connect({ port: server.port, name: "Op", operator: () => TOKEN });
  await op.online();
  const sampler = new Sampler();
  sampler.started(start(1_000));
  const sockets = [51, 52, 53].map((port, id) =>
    socket({
      socket: id,
      local: "127.0.0.1:8080",
      remote: `127.0.0.1:${port}`,
      send: flow(1, 100),
      firstTs: 0,
      tcp: { rttUs: 240_000, retransmits: 0, unsent: 0, unacked: 0 },
    })
  );
  sampler.snapshot(snapshot({ ts: 1e9, sockets }));
  sampler.report(reportOf(await op.inspect(), Date.now()));
  const { verdict } = sampler.second(Date.now(), undefined);
  assertEquals(
    [verdict?.cause, verdict?.sentence],
    ["network", "Slow: the network. Half of all round trips take 240 ms or more."],
  );
});

Deno.test("a server that answers no more is failing, once that is sure, and before that the last verdict holds", async () => {
  using place = folder();
  await using server = await serveOn(place.path);
  await using op = connect({ port: server.port, name: "Op", operator: () => TOKEN });
  await op.online();
  const sampler = new Sampler();
  sampler.report(reportOf(await op.inspect(), 10_000));
  const first = sampler.second(10_000, undefined).verdict;
  assertEquals(first?.state, "good");
  assertEquals(sampler.second(11_000, undefined).verdict, first);
  assertEquals(sampler.second(12_000, undefined).verdict, first);
  const { sentence } = sampler.second(14_000, undefined).verdict ?? {};
  assertEquals(sentence, "Failing: the server has not answered for 4 s.");
});
