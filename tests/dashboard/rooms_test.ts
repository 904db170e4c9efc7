/**
 * Figures by room: exact where the server counts, an estimate where it does not, and bounded in both.
 *
 * @module
 */

import fc from "fast-check";
import { reportOf } from "../../observe/dashboard/inspectors.ts";
import { ROOMS_PER_SECOND_MAX } from "../../observe/dashboard/limits.ts";
import type { RoomSecond } from "../../observe/dashboard/page_messages.ts";
import { deliveredSince, roomsSecond, type Whole } from "../../observe/dashboard/rooms.ts";
import type { Delivered, ServerReport } from "../../observe/dashboard/server_report.ts";
import { connect } from "../../server/wire/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { startServer, within } from "../harness.ts";

const TOKEN = "a token for this test only";
const NOBODY = new Map<string, { messages: number; chars: number }>();
const IDLE: Whole = { bytes: 0 };

/** A message of 10 bytes to two members, so many times. */
function said(messages: number): Delivered {
  return { messages, copies: 2 * messages, bytes: 20 * messages };
}

function report(
  rooms: Readonly<Record<string, number>>,
  more: { total?: number; whispers?: number; allRooms?: boolean } = {},
): ServerReport {
  const sum = Object.values(rooms).reduce((sum, messages) => sum + messages, 0);
  const { total = sum, whispers = 0, allRooms = true } = more;
  return {
    at: 0,
    users: 2,
    rooms: Object.entries(rooms).map(([name, messages]) => {
      return { name, users: 2, delivered: said(messages) };
    }),
    delivered: { inRooms: said(total), whispered: said(whispers), allRooms },
  };
}

function between(before: ServerReport | undefined, now: ServerReport, whole = IDLE): RoomSecond[] {
  return roomsSecond({ before, now, heard: NOBODY, hears: () => true, whole });
}

/** Row → messages. */
function messagesOf(rows: readonly RoomSecond[]): Record<string, number> {
  return Object.fromEntries(
    rows.map(({ name, kind, messages }) => [name ?? kind, messages ?? NaN]),
  );
}

Deno.test("a room's second is what the server counted in it between two reports", () => {
  const before = report({ lobby: 5, Tea: 1 }, { whispers: 3 });
  const now = report({ lobby: 7, Tea: 11, New: 1 }, { whispers: 4 });
  assertEquals(
    between(before, now, { bytes: 999, calls: 26 }),
    [
      row("room", "Tea", 10, 11, 18),
      row("room", "lobby", 2, 7, 3),
      row("room", "New", 1, 1, 1),
      row("whispers", undefined, 1, 4, 1),
    ].filter(({ kind }) => kind !== "others"),
  );
  assertEquals(between(undefined, now), [], "Sums of one moment are no second");
});

function row(
  kind: RoomSecond["kind"],
  name: string | undefined,
  messages: number,
  total: number,
  calls: number,
): RoomSecond {
  return {
    kind,
    ...(name === undefined ? {} : { name }),
    origin: "server",
    messages,
    delivered: 2 * messages,
    bytes: 20 * messages,
    bytesTotal: 20 * total,
    calls,
  };
}

Deno.test("a room that comes into the list does not bring its past into one second", () => {
  const before = report({ lobby: 5 }, { total: 1_005, allRooms: false });
  const now = report({ Tea: 1_001, lobby: 5 }, { total: 1_006, allRooms: false });
  assertEquals(messagesOf(between(before, now)), { lobby: 0, others: 1 });
  const later = report({ Tea: 1_003, lobby: 5 }, { total: 1_008, allRooms: false });
  assertEquals(messagesOf(between(now, later)), { Tea: 2, lobby: 0 });
});

Deno.test("a room or a server that counts anew counts from zero", () => {
  const before = report({ lobby: 5, Tea: 900 });
  assertEquals(messagesOf(between(before, report({ lobby: 2, Tea: 1 }))), { Tea: 1, lobby: 2 });
  const longer = { messages: 2, copies: 2, bytes: 5_000 };
  assertEquals(deliveredSince(said(9), longer), longer, "Also when its bytes are more");
});

Deno.test("however many rooms there are, the rows are few and make the whole", () => {
  const counts = fc.array(fc.record({ before: fc.nat(50), more: fc.nat(50) }), { maxLength: 40 });
  fc.assert(fc.property(counts, fc.nat(20), fc.nat(10_000), (rooms, whispers, calls) => {
    const named = (of: (room: { before: number; more: number }) => number) =>
      Object.fromEntries(rooms.map((room, at) => [`r${at}`, of(room)]));
    const rows = between(
      report(named(({ before }) => before), { whispers: 7 }),
      report(named(({ before, more }) => before + more), { whispers: 7 + whispers }),
      { bytes: 0, calls },
    );
    assert(rows.length <= ROOMS_PER_SECOND_MAX + 2, `${rows.length} rows`);
    const sum = (of: (row: RoomSecond) => number) => rows.reduce((sum, row) => sum + of(row), 0);
    const said = rooms.reduce((sum, { more }) => sum + more, whispers);
    assertEquals(
      [
        sum((row) => row.messages ?? NaN),
        sum((row) => row.delivered ?? NaN),
        sum((row) => row.bytes ?? NaN),
      ],
      [said, 2 * said, 20 * said],
    );
    const shared = sum((row) => row.calls ?? NaN);
    const whole = said === 0 ? 0 : calls;
    assert(shared <= whole && shared > whole - Math.max(1, rows.length), `${shared} of ${whole}`);
  }));
});

