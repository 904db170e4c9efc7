/**
 * Claims about what is printed where there is no screen: amounts, lines, histograms, JSON.
 *
 * @module
 */

import fc from "fast-check";
import { changes, type ConnFigures, firstChanges, type Flow } from "../../../observe/mod.ts";
import { amount, bytes, clock, share, shortTime, time } from "../../../cli/observe/amounts.ts";
import { chartRows } from "../../../cli/observe/chart.ts";
import { Closings } from "../../../cli/observe/closings.ts";
import { connections } from "../../../cli/observe/connections.ts";
import { closeJson, histogramsJson, ioJson, summaryJson } from "../../../cli/observe/json.ts";
import { Ledger } from "../../../cli/observe/ledger.ts";
import {
  callLine,
  closeLine,
  connectionsText,
  headText,
  histogramsText,
  INTERVAL_HEAD,
  intervalLine,
  summaryText,
} from "../../../cli/observe/lines.ts";
import { lossesText, shortLosses } from "../../../cli/observe/losses.ts";
import { plain } from "../../../cli/tty/style.ts";
import { assert, assertEquals } from "../../assert.ts";
import { BEGIN, histogram, io, made, snapshot, socket } from "./made.ts";

const start = made();
const end = { kind: "end", ts: BEGIN + 3.2e9, reason: "exited", last: snapshot(3) } as const;
const summary = {
  backend: "tracepoint",
  events: 666,
  lost: 7,
  durationMs: 3_200,
  bytesSent: 234_360,
  bytesReceived: 78_120,
} as const;

Deno.test("amounts are exact while they are short, and short then", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0"],
    [0.25, "0.3"],
    [7, "7"],
    [999, "999"],
    [999.6, "1.0k"],
    [1_000, "1.0k"],
    [9_949, "9.9k"],
    [9_951, "10k"],
    [999_499, "999k"],
    [999_500, "1.0M"],
    [123_456_789, "123M"],
    [2 ** 53, "9.0P"],
  ];
  for (const [value, text] of cases) assertEquals(amount(value), text);
  assertEquals([bytes(0), bytes(12), bytes(1_234)], ["0 B", "12 B", "1.2 kB"]);
});

Deno.test("times have the unit in which they are short", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0 ns"],
    [999, "999 ns"],
    [999.7, "1.0 µs"],
    [1_024, "1.0 µs"],
    [12_345, "12 µs"],
    [999_600, "1.0 ms"],
    [3_400_000_000, "3.4 s"],
    [2 ** 39, "550 s"],
  ];
  for (const [ns, text] of cases) assertEquals(time(ns), text);
  assertEquals(shortTime(1_024), "1.0µs");
});

Deno.test("amounts take five columns at most, times six", () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 2 ** 53, noNaN: true }), (value) => {
    assert(amount(value).length <= 5, amount(value));
    if (value < 999e9) assert(shortTime(value).length <= 5, shortTime(value));
  }));
});

Deno.test("clock() and share() read as people say them", () => {
  assertEquals([clock(0), clock(7_999), clock(750_000), clock(3_723_000)], [
    "0:00",
    "0:07",
    "12:30",
    "1:02:03",
  ]);
  assertEquals([share(0), share(0.0001), share(0.0032), share(0.123)], [
    "0.0 %",
    "<0.1 %",
    "0.3 %",
    "12 %",
  ]);
});

Deno.test("a chart shows whatever is not nothing, however rare, and no slot outside of its range", () => {
  const rows = chartRows(
    { title: "t", histogram: histogram({ 3: 100_000, 5: 1 }), empty: "" },
    40,
    2,
  ).map(plain);
  assertEquals(rows, [
    "t",
    "█████",
    "█████       ▁▁▁▁▁",
    "1.0µs 2.0µs 4.1µs",
    "p50 1.5 µs  p99 2.0 µs  of 100k",
  ]);
});

Deno.test("a chart that is wider than its room puts slots together", () => {
  const slots = Object.fromEntries(Array.from({ length: 32 }, (_, slot) => [slot, 1]));
  const rows = chartRows({ title: "t", histogram: histogram(slots), empty: "" }, 20, 1).map(plain);
  assertEquals(rows[1], "█".repeat(16));
});

Deno.test("lines tell an interval each, under their names", () => {
  const text = INTERVAL_HEAD +
    intervalLine(snapshot(1), firstChanges(BEGIN, snapshot(1)), start) +
    intervalLine(snapshot(2, { lost: 3 }), changes(snapshot(1), snapshot(2)), start);
  assertEquals(text.split("\n"), [
    "   time   sent/s  calls/s   received/s  calls/s   connections   lost",
    "   0:01    78 kB      111        26 kB      111             3      0",
    "   0:02    78 kB      111        26 kB      111             3      3",
    "",
  ]);
});

Deno.test("the head names what is watched and what cannot be seen", () => {
  assertEquals(
    headText(made({ pids: [1, 2] })),
    "Observing processes 1, 2 (tracepoint).\n" +
      "What is read by splice is not seen.\n",
  );
});

