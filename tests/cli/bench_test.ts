/**
 * `chat bench` as a user types it.
 *
 * @module
 */

import { comparisonText } from "../../cli/bench/comparison.ts";
import { plotRows } from "../../cli/bench/plot.ts";
import { progressText } from "../../cli/bench/progress_line.ts";
import type { Report } from "../../cli/bench/report.ts";
import { asked, reportText } from "../../cli/bench/report_text.ts";
import { parseClients, parseUsage } from "../../cli/bench/server_process.ts";
import { selfSigned } from "../../cli/tls/self_signed.ts";
import { assert, assertEquals } from "../assert.ts";
import { serve } from "../../server/mod.ts";
import { startServer } from "../harness.ts";
import { testedTransport } from "../transport.ts";
import { chat } from "./program.ts";

const SMALL = ["--members", "10", "--senders", "2", "--warm-up", "1s", "--duration", "1s"];

Deno.test("chat bench --json prints what --compare reads", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  const where = ["bench", "-s", `127.0.0.1:${server.port}`, ...SMALL];
  const first = await chat([...where, "--no-ceiling", "--json"]);
  assertEquals([first.code, first.err], [0, ""]);
  const report = JSON.parse(first.out) as Report;
  assert(report.deliveriesPerS > 0 && report.latencyUs.p50 > 0, first.out);
  assertEquals([report.lost, report.doubled, report.outOfOrder, report.changed], [0, 0, 0, 0]);
  assertEquals(report.ceilingPerS, undefined);

  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, first.out);
    const second = await chat([...where, "--compare", file]);
    assertEquals([second.code, second.err], [0, ""]);
    for (const word of ["10 members, 2 talk", "0 lost", "reaches", "now/then", "deliveries/s"]) {
      assert(second.out.includes(word), `"${word}" is missing in:\n${second.out}`);
    }
    const sentence =
      `chat: Cannot compare with ${file}: it is not what chat bench --json has printed.\n`;
    const wrong = { ...report, at: "\u009b31m" };
    const hostile = { ...report, plan: { ...report.plan, way: "\n[Server]" } };
    const odd = [{ way: ["frames"] }, { way: { toString: 1 } }, { size: -1 }, { size: 1e308 }]
      .map((change) => ({ ...report, plan: { ...report.plan, ...change } }));
    const texts = [wrong, hostile, ...odd, { ...report, deliveriesPerS: 1e308 }].map((value) =>
      JSON.stringify(value)
    );
    for (const text of ["{}", "[", ...texts]) {
      await Deno.writeTextFile(file, text);
      const { code, err } = await chat([...where, "--compare", file]);
      assertEquals([code, err], [1, sentence]);
    }
    assertEquals((await chat([...where, "--compare", "/dev/zero"])).code, 1);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("chat bench speaks TLS in each way, and believes whom every client believes", async () => {
  const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });
  await using server = serve({
    tls: pair,
    http: {},
    limits: { messagesPerSecond: 0 },
    transport: testedTransport(),
  });
  const state = await Deno.makeTempDir({ prefix: "chat-bench-" });
  const env = { XDG_STATE_HOME: state };
  try {
    const bench = ["bench", ...SMALL, "--json"];
    for (const way of ["frames", "text", "websocket"]) {
      const port = way === "websocket" ? server.http?.port : server.port;
      const ran = await chat([...bench, "-s", `chats://localhost:${port}`, "--over", way], { env });
      assertEquals(ran.code, 0, ran.err);
      assert(ran.err.includes("vouches for itself") !== (way === "text"), `${way}: ${ran.err}`);
      const report = JSON.parse(ran.out) as Report;
      assert(report.deliveriesPerS > 0, ran.out);
      assertEquals([report.lost, report.doubled, report.plan.tls], [0, 0, []]);
      assert(asked(report).endsWith(`${way} over TLS`), asked(report));
    }
    const next = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });
    server.renewCertificate(next);
    const refused = await chat([...bench, "-s", `chats://localhost:${server.port}`], { env });
    assertEquals(refused.code, 1);
    assert(refused.err.includes("IS NOT THE ONE THAT IT WAS"), refused.err);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

