/**
 * The joiner: kernel figures get names, sums become seconds.
 *
 * @module
 */

import fc from "fast-check";
import { Calls } from "../../observe/dashboard/calls.ts";
import { SlowestCalls } from "../../observe/dashboard/slowest_calls.ts";
import { addedSlots, kernelSecond } from "../../observe/dashboard/differences.ts";
import { Names, plainAddress } from "../../observe/dashboard/names.ts";
import { People } from "../../observe/dashboard/people.ts";
import type { Second } from "../../observe/dashboard/page_messages.ts";
import { Sampler } from "../../observe/dashboard/sampler.ts";
import type { ConnectionFact, ServerReport } from "../../observe/dashboard/server_report.ts";
import { assert, assertEquals } from "../assert.ts";
import { flow, histogram, io, snapshot, socket, start } from "./pretend_kernel.ts";

const SERVER = "127.0.0.1:8080";

function fact(name: string, port: number, more: Partial<ConnectionFact> = {}): ConnectionFact {
  const remote = `127.0.0.1:${port}`;
  return { name, remote, local: SERVER, lagBytes: 0, bytesIn: 0, bytesOut: 0, ...more };
}

function report(at: number, connections: readonly ConnectionFact[]): ServerReport {
  return { at, users: connections.length, rooms: [], connections };
}

function sent(id: number, port: number, bytes: number, firstTs = 0) {
  return socket({
    socket: id,
    local: SERVER,
    remote: `127.0.0.1:${port}`,
    send: flow(1, bytes),
    firstTs,
  });
}

Deno.test("bytes in the kernel get the name of whoever has that pair of addresses", () => {
  const sampler = new Sampler();
  sampler.started(start(1_000));
  sampler.snapshot(snapshot({ ts: 1e9, sockets: [sent(1, 51, 100), sent(2, 52, 250)] }));
  sampler.report(report(2_000, [fact("Anna", 51, { lagBytes: 7 })]));
  const { people } = sampler.second(2_100, undefined);
  assertEquals(people.map(({ name, to, unknown, lag }) => [name, to, unknown, lag]), [
    ["127.0.0.1:52", 250, true, undefined],
    ["Anna", 100, undefined, 7],
  ]);
});

Deno.test("who has read nothing since before the observer came is listed by what the server keeps", () => {
  const sampler = new Sampler();
  sampler.started(start(1_000));
  sampler.snapshot(snapshot({ ts: 1e9, sockets: [sent(1, 51, 100)] }));
  const sloth = fact("Sloth", 52, { lagBytes: 2_000_000 });
  sampler.report(report(2_000, [fact("Anna", 51, { lagBytes: 7 }), sloth, fact("Idle", 53)]));
  const { people } = sampler.second(2_100, undefined);
  assertEquals(people.map(({ name, to, lag, slow }) => [name, to, lag, slow]), [
    ["Sloth", 0, 2_000_000, true],
    ["Anna", 100, 7, undefined],
  ]);
});

Deno.test("a name stays with its socket when the connection is gone", () => {
  const sampler = new Sampler();
  sampler.started(start(1_000));
  sampler.snapshot(snapshot({ ts: 1e9, sockets: [sent(1, 51, 100)] }));
  sampler.report(report(2_000, [fact("Anna", 51)]));
  sampler.second(2_100, undefined);
  sampler.report(report(3_000, []));
  sampler.snapshot(snapshot({ ts: 2e9, sockets: [{ ...sent(1, 51, 130), closed: true }] }));
  const [anna] = sampler.second(3_100, undefined).people;
  assertEquals([anna?.name, anna?.to, anna?.toTotal], ["Anna", 30, 130]);
});

