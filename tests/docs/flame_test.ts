/**
 * Flame graphs: a profile becomes boxes as wide as the time they stand for, whatever is in it, and in bounded space.
 *
 * @module
 */

import fc from "fast-check";
import type { Calls } from "../../docs/flame/calls.ts";
import { callsOfProfile } from "../../docs/flame/cpu_profile.ts";
import { flameGraph } from "../../docs/flame/graph.ts";
import { draw } from "../../docs/flame/main.ts";
import { callsOfPerf, lastOfMap } from "../../docs/flame/perf_script.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

const BYTES_MAX = 300_000;

function node(id: number, functionName: string, url: string, children: readonly number[] = []) {
  return {
    id,
    callFrame: { functionName, url, lineNumber: 9, columnNumber: 0, scriptId: "1" },
    children,
  };
}

const SEND = "file:///home/ann/chat/server/transport/chorus.ts";
/** Ten milliseconds: seven in `send`, of which `wake` was called from two places of one function, and three in nothing. */
const PROFILE = {
  nodes: [
    node(1, "(root)", "", [2, 5, 6]),
    node(2, "wake", "file:///home/ann/chat/server/rooms/in_step.ts", [3, 4]),
    node(3, "send", SEND),
    node(4, "send", SEND),
    node(5, "(idle)", ""),
    node(6, "<b>&", "ext:core/x.js"),
  ],
  startTime: 1_000,
  endTime: 11_000,
  samples: [1, 3, 4, 5, 6],
  timeDeltas: [0, 0, 3_000, 4_000, 2_000],
};

/** The boxes of a picture: what is said of each, and where it is. */
function boxes(svg: string) {
  const box =
    /<g><title>([^<]*)<\/title><rect class="(\w+)" x="([\d.]+)" y="(\d+)" width="([\d.]+)"/g;
  return [...svg.matchAll(box)].map(([, hint = "", kind = "", x, y, width]) => ({
    hint,
    kind,
    x: Number(x),
    y: Number(y),
    width: Number(width),
  }));
}

Deno.test("each function is as wide as its time, those of two places of one function are one, and doing nothing is left out", () => {
  const svg = draw(JSON.stringify(PROFILE), { title: "A title" });
  const seen = boxes(svg);
  const of = (name: string) => seen.find(({ hint }) => hint.startsWith(name));
  assertEquals(seen.length, 4, svg);
  const [all, wake, send, strange] = [of("all"), of("wake"), of("send"), of("&lt;b&gt;&amp;")];
  assertEquals(all?.hint, "all: 100 %, 8 ms; itself 0.0 %");
  assertEquals(wake?.hint, "wake (server/rooms/in_step.ts:10): 88 %, 7 ms; itself 0.0 %");
  assertEquals(send?.hint, "send (server/transport/chorus.ts:10): 88 %, 7 ms; itself 88 %");
  assertEquals(strange?.hint, "&lt;b&gt;&amp; (ext:core/x.js:10): 13 %, 1 ms; itself 13 %");
  assertEquals([wake?.kind, send?.kind, strange?.kind], ["chat", "sockets", "runtime"]);
  assert(Math.abs((send?.width ?? 0) / (all?.width ?? 1) - 7 / 8) < 0.01);
  assert((send?.y ?? 0) < (wake?.y ?? 0) && (wake?.y ?? 0) < (all?.y ?? 0), "Callers are below");
  assert(svg.includes("<title>A title</title>"));
  assert(svg.includes("prefers-color-scheme:dark"));
  assert(!svg.includes("home/ann"), "Where the project lies is nobody's business");
});