const WRONG: readonly (readonly [args: string[], code: number, says: string])[] = [
  [["--members", "3", "--rooms", "4"], 2, "more rooms than members"],
  [["--over", "text", "--until", "own"], 2, "does not get back what he says"],
  [["--over", "text", "--ids"], 2, "carry no ids"],
  [["--size", "9000"], 2, "at most 8192 bytes"],
  [["--compare", "/nonexistent"], 1, "there is no such file"],
  [["--over", "websocket", "--transport", "epoll"], 2, "--transport runtime"],
  [["--json", "--compare", "/nonexistent"], 2, "--json prints this result alone"],
  [["--warm-up", "0s"], 2, "A duration cannot be 0."],
  [["--over", "morse"], 2, "Allowed choices are frames, text, websocket"],
];
for (const [args, code, says] of WRONG) {
  Deno.test(`chat bench ${args.join(" ")} is refused`, async () => {
    const ran = await chat(["bench", "-s", "127.0.0.1:1", ...args]);
    assertEquals(ran.code, code, ran.err);
    assert(ran.err.includes(says), `"${says}" is missing in: ${ran.err}`);
  });
}

const REPORT: Report = {
  plan: {
    host: "127.0.0.1",
    port: 8080,
    way: "frames",
    transport: "epoll",
    members: 1_000,
    senders: 4,
    rooms: 1,
    inFlight: 8,
    rate: 0,
    size: 200,
    until: "all",
    ids: true,
    warmUpSeconds: 1,
    seconds: 5,
    threads: 1,
    run: "a3f0",
  },
  at: "2026-11-27T12:00:00.000Z",
  loginMs: 123.4,
  seconds: 5,
  deliveriesPerS: 2_000_000,
  messagesPerS: 2_000,
  bytesPerS: 5e8,
  latencyUs: { p50: 1_200, p90: 1_500, p99: 3_000, p999: 9_000, max: 12_345 },
  spread: [[64, 0], [1_024, 25], [2_048, 75], [4_096, 0]],
  timeline: {
    everySeconds: 0.5,
    points: [
      { p50: 1_024, p99: 1_448, max: 1_500, count: 9 },
      { p50: 1_448, p99: 4_096, max: 9_000, count: 9 },
      { p50: 0, p99: 0, max: 0, count: 0 },
      { p50: 1_024, p99: 2_048, max: 3_000, count: 7 },
    ],
  },
  interrupted: false,
  lost: 0,
  doubled: 0,
  outOfOrder: 0,
  changed: 0,
  foreign: 0,
  misnumbered: 0,
  generatorCores: 0.62,
  server: { pid: 7, cores: 0.98, rssBytes: 1e8, peakBytes: 1.2e8 },
  ceilingPerS: 2_100_000,
};

Deno.test("a result is told in lines that fit a terminal", () => {
  assertEquals(
    reportText(REPORT, 80),
    `1,000 members, 4 talk: 8 of each on the way until all have it; 200 bytes with
ids; frames

deliveries   2,000,000 a second (2,000 messages)   500 MB/s
latency      p50 1.2 ms   p90 1.5 ms   p99 3.0 ms   p99.9 9.0 ms   max 12 ms
checked      0 lost   0 doubled   0 out of order   0 changed
login        1,000 in 123 ms
server       0.98 cores   100 MB (at most 120 MB)
             process 7, which listens on port 8080 here
generator    0.62 cores in one thread   sockets by epoll
             reaches 2,100,000 a second with a server that does next to nothing

█ p50  ░ p99  of each 0.5 s
  4.1 ms │   ░░░
  3.4 ms │   ░░░
  2.9 ms │   ░░░
  2.4 ms │   ░░░
  2.0 ms │   ░░░   ░░░
  1.7 ms │   ░░░   ░░░
  1.4 ms │░░░███   ░░░
  1.2 ms │▁▁▁███   ▁▁▁
         └────────────
          0 s      2 s

≤  1.0 ms  █████████████▍                           25 %
≤  2.0 ms  ████████████████████████████████████████ 75 %
`,
  );
});

Deno.test("a load generator that is busy itself says so", () => {
  const advice = "It may be what limits: try more --threads";
  const text = (generatorCores: number, threads: number) =>
    reportText({ ...REPORT, generatorCores, plan: { ...REPORT.plan, threads } }, 80);
  assertEquals([0.95, 0.62].map((cores) => text(cores, 1).includes(advice)), [true, false]);
  assertEquals([1.95, 0.95].map((cores) => text(cores, 2).includes(advice)), [true, false]);
});

