/**
 * `chat observe` as a user runs it, from a recording: what it prints, how it ends, what it may still do. Nothing here needs
 * a privilege.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { testWith } from "../../skips.ts";
import { chat } from "../program.ts";
import { io } from "./made.ts";
import { RECORDED, withRecording } from "./recording.ts";

const root = new URL("../../..", import.meta.url).pathname;

interface Line {
  readonly type: string;
  readonly [field: string]: unknown;
}

function jsonLines(out: string): Line[] {
  return out.trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("not on a terminal: a line per interval, then the connections and the summary", async () => {
  await withRecording(async (path) => {
    const { code, out, err } = await chat(["observe", "--replay", path, "--top", "2"]);
    assertEquals([code, err], [0, ""]);
    assertEquals(out.split("\n"), [
      "Observing process 4711 (tracepoint).",
      "What is read by splice is not seen.",
      "   time   sent/s  calls/s   received/s  calls/s   connections   lost",
      "   0:00   781 kB     1.1k       260 kB     1.1k             3      0",
      "   0:00   781 kB     1.1k       260 kB     1.1k             3      0",
      "   0:00   781 kB     1.1k       260 kB     1.1k             3      0",
      "",
      "peer              local           calls      in      out   rtt  resent  unsent  delay",
      "192.0.2.17:50420  127.0.0.1:8080    600  75,000  225,000  48µs       0       0   25µs",
      "127.0.0.1:50414   127.0.0.1:8080     60   3,000    9,000  24µs       0       0   25µs",
      "and 1 more (--top)",
      "",
      "666 calls in 0.3 s, then it ended: 234,360 bytes sent, 78,120 received; 0 lost (tracepoint).",
      "Watching took 9.6 % of a CPU in the kernel (320 ns a run).",
      "",
    ]);
  });
});

Deno.test("--follow prints each call, --hist the histograms", async () => {
  await withRecording(async (path) => {
    const followed = (await chat(["observe", "--replay", path, "--follow"])).out;
    assert(
      followed.includes("  recv  __sys_recvfrom       100 B  in 1.5 µs  20 µs after arrival  "),
    );
    assert(followed.includes("  send  __sys_sendto         300 B  in 9.0 µs  "));
    assert(!followed.includes("calls/s"), followed);
    const counted = (await chat(["observe", "--replay", path, "--hist"])).out;
    assert(counted.includes("Duration of calls that send (copying): p50 13 µs"), counted);
    assert(!counted.includes("__sys_sendto"), counted);
  });
});

Deno.test("--json: each call, three histograms, and the summary last", async () => {
  await withRecording(async (path) => {
    const { code, out } = await chat(["observe", "--replay", path, "--json"]);
    assertEquals(code, 0);
    const lines = jsonLines(out);
    assertEquals(lines.map(({ type }) => type), [
      "start",
      "io",
      "io",
      "hist",
      "hist",
      "hist",
      "summary",
    ]);
    assertEquals(lines[0]?.["pids"], [4711]);
    assertEquals(lines[1]?.["latency_ns"], 1_500);
    assertEquals(lines.at(-1)?.["lost"], 0);
    assertEquals(lines.at(-1)?.["duration_ms"], 300);
  });
});

for (const flag of ["--hist", "--no-events"]) {
  Deno.test(`--json ${flag} leaves the calls out`, async () => {
    await withRecording(async (path) => {
      const { out } = await chat(["observe", "--replay", path, "--json", flag]);
      assertEquals(jsonLines(out).map(({ type }) => type), [
        "start",
        "hist",
        "hist",
        "hist",
        "summary",
      ]);
    });
  });
}

const CUT =
  "chat: The recording was cut off 0.3 s after it began: what came after that is missing.\n";

Deno.test("a recording that was cut off is shown up to there and fails, also as JSON", async () => {
  // In its first interval: there are calls, and no figures.
  await withRecording(async (path) => {
    const { code, out, err } = await chat(["observe", "--replay", path]);
    assertEquals([code, err], [1, CUT]);
    assert(out.includes("192.0.2.17:50420") || out.includes("127.0.0.1:50414"), out);
    assert(out.includes("2 calls in 0.3 s: 300 bytes sent, 100 received; 0 lost"), out);
  }, RECORDED.slice(0, 3));
  await withRecording(async (path) => {
    const { code, out, err } = await chat(["observe", "--replay", path, "--json"]);
    assertEquals([code, err], [1, CUT.replace("0.3", "0.1")]);
    assertEquals(jsonLines(out).at(-1)?.["reason"], "cut");
  }, RECORDED.slice(0, 4));
});

testWith(["sh", "head"], "a reader that leaves early is no failure", async () => {
  const calls = Array.from({ length: 5_000 }, () => io());
  await withRecording(async (path) => {
    const deno = Deno.execPath();
    const script =
      `{ '${deno}' run -A cli/main.ts observe --replay '${path}' --json; echo $? >&2; } | head -n 1`;
    const { stdout, stderr } = await new Deno.Command("sh", { args: ["-c", script], cwd: root })
      .output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals(jsonLines(text(stdout)).length, 1);
    assertEquals(text(stderr), "0\n");
  }, [RECORDED[0] ?? io(), ...calls, ...RECORDED.slice(3)]);
});

Deno.test("a replay may do nothing any more once the file is open", async () => {
  await withRecording(async (path) => {
    const { err } = await chat(["observe", "--replay", path], { env: { CHAT_DEBUG: "1" } });
    assertEquals(err, "permissions: \n");
  });
});

const FAILING: readonly (readonly [name: string, text: string | Uint8Array, says: RegExp])[] = [
  ["something else", "hello\n", /^chat: This is no recording of an observation: .*\.\n$/],
  ["an empty file", "", /^chat: This is no recording of an observation: it is empty\.\n$/],
  ["no text", new Uint8Array([0xff, 0xfe, 0]), /^chat: This is no recording .* it is no text\.\n$/],
  [
    "damage",
    '{"kind":"recording","version":1}\n{"kind":"start"}\n',
    /^chat: Line 2 of the recording is damaged: .*\.\n$/,
  ],
];
for (const [name, text, says] of FAILING) {
  Deno.test(`replaying ${name} fails with a sentence`, async () => {
    const path = await Deno.makeTempFile();
    try {
      await Deno.writeFile(path, typeof text === "string" ? new TextEncoder().encode(text) : text);
      const { code, out, err } = await chat(["observe", "--replay", path]);
      assertEquals([code, out], [1, ""]);
      assert(says.test(err), err);
    } finally {
      await Deno.remove(path);
    }
  });
}

Deno.test("a recording that is not there, and one that cannot be made, fail with a sentence", async () => {
  const missing = await chat(["observe", "--replay", "/nonexistent/seen"]);
  assertEquals(missing.code, 1);
  assertEquals(missing.err, "chat: /nonexistent/seen cannot be opened: it is not there.\n");
  const made = await chat(["observe", "--pid", "1", "--record", "/nonexistent/seen"]);
  assertEquals(made.code, 1);
  assertEquals(made.err, "chat: /nonexistent/seen cannot be opened: its directory is not there.\n");
});

const WRONG: readonly (readonly [args: readonly string[], says: string])[] = [
  [[], "Which process? Give its number with --pid, or --pid server"],
  [["--pid", "chat"], "A process is a number from 1 on"],
  [["--pid", "0"], "A process is a number from 1 on"],
  [["--pid", Array.from({ length: 33 }, (_, index) => index + 1).join()], "At most 32 processes"],
  [["--pid", "1", "--duration", "soon"], "It must be a number of seconds"],
  [["--pid", "1", "--interval", "0.01"], "from 0.05 to 60"],
  [["--pid", "1", "--backend", "magic"], "Allowed choices are auto, kprobe, fentry, tracepoint"],
  [["--pid", "1", "--functions", "rm -rf"], "Functions are names"],
  [["--comm", ""], "one line and not empty"],
  [["--cgroup", "/a/../b"], "A control group is a path"],
  [["--cgroup", "1,2,3,4,5,6,7,8,9"], "At most 8 control groups"],
  [["--children"], "Whose children?"],
  [["--pid", "1", "--all"], "cannot be used with"],
  [["--comm", "deno", "--children"], "cannot be used with"],
  [["--comm", "deno", "--cgroup", "/a"], "cannot be used with"],
  [["--cgroup", "/a", "--all"], "cannot be used with"],
  [["--all", "--replay", "x"], "cannot be used with"],
  [["--pid", "1", "--replay", "x"], "cannot be used with"],
  [["--replay", "x", "--record", "y"], "cannot be used with"],
];
for (const [args, says] of WRONG) {
  const short = args.join(" ").slice(0, 40);
  Deno.test(`chat observe ${short} is wrong usage`, async () => {
    const { code, err } = await chat(["observe", ...args]);
    assertEquals(code, 2, err);
    assert(err.includes(says), err);
  });
}