Deno.test("a picture is small and whole however many functions there are, and every box lies above its caller's", () => {
  const name = fc.string({ maxLength: 300, unit: "binary" });
  const profile = fc.array(
    fc.record({ name, parent: fc.nat(), weight: fc.nat({ max: 9_999 }) }),
    { minLength: 1, maxLength: 3_000 },
  ).map((made) => {
    const nodes = [node(1, "(root)", "", [])];
    const children: number[][] = [[]];
    made.forEach(({ name, parent }, at) => {
      nodes.push(node(at + 2, name, SEND));
      children.push([]);
      children[parent % (at + 1)]?.push(at + 2);
    });
    const timeDeltas = made.map(({ weight }) => weight);
    const endTime = timeDeltas.reduce((sum, delta) => sum + delta, 0);
    return {
      nodes: nodes.map((one, at) => ({ ...one, children: children[at] })),
      startTime: 0,
      endTime,
      samples: made.map((_, at) => at + 2),
      timeDeltas,
    };
  });
  fc.assert(
    fc.property(profile, (profile) => {
      const svg = draw(JSON.stringify(profile), { title: "Any" });
      assert(new TextEncoder().encode(svg).length < BYTES_MAX, "It is small");
      const tags = [...svg.matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g)];
      const open: string[] = [];
      for (const [, closing, tag = "", empty] of tags) {
        if (closing) assertEquals(open.pop(), tag);
        else if (!empty) open.push(tag);
      }
      assertEquals(open, []);
      const seen = boxes(svg);
      const bottom = Math.max(...seen.map(({ y }) => y));
      for (const { x, y, width } of seen.filter(({ y }) => y < bottom)) {
        const below = seen.some((one) =>
          one.y > y && one.y - y < 20 && one.x <= x + 0.1 && one.x + one.width >= x + width - 0.2
        );
        assert(below, "Nothing hangs in the air");
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("what perf script prints is read: the kernel's functions, libraries' and scripts'", () => {
  const text = `deno 4711 12.345678:    1000000 cpu-clock:
\tffffffff81a2b3c4 tcp_sendmsg+0x12 ([kernel.kallsyms])
\t    7f00aabbccdd __send+0x4d (/usr/lib/x86_64-linux-gnu/libc.so.6)
\t    7f3a10c2dd00 JS:*send file:///home/ann/chat/server/transport/chorus.ts:15:9+0x40 (/tmp/perf-4711.map)

deno 4711 12.346678:    1000000 cpu-clock:
\t    55d1c0ffee00 <v8::internal::Heap as core::fmt::Debug>::f::h0123456789abcdef+0x1 (/usr/bin/deno)

`;
  const calls = callsOfPerf(text);
  assertEquals([calls.looks, calls.root.total], [2, 2]);
  const hints = boxes(flameGraph(calls, { title: "perf" })).map(({ hint, kind }) =>
    `${kind} ${hint.replace(/:? \d.*/, "")}`
  );
  assertEquals(hints.sort(), [
    "engine all",
    "kernel tcp_sendmsg (kernel)",
    "runtime &lt;v8::internal::Heap as core::fmt::Debug&gt;::f (deno)",
    "runtime __send (libc.so.6)",
    "sockets send (server/transport/chorus.ts:15)",
  ]);
});

Deno.test("what a function does is one, wherever it was called from, if that is asked for", () => {
  const nodes = [
    node(1, "(root)", "", [2, 4]),
    node(2, "bell", SEND, [3]),
    node(3, "turn", SEND, [6]),
    node(4, "immediate", SEND, [5]),
    node(5, "turn", SEND, [7]),
    node(6, "wake", SEND, [8]),
    node(7, "wake", SEND),
    node(8, "turn", SEND),
  ];
  const profile = {
    ...PROFILE,
    nodes,
    samples: [2, 6, 7, 8, 7],
    timeDeltas: [0, 0, 2_000, 2_000, 4_000],
  };
  const hints = boxes(draw(JSON.stringify(profile), { title: "One", from: "turn" }))
    .map(({ hint }) => hint.replace(/ \(.*?\)/, "").replace(/;.*/, ""));
  assertEquals(hints.sort(), [
    "all: 100 %, 10 ms",
    "turn: 100 %, 10 ms",
    "turn: 40 %, 4 ms",
    "wake: 100 %, 10 ms",
  ]);
});

Deno.test("of what was compiled to the same place, what came last counts", () => {
  const map = "1000 100 a\n2000 10 b\n10f0 20 c\nbad\n2010 10 d\n2008 4 e\n";
  assertEquals(lastOfMap(map), "10f0 20 c\n2008 4 e\n2010 10 d\n");
});

Deno.test("what is no profile is refused with a sentence, and one that saw nothing is drawn", () => {
  const bad = ["", "x", "{", "[]", "{}", '{"nodes":[]}', JSON.stringify({ ...PROFILE, nodes: [] })];
  for (const text of bad) assertThrows(() => draw(text, { title: "Bad" }), TypeError);
  const lone = { ...PROFILE, samples: ["x"] };
  assertThrows(() => callsOfProfile(JSON.stringify(lone)), TypeError);
  const nothing: Calls = callsOfProfile(
    JSON.stringify({ ...PROFILE, samples: [], timeDeltas: [] }),
  );
  assertEquals(boxes(flameGraph(nothing, { title: "Nothing" })).length, 1);
  // A child that is its own parent's parent would make a picture without end.
  const circle = { ...PROFILE, nodes: [node(1, "(root)", "", [2]), node(2, "a", "", [1, 2])] };
  assertEquals(boxes(draw(JSON.stringify(circle), { title: "Circle" })).length, 1);
});

Deno.test("a function that nobody saw is no picture of all others", () => {
  const thrown = () => draw(JSON.stringify(PROFILE), { title: "One", from: "nosuchfunction" });
  const { message } = assertThrows(thrown, TypeError);
  assertEquals(message, "No function that was seen has the name nosuchfunction.");
});

Deno.test("hundreds of thousands of functions below one are drawn", () => {
  const children = Array.from({ length: 200_000 }, (_, at) => at + 2);
  const nodes = [
    node(1, "(root)", "", children),
    ...children.map((id) => node(id, `f${id}`, SEND)),
  ];
  const svg = draw(JSON.stringify({ ...PROFILE, nodes, samples: [2, 3] }), { title: "Wide" });
  assert(boxes(svg).length > 1, svg.slice(0, 1_000));
});

Deno.test("times that are no numbers one can add are refused", () => {
  for (const wrong of ["1e999", "-1e999", "1e308"]) {
    const text = JSON.stringify(PROFILE).replace("11000", wrong);
    assertThrows(() => draw(text, { title: "Bad" }), TypeError);
    const deltas = JSON.stringify(PROFILE).replace("3000", wrong);
    assertThrows(() => draw(deltas, { title: "Bad" }), TypeError);
  }
});

Deno.test("long names of files and functions are cut", () => {
  const long = `file:///${"x".repeat(300_000)}.js`;
  const ids = Array.from({ length: 100 }, (_, at) => at + 2);
  const nodes = [
    node(1, "(root)", "", ids),
    ...ids.map((id) => node(id, `${id}`.repeat(1_000), `${long}${id}`)),
  ];
  const profile = { ...PROFILE, nodes, samples: ids, timeDeltas: ids.map(() => 100) };
  const svg = draw(JSON.stringify(profile), { title: "t".repeat(100_000) });
  assert(boxes(svg).length > 90);
  assert(svg.length < BYTES_MAX, `${svg.length}`);
});

Deno.test("a line of perf with any number of brackets is read in one go", () => {
  // By trying each bracket this took minutes.
  const many = `\t    7f00aabbccdd ${" (".repeat(1_000_000)}`;
  assertThrows(() => callsOfPerf(many), TypeError);
  const calls = callsOfPerf(`${many} (libc.so.6)\n`);
  assertEquals([calls.looks, [...calls.root.calls.values()][0]?.where], [1, "libc.so.6"]);
});

Deno.test("deno task flame draws a file, and says what is wrong with another", async () => {
  const folder = await Deno.makeTempDir({ prefix: "chat-flame-" });
  try {
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["task", "--quiet", "flame", ...args],
        env: { NO_COLOR: "1" },
      }).output();
      const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      return { code, out, err };
    };
    const file = `${folder}/x.cpuprofile`;
    await Deno.writeTextFile(file, JSON.stringify(PROFILE));
    const drawn = await run(file, "--title", "Run");
    assertEquals([drawn.code, drawn.out.includes("<title>Run</title>")], [0, true], drawn.err);
    await Deno.writeTextFile(file, "no profile");
    const bad = await run(file);
    assertEquals([bad.code, bad.out, bad.err.trim().split("\n").length], [1, "", 1], bad.err);
    assertEquals((await run()).code, 2);
    const none = await run(`${folder}/\x1b[31mnone`);
    assertEquals([none.code, none.err], [1, `${folder}/?[31mnone: There is no such file.\n`]);
    const wrong: readonly (readonly [args: string[], says: string])[] = [
      [[folder], `${folder}: It is a directory.\n`],
      [[""], ": There is no such file.\n"],
      [["/dev/zero"], "/dev/zero: It has more than 134217728 bytes.\n"],
    ];
    for (const [args, says] of wrong) {
      const { code, out, err } = await run(...args);
      assertEquals([code, out, err], [1, "", says]);
    }
    await Deno.writeTextFile(file, JSON.stringify(PROFILE));
    const absent = await run(file, "--from", "nosuchfunction");
    assertEquals([absent.code, absent.out], [1, ""], absent.err);
    const asked = await run("-h");
    assertEquals([asked.code, asked.out.startsWith("Usage: deno task flame")], [0, true]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