Deno.test("a followed call is one line, whatever its address says", () => {
  assertEquals(
    callLine(io({ durationNs: 12_345, delayNs: 40_000, offset: 1_300 }), start),
    "   0.250000  4711/4713  recv  __sys_recvfrom       100 B  in 12 µs  40 µs after arrival" +
      "  127.0.0.1:8080  ← 127.0.0.1:50414  @1300\n",
  );
  assertEquals(
    callLine(io({ op: "send", bytes: 0, errno: 32, remote: "a\nb\x1b[2J" }), start),
    "   0.250000  4711/4713  send  __sys_recvfrom    error 32  127.0.0.1:8080  → a⏎b␛[2J\n",
  );
});

Deno.test("the table at the end has the first of the connections and counts the others", () => {
  const rows = connections(firstChanges(BEGIN, snapshot(1)).rows, "bytes");
  assertEquals(connectionsText(rows, 1).split("\n"), [
    "peer              local           calls      in     out   rtt  resent  unsent  delay",
    "192.0.2.17:50420  127.0.0.1:8080    200  25,000  75,000  48µs       0       0   25µs",
    "and 2 more (--top)",
    "",
  ]);
  assertEquals(connectionsText([], 1), "No connection moved a byte.\n");
});

Deno.test("histograms as text say what they measure", () => {
  const text = histogramsText(end);
  assert(text.includes("Duration of calls that send (copying): p50 13 µs  p99 33 µs  of 333\n"));
  assert(text.includes("\n ≥ 4.1 µs          60  ██████████████\n"), text);
  const none = { ...end, last: snapshot(3, { delays: histogram({}) }) };
  assert(histogramsText(none).includes("to its reading: nothing measured\n"));
});

const LIVES: ConnFigures = {
  connects: 0,
  failed: 0,
  accepts: 0,
  closes: 0,
  retransmits: 0,
  resetsSent: 0,
  resetsReceived: 0,
  lost: 0,
};

Deno.test("a closed connection is told once, with who it was, for how long, and what it moved", () => {
  const closings = new Closings();
  const open = socket(1, "192.0.2.17:50420", 2);
  const closed = { ...open, closed: true };
  const other = { ...socket(3, "192.0.2.17:1\u001b", 1), closed: true };
  assertEquals(closings.take(snapshot(1, { sockets: [open] })), []);
  assertEquals(closings.take(snapshot(2, { sockets: [closed, other] })), [other, closed]);
  assertEquals(closings.take(snapshot(3, { sockets: [closed] })), []);
  // A number is never used again, so one that left is not remembered.
  assertEquals(closings.take(snapshot(4, { sockets: [] })), []);
  assertEquals(closings.take(io()), []);
  // Who hears of each closing as it happens does not hear of it again.
  const connections = { ...LIVES, closes: 1 };
  assertEquals(closings.take(snapshot(5, { sockets: [closed], connections })), []);
  assertEquals(
    closeLine(closed, start),
    "   2.000000  4711  closed  seen for 2.0 s  2.0 kB in  6.0 kB out  127.0.0.1:8080  ↔ 192.0.2.17:50420\n",
  );
  assert(closeLine(other, start).endsWith("2 resent  127.0.0.1:8080  ↔ 192.0.2.17:1␛\n"));
  assertEquals(JSON.parse(closeJson(closed)), {
    type: "close",
    ts: BEGIN + 2e9,
    pid: 4711,
    socket: 1,
    family: "inet",
    local: "127.0.0.1:8080",
    remote: "192.0.2.17:50420",
    seen_ns: 2e9,
    calls: 40,
    bytes_sent: 6_000,
    bytes_received: 2_000,
    rtt_us: 24,
    retransmits: 0,
  });
});

Deno.test("what the observer could not tell has a sentence each, and a place for programs", () => {
  assertEquals(lossesText(snapshot(3)), "");
  const last = snapshot(3, { socketsFull: 28_000, strays: 1, leftOut: 2 });
  const lossy = { ...end, last };
  const sentences =
    "28,000 calls came on connections for which the kernel's table had no room: they are in the totals alone, " +
    "and in no row.\n" +
    "1 call had begun unseen: they are in the totals, and in no duration.\n" +
    "Children that are not watched, because there was no room for them: 2.\n";
  assertEquals(lossesText(last), sentences);
  assert(summaryText(summary, start, lossy).includes(`lost (tracepoint).\n${sentences}`));
  // One of 666 does not matter, ten do.
  assertEquals(shortLosses(last), ["28k unlisted"]);
  assertEquals(shortLosses({ ...last, strays: 10 }), ["28k unlisted", "10 untimed"]);
  const json = JSON.parse(summaryJson({ start, summary, end: lossy, connections: [] }));
  assertEquals([json.sockets_full, json.strays, json.lost], [28_000, 1, 7]);
});