Deno.test("an address that is used again does not give its new socket the old name", () => {
  const sampler = new Sampler();
  sampler.started(start(1_000));
  sampler.report(report(2_000, [fact("Anna", 51)]));
  // First seen at 3,000 ms, after the server was asked.
  sampler.snapshot(snapshot({ ts: 3e9, sockets: [sent(2, 51, 9, 2e9)] }));
  const [before] = sampler.second(4_000, undefined).people;
  assertEquals([before?.name, before?.unknown], ["127.0.0.1:51", true]);
  sampler.snapshot(snapshot({ ts: 4e9, sockets: [sent(2, 51, 10, 2e9)] }));
  sampler.report(report(4_500, [fact("Ben", 51)]));
  const [after] = sampler.second(5_000, undefined).people;
  assertEquals([after?.name, after?.unknown], ["Ben", undefined]);
});

Deno.test("another port of the server is another connection", () => {
  const names = new Names();
  const other = { socket: 1, local: "127.0.0.1:9090", remote: "127.0.0.1:51", firstSeen: 0 };
  names.learn([other], [fact("Anna", 51)], 1);
  assert(names.ownerOf(other).unknown);
});

Deno.test("an IPv4 address inside of an IPv6 one is the same address", () => {
  assertEquals(plainAddress("[::ffff:10.0.0.1]:80"), "10.0.0.1:80");
  assertEquals(plainAddress("[FE80::1]:80"), "[fe80::1]:80");
  assertEquals(plainAddress("10.0.0.1:80"), "10.0.0.1:80");
});

Deno.test("without the kernel, the server's own counts are used", () => {
  const sampler = new Sampler();
  sampler.report(report(1_000, [fact("Anna", 51, { bytesIn: 10, bytesOut: 20 })]));
  sampler.second(1_000, undefined);
  sampler.report(report(2_000, [fact("Anna", 51, { bytesIn: 15, bytesOut: 120 })]));
  const second = sampler.second(2_000, undefined);
  assertEquals(second.kernel, undefined);
  assertEquals(second.people, [
    { name: "Anna", from: 5, to: 100, lag: 0, fromTotal: 15, toTotal: 120 },
  ]);
});

Deno.test("while the server is away, nothing is told of it, and its counts begin anew", () => {
  const sampler = new Sampler();
  const told = report(1_000, [fact("Anna", 51, { bytesOut: 5 })]);
  sampler.report(told);
  assertEquals(sampler.second(1_000, 1).users, 1);
  sampler.cut();
  const away = sampler.second(2_000, undefined);
  assertEquals([away.users, away.server, away.people], [undefined, undefined, []]);
  sampler.report(report(3_000, [fact("Anna", 51, { bytesOut: 7 })]));
  assertEquals(sampler.second(3_000, 1).users, 1);
});

Deno.test("seconds of any sums add up to the last sums", () => {
  const counts = fc.array(fc.array(fc.nat(1_000), { minLength: 4, maxLength: 4 }), {
    minLength: 1,
    maxLength: 10,
  });
  fc.assert(fc.property(counts, (rounds) => {
    let before: ReturnType<typeof snapshot> | undefined;
    let sums = [0, 0, 0, 0];
    const totals = { calls: 0, bytes: 0, slots: [0, 0] };
    for (const [index, round] of rounds.entries()) {
      sums = sums.map((sum, at) => sum + (round[at] ?? 0));
      const [calls = 0, bytes = 0, low = 0, high = 0] = sums;
      const durations = { count: low + high, sumNs: 0, slots: [low, high, 0, 0] };
      const now = snapshot({ ts: index, send: flow(calls, bytes, durations) });
      const second = kernelSecond(before, now);
      totals.calls += second.sendCalls;
      totals.bytes += second.sentBytes;
      totals.slots = totals.slots.map((sum, slot) => sum + (second.sendSlots[slot] ?? 0));
      before = now;
    }
    assertEquals([totals.calls, totals.bytes, ...totals.slots], sums);
  }));
});

Deno.test("whoever counts anew counts from zero, and nothing becomes negative", () => {
  assertEquals(addedSlots(histogram([200, 200, 9_000]), histogram([200])), [1]);
  const second = kernelSecond(
    snapshot({ ts: 1, send: flow(9, 900) }),
    snapshot({ ts: 2, send: flow(2, 200) }),
  );
  assertEquals([second.sendCalls, second.sentBytes], [2, 200]);
});

