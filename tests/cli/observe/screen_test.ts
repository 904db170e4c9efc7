/**
 * Claims about what is seen in the live view: whole screens, sizes, and what becomes of hostile text.
 *
 * @module
 */

import fc from "fast-check";
import { draw } from "../../../cli/observe/screen.ts";
import { plain } from "../../../cli/tty/style.ts";
import { columns } from "../../../cli/tty/width.ts";
import { assert, assertEquals } from "../../assert.ts";
import { made, snapshot, socket } from "./made.ts";
import { type Play, play, seen } from "./play.ts";

/** The screen must be that; empty rows between the table and the keys are left out. */
function assertScreen(game: Play, golden: string): void {
  const rows = game.screen();
  assertEquals(rows.length, game.model.size.rows);
  const end = rows.slice(0, -1).findLastIndex((row) => row !== "");
  assertEquals(
    [...rows.slice(0, end + 1), "⋮", ...rows.slice(-1)],
    golden.replace(/^\n|\n *$/g, "").split("\n"),
  );
}

Deno.test("80×24: totals, two histograms, and all figures of a connection", () => {
  assertScreen(
    seen({ columns: 80, rows: 24 }),
    `
 pid 4711 · lost 0 · tracepoint · 0:03 · kernel 9.6 % CPU · 320 ns a run
● Good. What arrives is read within 1.6 ms.
sent       78 kB/s  111 calls/s   in all  234 kB   333 calls
received   26 kB/s  111 calls/s   in all   78 kB   333 calls   15 would wait
slowest  call ≥ 66 µs, 0:00 ago   wait ≥ 1.0 ms, 0:00 ago

call duration (copying)                  arrival to read
████                                         ███
████           ████                          ███
████ ▅▅▅▅ ▆▆▆▆ ████ ████      ▁▁▁▁       ▃▃▃ ███ ▅▅▅                 ▁▁▁
1.0µs     4.1µs     16µs 33µs 66µs       8.2µs   33µs    131µs   524µs
p50 4.3 µs  p99 32 µs  of 666            p50 26 µs  p99 1.7 ms  of 333

peer                  calls/s  in/s out/s    in   out oldest   rtt resent unsent
192.0.2.17:50420          200   25k   75k   75k  225k      –  48µs      0      0
127.0.0.1:50414            20  1.0k  3.0k  3.0k  9.0k      –  24µs      0      0
[2001:db8::1]:443           2    40   120   120   360      –  72µs      2      0
⋮
 s sort: bytes   q quit   ? help   p pause   r reverse   h histograms
`,
  );
});

Deno.test("60×20: fewer columns, narrower histograms", () => {
  assertScreen(
    seen({ columns: 60, rows: 20 }),
    `
 pid 4711 · lost 0 · tracepoint · 0:03 · kernel 9.6 % CPU
● Good. What arrives is read within 1.6 ms.
sent       78 kB/s  111 calls/s   in all  234 kB   333 calls
received   26 kB/s  111 calls/s   in all   78 kB   333 calls
slowest  call ≥ 66 µs, 0:00 ago   wait ≥ 1.0 ms, 0:00 ago

call duration (copying)        arrival to read
███                               ██
███         ███                   ██
███ ▅▅▅ ▆▆▆ ███ ███     ▁▁▁    ▃▃ ██ ▅▅             ▁▁
1.0µs   4.1µs   16µs    66µs   8.2µs 33µs  131µs 524µs
p50 4.3 µs  p99 32 µs          p50 26 µs  p99 1.7 ms

peer                     in/s out/s    in   out oldest   rtt
192.0.2.17:50420          25k   75k   75k  225k      –  48µs
127.0.0.1:50414          1.0k  3.0k  3.0k  9.0k      –  24µs
[2001:db8::1]:443          40   120   120   360      –  72µs
⋮
 s sort: bytes   q quit   ? help   p pause   r reverse
`,
  );
});