Deno.test("of a server that does not count, rooms never get more than there is, and say that they are an estimate", () => {
  const weights = fc.array(fc.nat(1_000), { maxLength: 30 });
  fc.assert(fc.property(weights, fc.nat(100_000), (all, bytes) => {
    const rooms = all.map((_, at) => ({ name: `r${at}`, users: 1 }));
    const heard = new Map(all.map((chars, at) => [`r${at}`, { messages: 1, chars }]));
    const now = { at: 0, users: 1, rooms };
    const shared = roomsSecond({
      before: now,
      now,
      heard,
      hears: () => true,
      whole: { bytes, calls: bytes },
    });
    assert(shared.length <= ROOMS_PER_SECOND_MAX + 1);
    assert(shared.every(({ origin, delivered }) => {
      return origin === "estimate" && delivered === undefined;
    }));
    assertEquals(shared.reduce((sum, { messages = NaN }) => sum + messages, 0), all.length);
    for (
      const part of [(row: RoomSecond) => row.bytes ?? NaN, (row: RoomSecond) => row.calls ?? NaN]
    ) {
      const sum = shared.reduce((sum, row) => sum + part(row), 0);
      const whole = all.some((weight) => weight > 0) ? bytes : 0;
      assert(sum <= whole && sum > whole - Math.max(1, all.length), `${sum} of ${whole}`);
    }
  }));
});

Deno.test("without a kernel nothing is said about calls", () => {
  assert(between(report({ lobby: 1 }), report({ lobby: 2 })).every((row) => !("calls" in row)));
});

Deno.test("what a real server counts becomes exact rows, and its slowest gets a name", async () => {
  await using server = startServer({ operatorToken: TOKEN, limits: { messagesPerSecond: 0 } });
  const { port } = server;
  await using op = connect({ port, name: "Op", operator: TOKEN });
  await using anna = connect({ port, name: "Anna", rooms: ["Tea"] });
  await within(Promise.all([op.online(), anna.online()]), "the logins");
  const before = reportOf(await op.inspect(), 0);
  for (let n = 0; n < 13; n++) await anna.say("in the lobby");
  for (let n = 0; n < 5; n++) await anna.say("over tea", { room: "Tea" });
  await anna.whisper("Op", "psst");
  const inspection = await op.inspect();
  const rows = between(before, reportOf(inspection, 0));
  assertEquals(
    rows.map(({ kind, name, messages, delivered }) => [kind, name, messages, delivered]),
    [
      ["room", "lobby", 13, 26],
      ["room", "Tea", 5, 5],
      ["whispers", undefined, 1, 1],
    ],
  );
  const { inRooms, whispered } = reportOf(inspection, 0).delivered ?? {};
  assertEquals([inRooms?.messages, inRooms?.copies], [18, 31]);
  assertEquals([whispered?.messages, whispered?.copies], [1, 1]);
  assertEquals(reportOf(inspection, 0).totals?.behind, undefined, "Nobody waits");
  const [first, ...rest] = inspection.connections;
  assert(first !== undefined);
  const lagging = {
    ...inspection,
    connections: [...rest, { ...first, lag: 99 }],
    figures: { ...inspection.figures, lagMax: 99 },
  };
  assertEquals(reportOf(lagging, 0).totals?.behind, "Op");
});

Deno.test("whose name is longer than a name can be is left out of a report", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using op = connect({ port: server.port, name: "Op", operator: TOKEN });
  await within(op.online(), "the login");
  const told = await op.inspect();
  const long = "x".repeat(1_000_000);
  const [connection, room] = [told.connections[0], told.rooms?.[0]];
  assert(connection !== undefined && room !== undefined);
  const hostile = {
    ...told,
    connections: [
      { ...connection, rooms: [long] },
      { ...connection, user: long },
      { ...connection, remote: long },
    ],
    rooms: [room, { ...room, name: long }],
    figures: { ...told.figures, lagMax: connection.lag },
  };
  const report = reportOf(hostile, 0);
  assertEquals(report.connections?.map(({ name }) => name), ["Op"]);
  assertEquals(report.rooms.map(({ name }) => name), ["lobby"]);
  const { rooms: _none, ...older } = hostile;
  assertEquals(reportOf(older, 0).rooms, []);
});

Deno.test("of a room in which this client is not, and of bytes that nobody counts, nothing is told", () => {
  const rooms = [{ name: "lobby", users: 3 }, { name: "elsewhere", users: 2 }];
  const now = { at: 0, users: 3, rooms };
  const hears = (room: string) => room === "lobby";
  const told = roomsSecond({ before: now, now, heard: NOBODY, hears, whole: {} });
  const estimate = { kind: "room", origin: "estimate" } as const;
  assertEquals(told, [
    { ...estimate, name: "lobby", messages: 0 },
    { ...estimate, name: "elsewhere" },
  ]);
});