Deno.test("calls without a connection and without a duration are told like lost ones, where there are any", () => {
  const second = kernelSecond(undefined, snapshot({ ts: 1 }));
  assertEquals([second.unlisted, second.untimed], [undefined, undefined]);
  const send = flow(1, 1, histogram([200]));
  const lossy = kernelSecond(undefined, snapshot({ ts: 1, send, socketsFull: 9, strays: 2 }));
  assertEquals([lossy.lost, lossy.unlisted, lossy.untimed], [0, 9, 2]);
});

Deno.test("what watching costs is a part of one processor", () => {
  const second = kernelSecond(
    snapshot({ ts: 0, cost: { runs: 1, ns: 1_000_000, measuredNs: 100_000_000 } }),
    snapshot({ ts: 1e9, cost: { runs: 9, ns: 6_000_000, measuredNs: 200_000_000 } }),
  );
  assertEquals(second.cost, 0.05);
});

Deno.test("users beyond those listed are summed up, and no byte is lost", () => {
  fc.assert(fc.property(fc.array(fc.nat(1_000), { maxLength: 80 }), (bytes) => {
    const traffic = bytes.map((to, at) => ({ name: `u${at}`, unknown: false, from: 1, to }));
    const listed = new People().second(traffic);
    assert(listed.length <= 25);
    const sum = listed.reduce((sum, { to }) => sum + to, 0);
    assertEquals(sum, bytes.reduce((sum, to) => sum + to, 0));
    assertEquals(listed.filter(({ name }) => name === undefined).length, bytes.length > 24 ? 1 : 0);
  }));
});

Deno.test("who is slow is told first: 64 KiB wait, and more than they took in this second", () => {
  const traffic = (name: string, to: number, waits: { lag?: number; unsent?: number }) => {
    return { name, unknown: false, from: 0, to, ...waits };
  };
  const listed = new People().second([
    ...Array.from({ length: 40 }, (_, n) => traffic(`quick${n}`, 10_000 + n, { lag: 65_535 })),
    traffic("Download", 9_000_000, { unsent: 4_000_000 }),
    traffic("Lagging", 0, { lag: 65_536 }),
    traffic("Unsent", 100, { unsent: 2_000_000, lag: 5 }),
    traffic("Both", 100, { unsent: 40_000, lag: 40_000 }),
  ]);
  assertEquals(
    listed.slice(0, 5).map(({ name, slow }) => [name, slow]),
    [["Unsent", true], ["Both", true], ["Lagging", true], ["Download", undefined], [
      "quick39",
      undefined,
    ]],
  );
  assertEquals(listed.filter(({ slow }) => slow).length, 3);
  const all = Array.from({ length: 30 }, (_, n) => traffic(`slow${n}`, 0, { lag: 65_536 + n }));
  const crowd = new People().second(all);
  assertEquals([crowd[0]?.name, crowd[24]?.name, crowd[24]?.slow], ["slow29", undefined, true]);
});

Deno.test("an area of the heat map gives exactly the calls in it, the slowest first", () => {
  const calls = new Calls(100);
  for (let i = 0; i < 250; i++) {
    calls.add(io({ ts: i * 1e6, durationNs: i, delayNs: 1_000 - i, bytes: 2, socket: i }));
  }
  const area = { measure: "send", from: 200, to: 240, ge: 210, lt: 1e9 } as const;
  const found = calls.in(area, new Names(), (ts) => ts / 1e6);
  assert(found.kind === "calls");
  assertEquals([found.count, found.bytes, found.since], [30, 60, 150]);
  assertEquals([found.calls[0]?.ns, found.calls.at(-1)?.ns], [239, 210]);
  const old = calls.in({ ...area, from: 0, to: 100, ge: 0 }, new Names(), (ts) => ts / 1e6);
  assert(old.kind === "calls" && old.count === 0 && old.since === 100);
  const delay = calls.in(
    { ...area, measure: "delay", ge: 761, lt: 763 },
    new Names(),
    (ts) => ts / 1e6,
  );
  assert(delay.kind === "calls" && delay.calls.map(({ ns }) => ns).join() === "762,761");
});