Deno.test("120×40: higher bars, the local address, and the mean delay", () => {
  assertScreen(
    seen({ columns: 120, rows: 40 }),
    `
 pid 4711 · lost 0 · tracepoint · 0:03 · kernel 9.6 % CPU · 320 ns a run
● Good. What arrives is read within 1.6 ms.
sent       78 kB/s  111 calls/s   in all  234 kB   333 calls
received   26 kB/s  111 calls/s   in all   78 kB   333 calls   15 would wait
slowest  call ≥ 66 µs, 0:00 ago   wait ≥ 1.0 ms, 0:00 ago

call duration (copying)                                      arrival to read
█████                                                              █████
█████                                                              █████
█████             █████                                            █████
█████             █████                                            █████
█████ ▃▃▃▃▃ ▃▃▃▃▃ █████ █████                                      █████ ▃▃▃▃▃
█████ █████ █████ █████ █████       ▁▁▁▁▁                    ▆▆▆▆▆ █████ █████                         ▂▂▂▂▂
1.0µs 2.0µs 4.1µs 8.2µs 16µs  33µs  66µs                     8.2µs 16µs  33µs  66µs  131µs 262µs 524µs 1.0ms
p50 4.3 µs  p99 32 µs  of 666                                p50 26 µs  p99 1.7 ms  of 333

peer                     local                    calls/s  in/s out/s calls    in   out oldest   rtt resent unsent delay
192.0.2.17:50420         127.0.0.1:8080               200   25k   75k   600   75k  225k      –  48µs      0      0  25µs
127.0.0.1:50414          127.0.0.1:8080                20  1.0k  3.0k    60  3.0k  9.0k      –  24µs      0      0  25µs
[2001:db8::1]:443        127.0.0.1:8080                 2    40   120     6   120   360      –  72µs      2      0  25µs
⋮
 s sort: bytes   q quit   ? help   p pause   r reverse   h histograms
`,
  );
});

Deno.test("20×5: what is left are the process, its losses, and who moves most", () => {
  assertEquals(seen({ columns: 20, rows: 5 }).screen(), [
    " pid 4711 · lost 0",
    "peer              in",
    "….0.2.17:50420   75k",
    "…7.0.0.1:50414  3.0k",
    "           1–2 of 3",
  ]);
});

Deno.test("what the observing process itself costs stands beside the kernel's part", () => {
  const game = play({ columns: 100, rows: 24 }, made(), 1_000);
  game.event({ kind: "snapshot", snapshot: snapshot(1), cpuMs: 1_040 });
  assertEquals(
    game.screen()[0],
    " pid 4711 · lost 0 · tracepoint · 0:01 · kernel 9.6 %, observer 4.0 % CPU · 320 ns a run",
  );
  game.event({ kind: "snapshot", snapshot: snapshot(2), cpuMs: 1_044 });
  assert(game.screen()[0]?.includes("observer 0.4 % CPU"), game.screen()[0]);
  game.event({ kind: "end", end: { kind: "end", ts: 0, reason: "time", last: snapshot(3) } });
  assert(game.screen()[0]?.includes("observer 0.4 % CPU"), game.screen()[0]);
});

Deno.test("who waits to be read, and for how long, is in the totals and in each row", () => {
  const game = play({ columns: 100, rows: 24 });
  const waits = { ...socket(1, "192.0.2.1:1", 1), unread: { ageNs: 2.03e9, bytes: 12_000 } };
  const unknown = { ...socket(2, "192.0.2.2:2", 1), unread: { bytes: 30_000 } };
  const sockets = [unknown, waits, socket(3, "192.0.2.3:3", 1)];
  game.see(snapshot(1, { sockets, unread: { ageNs: 2.03e9, bytes: 42_000 } }));
  game.keys("s", "s", "s");
  const screen = game.screen();
  const received = () => game.screen().find((row) => row.startsWith("received"));
  assert(received()?.includes("   42 kB unread, oldest 2.0 s"), received());
  const at = screen.findIndex((row) => row.startsWith("peer"));
  const rows = screen.slice(at + 1, at + 4).map((row) =>
    [...row.matchAll(/^\S+|(?<= )(?:2\.0s|–)(?= )/g)].map(([found]) => found)
  );
  assertEquals(rows, [["192.0.2.1:1", "2.0s"], ["192.0.2.2:2", "–"], ["192.0.2.3:3", "–"]]);
  assert(screen.at(-1)?.startsWith(" s sort: oldest"), screen.at(-1));
  // Read meanwhile.
  game.see(snapshot(2, { sockets: [socket(1, "192.0.2.1:1", 2)], unread: { bytes: 0 } }));
  assert(!received()?.includes("unread"), received());
});

