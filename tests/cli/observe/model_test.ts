/**
 * Claims about the live view's model: rates, sorting, pausing, scrolling, and its end.
 *
 * @module
 */

import { pageRows } from "../../../cli/observe/screen.ts";
import { SORTS } from "../../../cli/observe/values.ts";
import { assert, assertEquals } from "../../assert.ts";
import { BEGIN, snapshot, socket } from "./made.ts";
import { play, seen } from "./play.ts";

/** The peers in the table, from top to bottom. */
function peers(screen: readonly string[]): string[] {
  const head = screen.findIndex((row) => row.startsWith("peer"));
  return screen.slice(head + 1, -1).filter((row) => row !== "").map((row) =>
    row.split(" ")[0] ?? ""
  );
}

Deno.test("rates are what was added since the snapshot before, by the time in between", () => {
  const game = play();
  game.see(snapshot(1), { ...snapshot(2), ts: BEGIN + 1.5e9 });
  const { send, recv } = game.model.shown?.changes ?? {};
  assertEquals(send?.perSecond, { bytes: 156_240, calls: 222, errors: 0 });
  assertEquals(recv?.perSecond.bytes, 52_080);
});

Deno.test("the first snapshot counts from the start", () => {
  const game = play();
  game.see(snapshot(2));
  assertEquals(game.model.shown?.changes.seconds, 2);
  assertEquals(game.model.shown?.changes.send.perSecond.calls, 111);
});

Deno.test("s goes through all keys of sorting and comes back", () => {
  const game = seen();
  const keys = SORTS.map(() => {
    const { sort } = game.model;
    game.keys("s");
    return sort;
  });
  assertEquals(keys, [...SORTS]);
  assertEquals(game.model.sort, SORTS[0]);
});

Deno.test("each key sorts the table as it says, r turns it round", () => {
  const game = seen();
  const [first, second, third] = ["127.0.0.1:50414", "192.0.2.17:50420", "[2001:db8::1]:443"];
  const expected = {
    bytes: [second, first, third],
    calls: [second, first, third],
    total: [second, first, third],
    oldest: [first, second, third],
    rtt: [third, second, first],
    retransmits: [third, first, second],
    unsent: [first, second, third],
    peer: [first, second, third],
  };
  for (const sort of SORTS) {
    assertEquals(game.model.sort, sort);
    assertEquals(peers(game.screen()), expected[sort], sort);
    game.keys("r");
    assertEquals(peers(game.screen()), expected[sort].toReversed(), sort);
    game.keys("r", "s");
  }
});

Deno.test("paused, the picture stands still; going on, nothing was missed", () => {
  const game = seen();
  game.keys("p");
  const before = game.screen();
  game.see(snapshot(4), snapshot(5));
  assertEquals(game.screen(), before);
  assert(before[0]?.includes("PAUSED"));
  game.keys(" ");
  assert(game.screen()[0]?.includes("0:05"), game.screen()[0]);
  assertEquals(game.model.shown?.changes.seconds, 1);
});

Deno.test("paused before the first figures, the first ones are shown", () => {
  const game = play();
  game.keys("p");
  game.see(snapshot(1), snapshot(2));
  assert(game.screen()[0]?.includes("0:01"), game.screen()[0]);
});

Deno.test("the end shows the last figures, also when paused, and does not spoil the rates", () => {
  const game = seen();
  game.keys("p");
  const last = snapshot(4);
  game.see(last);
  game.event({ kind: "end", end: { kind: "end", ts: last.ts, reason: "exited", last } });
  const screen = game.screen();
  assert(screen[0]?.includes("PROCESS ENDED"), screen[0]);
  const sent = screen.find((row) => row.startsWith("sent"));
  assert(sent?.includes("111 calls/s"), sent);
  assert(sent?.includes("444 calls"), sent);
  game.keys("p");
  assertEquals(game.model.paused, false);
});

Deno.test("scrolling stops where the last connection stands on the last row", () => {
  const game = play({ columns: 80, rows: 24 });
  const sockets = Array.from(
    { length: 100 },
    (_, index) => socket(index + 1, `192.0.2.1:${10_001 + index}`, 1),
  );
  game.see(snapshot(1, { sockets }));
  const page = pageRows(game.model);
  game.keys("down", "down", "up");
  assertEquals(peers(game.screen())[0], "192.0.2.1:10002");
  game.keys("pagedown");
  assertEquals(peers(game.screen())[0], `192.0.2.1:${10_002 + page}`);
  game.keys("home");
  assertEquals(game.model.scroll, 0);
  game.keys("end", "pagedown");
  assertEquals(peers(game.screen()).at(-1), "192.0.2.1:10100");
  assertEquals(peers(game.screen()).length, page);
  assert(game.screen().at(-1)?.endsWith(`${101 - page}–100 of 100`), game.screen().at(-1));
  game.see(snapshot(2), snapshot(3));
  assertEquals(peers(game.screen()).length, 3, "a shorter table begins at its top again");
  game.keys("end");
  assertEquals(game.model.scroll, 0);
});

Deno.test("a socket that left the kernel's table is seen once more, and then no longer", () => {
  const game = seen();
  game.see(snapshot(4, { sockets: [socket(1, "127.0.0.1:50414", 4)] }));
  assertEquals(peers(game.screen()).length, 3);
  game.see(snapshot(5, { sockets: [socket(1, "127.0.0.1:50414", 5)] }));
  assertEquals(peers(game.screen()), ["127.0.0.1:50414"]);
});

Deno.test("h gives the room of the histograms to the table", () => {
  const game = seen();
  const before = pageRows(game.model);
  game.keys("h");
  assert(pageRows(game.model) > before);
  assert(!game.screen().join("\n").includes("p99"));
});

Deno.test("q and Ctrl+c leave, other keys do not", () => {
  for (const [name, leaves] of [["q", true], ["ctrl+c", true], ["x", false]] as const) {
    const game = seen();
    game.keys(name);
    assertEquals(game.model.left, leaves, name);
  }
});