Deno.test("of each second and slot the slowest calls are kept for a quarter of an hour, however many there are", () => {
  const calls = new Calls(100);
  // In each second 50 calls of 1 to 50 µs, and one of 10 ms.
  for (let second = 0; second < 1_000; second++) {
    for (let i = 1; i <= 50; i++) {
      calls.add(io({ ts: second * 1e9 + i, durationNs: i * 1_000, bytes: 1, socket: i }));
    }
    calls.add(io({ ts: second * 1e9 + 60, durationNs: 1e7, bytes: 1, socket: second }));
  }
  const ask = (from: number, to: number, ge = 0) =>
    calls.in({ measure: "send", from, to, ge, lt: 1e9 }, new Names(), (ts) => ts / 1e6);
  // Ten minutes back, long out of the ring: the one, and two of each of the slots below it.
  const found = ask(400_000, 401_000);
  assert(found.kind === "calls");
  assertEquals(found.calls.map(({ ns }) => ns / 1_000), [
    10_000,
    50,
    49,
    32,
    31,
    16,
    15,
    8,
    7,
    4,
    3,
    2,
    1,
  ]);
  assertEquals([found.since, found.slowestSince], [401_000, 100_000]);
  const slow = ask(0, 1e6, 1e6);
  assert(slow.kind === "calls");
  assertEquals([slow.count, slow.calls.length], [900, 200]);
});

Deno.test("slowest calls are bounded: under many slots they reach less far back", () => {
  const slowest = new SlowestCalls({ perCell: 2, max: 100 });
  for (let second = 0; second < 50; second++) {
    for (let slot = 0; slot < 20; slot++) {
      for (let nth = 0; nth < 3; nth++) {
        slowest.add(io({ ts: second * 1e9 + nth, durationNs: 2 ** (slot + 7) + nth }));
      }
    }
  }
  const kept = [...slowest.of("send")];
  assert(kept.length <= 100 && kept.length > 60, `${kept.length} are kept`);
  assert(kept.every(({ ts }) => ts >= 47e9));
  assertEquals(slowest.since, 48e9);
});

Deno.test("fifteen minutes are kept, and no more", () => {
  const sampler = new Sampler();
  for (let at = 0; at < 1_000; at++) sampler.second(at, undefined);
  assertEquals([sampler.seconds.length, sampler.seconds[0]?.at], [900, 100]);
});