Deno.test("connections without a row and calls without a duration stand beside what was lost", () => {
  const game = play({ columns: 100, rows: 24 }, made());
  game.event({ kind: "snapshot", snapshot: snapshot(1, { socketsFull: 28_000, strays: 12 }) });
  const [header = ""] = game.screen();
  assert(header.startsWith(" pid 4711 · lost 0 · 28k unlisted · 12 untimed · tracepoint"), header);
  game.keys("?");
  assert(
    game.screen().join(" ").includes("unlisted: calls on connections"),
    game.screen().join(" "),
  );
});

Deno.test("before the first figures there is a view already", () => {
  const screen = play().screen();
  assertEquals(screen[0], " pid 4711 · lost 0 · tracepoint · 0:00");
  assertEquals(screen[1], "waiting for the first figures …");
});

Deno.test("without entries seen, the duration says that it was not measured", () => {
  const game = play();
  const { send, recv } = snapshot(0);
  const now = snapshot(1);
  game.see({
    ...now,
    send: { ...now.send, durations: send.durations },
    recv: { ...now.recv, durations: recv.durations, again: 0 },
  });
  const text = game.screen().join("\n");
  assert(text.includes("call duration (copying, or waiting)"), text);
  assert(text.includes("not measured (--durations)"), text);
});

Deno.test("what was lost stands in the first row at any width, in the role of an alert", () => {
  for (const width of [24, 40, 80, 200]) {
    const pids = Array.from({ length: 32 }, (_, index) => 4711 + index);
    const game = play({ columns: width, rows: 24 }, made({ pids }));
    game.see(snapshot(1, { lost: 1_234 }));
    const span = draw(game.model).rows[0]?.find(({ text }) => text === "lost 1.2k");
    assertEquals(span?.role, "barAlert");
    assert(game.screen()[0]?.includes(" · lost 1.2k"), game.screen()[0]);
  }
});

Deno.test("several processes have a column that tells them apart", () => {
  const game = play({ columns: 80, rows: 24 }, made({ pids: [4711, 4712] }));
  game.see(snapshot(1, { sockets: [socket(1, "192.0.2.1:1", 1, { pid: 4712 })] }));
  const text = game.screen().join("\n");
  assert(text.includes(" pid 4711, 4712 "), text);
  assert(/^192\.0\.2\.1:1 +4712 /m.test(text), text);
});

Deno.test("help explains the columns and tells what cannot be seen", () => {
  const game = seen();
  game.keys("?");
  const text = game.screen().join("\n");
  assert(text.includes("rtt: round trip"), text);
  assert(text.includes("What is read by splice is not seen."), text);
  game.keys("?");
  assert(!game.screen().join("\n").includes("is not seen"));
});

/** Each row fits, there are as many as there should be, and nothing in them controls a terminal. */
function assertExact({ model }: Play): void {
  const { rows } = draw(model);
  assertEquals(rows.length, model.size.rows);
  for (const row of rows) {
    const width = columns(plain(row));
    assert(width <= model.size.columns, `${width} > ${model.size.columns}: ${plain(row)}`);
    assert(!/[\p{Cc}\p{Bidi_Control}]/u.test(plain(row)), JSON.stringify(plain(row)));
  }
}

Deno.test("the screen is exact for any size, addresses, figures and keys", () => {
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 210 }),
    rows: fc.integer({ min: 1, max: 60 }),
  });
  const address = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constant("unix:/run/李雷/😀‍\x1b[2J\n\u202e"),
    fc.constant("[2001:db8:1111:2222:3333:4444:5555:6666]:65535"),
  );
  const sockets = fc.array(fc.tuple(address, fc.nat(), fc.maxSafeNat()), { maxLength: 30 });
  const key = fc.constantFrom("s", "r", "p", "h", "?", "up", "down", "pageup", "pagedown", "end");
  fc.assert(
    fc.property(size, size, sockets, fc.array(key, { maxLength: 12 }), (one, two, all, keys) => {
      const game = play(one);
      const now = snapshot(2, {
        sockets: all.map(([remote, calls, bytes], index) =>
          socket(index, remote, 1, { calls, bytes, closed: index % 3 === 0 })
        ),
      });
      game.see(snapshot(1), now);
      assertExact(game);
      for (const name of keys) {
        game.keys(name);
        assertExact(game);
      }
      game.event({ kind: "resize", size: two });
      assertExact(game);
    }),
    { numRuns: 150 },
  );
});