Deno.test("where no call is timed, none is missing among the timed ones", () => {
  const { send, recv } = snapshot(3);
  const untimed = (flow: Flow) => ({ ...flow, durations: histogram({}) });
  const last = snapshot(3, { strays: 5, send: untimed(send), recv: untimed(recv) });
  assertEquals([lossesText(last), shortLosses(last)], ["", []]);
});

Deno.test("the summary tells calls, bytes, losses, and what watching cost", () => {
  assertEquals(
    summaryText(summary, start, end),
    "666 calls in 3.2 s, then it ended: 234,360 bytes sent, 78,120 received; 7 lost (tracepoint).\n" +
      "Watching took 9.6 % of a CPU in the kernel (320 ns a run, measured in 10 % of the time).\n",
  );
  const own = { ms: 96, share: 0.03 };
  assert(
    summaryText(summary, start, end, own).endsWith(
      "(320 ns a run, measured in 10 % of the time) and 3.0 % of a CPU in this program.\n",
    ),
  );
  const unknown = { ...end, last: { ...end.last, cost: { runs: 100, ns: 32_000 } } };
  assert(
    summaryText(summary, start, unknown).endsWith("\nWatching took 320 ns a run in the kernel.\n"),
  );
});

Deno.test("an io line has the contract's fields, always with a latency, and more where it is known", () => {
  assertEquals(JSON.parse(ioJson(io())), {
    type: "io",
    ts: BEGIN + 250_000_000,
    pid: 4711,
    tid: 4713,
    op: "recv",
    func: "__sys_recvfrom",
    bytes: 100,
    latency_ns: null,
    local: "127.0.0.1:8080",
    remote: "127.0.0.1:50414",
    socket: 1,
    family: "inet",
  });
  const { remote: _, ...unnamed } = io({
    durationNs: 12,
    delayNs: 34,
    errno: 32,
    fd: 5,
    offset: 0,
  });
  const line = JSON.parse(ioJson(unnamed));
  assertEquals("remote" in line, false);
  assertEquals(
    [line.latency_ns, line.delay_ns, line.errno, line.fd, line.offset],
    [12, 34, 32, 5, 0],
  );
});

Deno.test("hist lines hold every count once, in slots that touch", () => {
  const lines = histogramsJson(end).trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ type, op, of, unit }) => [type, op, of, unit]), [
    ["hist", "send", "duration", "ns"],
    ["hist", "recv", "duration", "ns"],
    ["hist", "recv", "delay", "ns"],
  ]);
  for (const { buckets, count } of lines) {
    let sum = 0;
    for (const [index, bucket] of buckets.entries()) {
      sum += bucket.count;
      if (index > 0) assertEquals(bucket.ge, buckets[index - 1].lt);
      assertEquals(bucket.lt, bucket.ge === 0 ? 256 : 2 * bucket.ge);
    }
    assertEquals(sum, count);
  }
  assertEquals(lines[1].buckets[0], { ge: 1_024, lt: 2_048, count: 270 });
});

Deno.test("the last slot has no end, and says so", () => {
  const last = snapshot(1, { delays: histogram({ 31: 1 }) });
  const line = JSON.parse(histogramsJson({ ...end, last }).trimEnd().split("\n")[2] ?? "");
  assertEquals(line.buckets, [{ ge: 2 ** 38, lt: null, count: 1 }]);
});

Deno.test("the summary line has the contract's fields, and the connections", () => {
  const rows = connections(firstChanges(BEGIN, snapshot(1)).rows, "bytes");
  const line = JSON.parse(summaryJson({ start, summary, end, connections: rows }));
  assertEquals(
    [line.type, line.backend, line.events, line.lost, line.duration_ms, line.reason],
    ["summary", "tracepoint", 666, 7, 3_200, "exited"],
  );
  assertEquals(line.connections[0], {
    pid: 4711,
    peer: "192.0.2.17:50420",
    local: "127.0.0.1:8080",
    calls: 200,
    bytes_sent: 75_000,
    bytes_received: 25_000,
    rtt_us: 48,
    retransmits: 0,
    unsent: 0,
    closed: false,
  });
});

Deno.test("the ledger remembers what the kernel's table has dropped, and forgets the least first", () => {
  const ledger = new Ledger(8);
  ledger.take(snapshot(1, { sockets: [socket(1, "a", 1, { bytes: 5_000 })] }));
  ledger.take(snapshot(2, { sockets: [socket(2, "b", 1), socket(2, "b", 2)] }));
  assertEquals(ledger.sockets().map(({ socket, send }) => [socket, send.calls]), [[1, 10], [
    2,
    20,
  ]]);
  const many = Array.from(
    { length: 8 },
    (_, index) => socket(10 + index, "c", 1, { bytes: index }),
  );
  ledger.take(snapshot(3, { sockets: many }));
  const kept = ledger.sockets().map(({ socket }) => socket);
  assertEquals(kept, [1, 2, 14, 15, 16, 17]);
});