Deno.test("figures that come late are shared out among their seconds, and none is lost or counted twice", () => {
  // What the observer tells in each second: nothing, or its sums so far.
  const tells = fc.array(fc.option(fc.nat(1_000), { nil: undefined }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(fc.property(tells, (told) => {
    const sampler = new Sampler();
    const figures = (calls: number, ts: number) =>
      snapshot({
        ts,
        send: flow(calls, 10 * calls, histogram(Array(calls).fill(5_000))),
        sockets: [sent(1, 51, 10 * calls)],
      });
    sampler.started(start(1_000));
    sampler.base(figures(7, 1));
    let calls = 7;
    for (const [second, more] of told.entries()) {
      // The server goes on counting: what it says must not be added to what the kernel tells.
      sampler.report(report(second, [fact("Anna", 51, { bytesOut: 1e6 * second })]));
      if (more !== undefined) sampler.snapshot(figures(calls += more, second + 2));
      const { kernel, people } = sampler.second(second, undefined);
      assertEquals(kernel === undefined, more === undefined);
      if (more === undefined) assertEquals(people, []);
    }
    const last = told.findLastIndex((more) => more !== undefined);
    const seconds = sampler.seconds;
    assertEquals(
      seconds.map(({ kernel }) => kernel !== undefined),
      told.map((_, at) => at <= last),
    );
    const sum = (of: (second: Second) => number) =>
      seconds.reduce((sum, second) => sum + of(second), 0);
    assertEquals(sum(({ kernel }) => kernel?.sendCalls ?? 0), calls - 7);
    assertEquals(sum(({ kernel }) => kernel?.sentBytes ?? 0), 10 * (calls - 7));
    const slots = sum(({ kernel }) => (kernel?.sendSlots ?? []).reduce((a, b) => a + b, 0));
    assertEquals(slots, calls - 7);
    if (last >= 0) assertEquals(seconds[last]?.people[0]?.toTotal, 10 * (calls - 7));
  }));
});

Deno.test("seconds that wait are told again when their figures are there", () => {
  const sampler = new Sampler();
  sampler.started(start(1_000));
  sampler.base(snapshot({ ts: 1 }));
  for (const at of [1_000, 2_000, 3_000]) {
    assertEquals(sampler.second(at, undefined).kernel, undefined);
    assertEquals(sampler.amended, []);
  }
  sampler.snapshot(snapshot({ ts: 2, send: flow(8, 90) }));
  const last = sampler.second(4_000, undefined);
  const all = [...sampler.amended, last].map(({ at, kernel }) => [at, kernel?.sendCalls]);
  assertEquals(all, [[1_000, 2], [2_000, 2], [3_000, 2], [4_000, 2]]);
  assertEquals(all.length, sampler.seconds.length);
});

Deno.test("when nobody observes any more, the server's own counts are used again", () => {
  const sampler = new Sampler();
  sampler.started(start(1_000));
  sampler.report(report(1_000, [fact("Anna", 51, { bytesOut: 20 })]));
  assertEquals(sampler.second(1_000, undefined).people, []);
  sampler.ended();
  sampler.report(report(2_000, [fact("Anna", 51, { bytesOut: 120 })]));
  assertEquals(sampler.second(2_000, undefined).people.map(({ to }) => to), [100]);
});

Deno.test("a server that does not answer is told as unknown, and not as one where nothing happens", () => {
  const sampler = new Sampler();
  const totals = {
    connections: 1,
    taken: 5,
    delivered: 7,
    loopDelayMs: 1,
    fanoutP50Ms: 1,
    fanoutP99Ms: 1,
    memoryBytes: 1,
    lagBytes: 0,
  };
  const told = (at: number, delivered: number): ServerReport => ({
    ...report(at, [fact("Anna", 51, { bytesOut: delivered })]),
    totals: { ...totals, delivered },
  });
  sampler.report(told(1_000, 7));
  sampler.second(1_000, undefined);
  sampler.report(told(2_000, 9));
  const second = sampler.second(2_000, undefined);
  assertEquals([second.server?.delivered, second.serverAt, second.heard], [2, 2_000, 0]);
  const third = sampler.second(3_000, undefined);
  assertEquals([third.server, third.people, third.serverAt], [undefined, [], 2_000]);
  const fifth = sampler.second(5_000, undefined);
  assertEquals([fifth.users, fifth.serverAt, fifth.heard, fifth.rooms], [
    undefined,
    undefined,
    undefined,
    [],
  ]);
  // What happened in these four seconds is no second's alone.
  sampler.report(told(6_000, 19));
  assertEquals(sampler.second(6_000, undefined).server?.delivered, 3);
});

Deno.test("what happened while this process stood still is no second's alone", () => {
  const sampler = new Sampler();
  sampler.started(start(1_000));
  const told = (second: number) =>
    snapshot({ ts: second * 1e9, send: flow(10 * second, 100 * second) });
  sampler.snapshot(told(1));
  sampler.second(1_000, undefined);
  sampler.snapshot(told(2));
  const before = sampler.second(2_000, undefined);
  sampler.snapshot(told(10));
  const after = sampler.second(10_000, undefined);
  assertEquals([after.kernel?.sendCalls, after.kernel?.sentBytes], [10, 100]);
  // And the seconds before it stay as they were.
  assertEquals(sampler.amended, []);
  assertEquals(sampler.seconds[1], before);
});
