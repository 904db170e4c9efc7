/**
 * What a server says of its connections, joined with what the kernel saw on their sockets.
 *
 * @module
 */

import { type Look, sortedUses, topOf } from "../../../cli/top/rows.ts";
import { topJson, topScreen, topText, type TopView } from "../../../cli/top/text.ts";
import { assert, assertEquals } from "../../assert.ts";
import { socket } from "../observe/made.ts";

type Connection = Look["server"]["connections"][number];

function connection(
  user: string | undefined,
  remote: string,
  more: Partial<Connection> = {},
): Connection {
  return {
    ...(user === undefined ? {} : { user }),
    remote,
    local: "127.0.0.1:8080",
    since: 1,
    rooms: ["lobby"],
    roomCount: 1,
    speech: "frames",
    lag: 0,
    queued: 0,
    bytesIn: 0,
    bytesOut: 0,
    ...more,
  };
}

function room(
  name: string,
  bytes: number,
  users = 2,
): Look["server"]["rooms"][number] {
  return { name, users, messages: 1, deliveries: 1, bytes };
}

const BEFORE: Look = {
  atMs: 1_000,
  server: {
    connections: [
      connection("Anna", "192.0.2.1:1", { bytesIn: 100, bytesOut: 1_000 }),
      connection("Ben", "192.0.2.2:2", { bytesIn: 10 }),
    ],
    rooms: [room("lobby", 5_000)],
  },
  sockets: [socket(1, "192.0.2.1:1", 1), socket(2, "192.0.2.2:2", 1)],
};

const NOW: Look = {
  atMs: 3_000,
  server: {
    connections: [
      connection("Anna", "192.0.2.1:1", { bytesIn: 300, bytesOut: 5_000, lag: 70 }),
      // Her second one, of which the kernel has another form of the address.
      connection("Anna", "[::ffff:192.0.2.9]:9", { bytesIn: 50 }),
      // The same ends, but another connection.
      connection("Ben", "192.0.2.2:2", { bytesIn: 40, since: 2, rooms: [] }),
      connection(undefined, "192.0.2.3:3"),
    ],
    rooms: [room("lobby", 9_000), room("new", 100)],
  },
  sockets: [
    socket(1, "192.0.2.1:1", 3, { tcp: { rttUs: 50, retransmits: 0, unsent: 30, unacked: 0 } }),
    socket(9, "192.0.2.9:9", 1),
    socket(2, "192.0.2.2:2", 2),
  ],
};

const VIEW: TopView = { where: "127.0.0.1:8080", backend: "tracepoint", sort: "bytes", most: 20 };

Deno.test("a user has the sums of all connections, per second between two looks", () => {
  const { users } = topOf(BEFORE, NOW);
  const of = (name: string) => users.find((use) => use.name === name);
  const anna = of("Anna");
  assertEquals([anna?.count, anna?.inRate, anna?.outRate, anna?.queued], [2, 125, 2_000, 70]);
  // 20 calls a second on each; the second one is new.
  assertEquals(anna?.kernel?.callsRate, 30);
  assertEquals([anna?.kernel?.unsent, anna?.kernel?.rttUs], [30, 216]);
  assertEquals(anna?.kernel?.delayNs, 1.5 * 2 ** 14);
  assertEquals(of("Ben")?.inRate, 20);
  // Not logged in, and not seen by the kernel.
  assertEquals([of("192.0.2.3:3")?.count, of("192.0.2.3:3")?.kernel], [1, undefined]);
});

Deno.test("a room has what was handed to its members, and the kernel's part of those who are in it", () => {
  const { rooms } = topOf(BEFORE, NOW);
  assertEquals(rooms.map(({ name, outRate, queued }) => [name, outRate, queued]), [
    ["lobby", 2_000, 70],
    ["new", 50, 0],
  ]);
  assertEquals(rooms.map(({ kernel }) => kernel?.callsRate), [30, undefined]);
});

Deno.test("the first look has no rates, and one without the kernel has the server's part alone", () => {
  const first = topOf(undefined, NOW);
  assert(first.users.every(({ inRate, outRate }) => inRate === 0 && outRate === 0));
  const { sockets: _, ...server } = NOW;
  const alone = topOf(BEFORE, server);
  assert(alone.users.every(({ kernel }) => kernel === undefined));
  const text = topText(alone, {
    where: "127.0.0.1:8080",
    why: "it needs root",
    sort: "bytes",
    most: 9,
  });
  assert(text.includes("the server's figures alone: it needs root"), text);
  assert(!text.includes("unsent"), text);
});

Deno.test("the largest is first, or the first of the names", () => {
  const { users } = topOf(BEFORE, NOW);
  const names = (sort: Parameters<typeof sortedUses>[1]) =>
    sortedUses(users, sort).map(({ name }) => name);
  assertEquals(names("bytes").slice(0, 2), ["Anna", "Ben"]);
  assertEquals(names("name"), ["192.0.2.3:3", "Anna", "Ben"]);
  assertEquals(names("queue")[0], "Anna");
});

Deno.test("a screen has exactly its size, and nothing in a name controls the terminal", () => {
  const look = topOf(BEFORE, {
    ...NOW,
    server: { ...NOW.server, connections: [connection("A\x1b[2J", "192.0.2.1:1")] },
  });
  for (const [columns, rows] of [[80, 24], [20, 5], [1, 1]] as const) {
    const screen = topScreen(look, VIEW, { columns, rows });
    assertEquals(screen.rows.length, rows);
    const text = screen.rows.flat().map(({ text }) => text).join("");
    assert(!text.includes("\x1b"), JSON.stringify(text));
  }
});

Deno.test("a line of JSON has both tables", () => {
  const { users, rooms, backend } = JSON.parse(
    topJson(topOf(BEFORE, NOW), { ...VIEW, most: 1 }, 5),
  );
  assertEquals(backend, "tracepoint");
  assertEquals(users, [{
    name: "Anna",
    connections: 2,
    rooms: 1,
    bytes_received_per_s: 125,
    bytes_sent_per_s: 2_000,
    queued: 70,
    calls_per_s: 30,
    unsent: 30,
    delay_ns: 24_576,
    rtt_us: 216,
  }]);
  assertEquals([rooms.length, rooms[0].name, rooms[0].users], [1, "lobby", 2]);
});