Deno.test("a result fits any terminal that has room for a figure, and says why the server is not seen", () => {
  const { server: _, ...rest } = REPORT;
  const unseen = "not seen: it may be on another machine";
  const interrupted = { ...rest, serverUnseen: unseen, interrupted: true, seconds: 2.34 };
  for (const width of [200, 80, 60, 40]) {
    const text = reportText(interrupted, width);
    const widest = Math.max(...text.split("\n").map((line) => [...line].length));
    assert(widest <= width, `${widest} columns instead of ${width}:\n${text}`);
    assert(text.includes("Interrupted after 2.3 s of 5 s."), text);
    assert(text.replace(/\s+/g, " ").includes(unseen), text);
  }
});

Deno.test("a plot shows what took longest, however few columns there are", () => {
  const points = Array.from({ length: 60 }, (_, at) => {
    const us = at === 31 ? 900_000 : 1_000;
    return { p50: 1_000, p99: us, max: us, count: 5 };
  });
  for (const width of [80, 40, 20]) {
    const rows = plotRows({ everySeconds: 1, points }, width);
    assertEquals(rows[1]?.split("│")[1]?.replace(/ /g, ""), "░", rows.join("\n"));
    assert(rows.at(-1)?.endsWith("60 s"), rows.join("\n"));
  }
  assertEquals(plotRows({ everySeconds: 1, points: [] }, 80), []);
  const nothing = { p50: 0, p99: 0, max: 0, count: 0 };
  assertEquals(plotRows({ everySeconds: 1, points: [nothing] }, 80), []);
});

Deno.test("an open loop and rooms are told, too", () => {
  const plan = { ...REPORT.plan, rate: 500, rooms: 20, ids: false };
  assertEquals(
    asked({ plan }),
    "1,000 members in 20 rooms, 4 talk: 500 messages a second, whatever becomes of them; 200 bytes; frames",
  );
});

Deno.test("a comparison names what was asked for otherwise, and leaves out what only one has", () => {
  const { server: _, ...then } = { ...REPORT, deliveriesPerS: 1_000_000 };
  const text = comparisonText({ ...then, plan: { ...then.plan, size: 100 } }, REPORT);
  assert(/deliveries\/s +1,000,000 +2,000,000 +2\.00/.test(text), text);
  assert(!text.includes("cores"), text);
  assert(text.includes("asked for something else: 1,000 members"), text);
});

Deno.test("progress is a line for each phase", () => {
  const { plan } = REPORT;
  assertEquals(
    progressText(plan, { kind: "logging in", loggedIn: 12 }),
    "12 of 1000 have logged in",
  );
  assertEquals(
    progressText(plan, { kind: "measuring", seconds: 1.26, deliveriesPerS: 2_431_000 }),
    "1.3 of 5 s: 2.4M deliveries a second",
  );
});

Deno.test("the kernel's files are read also when a process has an odd name", () => {
  const stat = `7 (de) no) S 1 ${"0 ".repeat(9)}250 50 0 0`;
  const status = "Name:\tdeno\nVmHWM:\t   2000 kB\nVmRSS:\t   1000 kB\n";
  assertEquals(parseUsage(7, `${stat}\n${status}`, 5), {
    pid: 7,
    atMs: 5,
    cpuSeconds: 3,
    rssBytes: 1_024_000,
    peakBytes: 2_048_000,
  });
  assertEquals(parseUsage(7, "", 5), undefined);
});

Deno.test("whose a connection is, and from where, is read from what ss prints of it", () => {
  const text = [
    'ESTAB 0      0          127.0.0.1:50414 127.0.0.1:8080  users:(("deno",pid=4711,fd=21))',
    'ESTAB 0      0      [::ffff:127.0.0.1]:50416 [::ffff:127.0.0.1]:8080 users:(("nc",pid=7,fd=3),("sh",pid=8,fd=3))',
    // Somebody else's, of whom it is not told whose it is.
    "ESTAB 0      0          127.0.0.1:50418 127.0.0.1:8080",
    "",
  ].join("\n");
  assertEquals(parseClients(text), [
    { pid: 4711, address: "127.0.0.1:50414" },
    { pid: 7, address: "[::ffff:127.0.0.1]:50416" },
  ]);
  assertEquals(parseClients(""), []);
});
