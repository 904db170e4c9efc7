/**
 * `Inspect`: for operators alone, once a second, and exact about who is connected from where.
 *
 * @module
 */

import { connect, type Inspection, type RoomName, type UserName } from "../../server/wire/mod.ts";
import { inspectionOf } from "../../server/figures/inspection.ts";
import type { Figures, Inspectable } from "../../server/figures/figures.ts";
import { Samples } from "../../server/figures/samples.ts";
import { noCounts } from "../../server/figures/counters.ts";
import type { SplitSlot } from "../../verdict/mod.ts";
import {
  INSPECTED_BUSY_ROOMS_MAX,
  INSPECTED_CONNECTIONS_MAX,
  INSPECTED_ROOMS_MAX,
} from "../../server/figures/limits.ts";
import { MARK_CHARS_MAX, MARKS_MAX } from "../../server/figures/limits.ts";
import { Link } from "../../server/link/link.ts";
import { serve } from "../../server/mod.ts";
import { ChatError, FRAME_BYTES_CEILING } from "../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { handWire } from "./hand_wire.ts";
import { frame, startServer } from "../harness.ts";
import { begin, pair, transfer } from "./files/talk.ts";
import { eventually } from "./durable/place.ts";
import { metrics, startWeb, WebClient } from "./http/web.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

Deno.test("nobody is an operator without the token: Inspect is refused, and a wrong token, too", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using anna = await server.frames("Anna");
  await anna.send({ type: "Inspect", id: "1" });
  const refusal = await anna.nextError("auth_failed");
  assertEquals(refusal.re, "1");
  for (const operator of ["", "0", TOKEN.slice(1), `${TOKEN}0`, TOKEN.toUpperCase(), "é"]) {
    await using guesser = await server.connect();
    await guesser.send({ type: "Login", username: "Guesser", operator, id: "l" });
    assertEquals((await guesser.nextError("auth_failed")).re, "l");
    await guesser.expectEnd();
  }
  await anna.expectNothing();
});

Deno.test("a server without a token has no operator, whatever is shown", async () => {
  await using server = startServer();
  for (const operator of ["", "undefined", TOKEN]) {
    await using guesser = await server.connect();
    await guesser.send({ type: "Login", username: "Guesser", operator });
    await guesser.nextError("auth_failed");
  }
});

Deno.test("a token that could be guessed is refused at the start", () => {
  assertThrows(() => serve({ operatorToken: "short" }), RangeError);
});

Deno.test("an operator sees each connection as the kernel does, with its user, rooms, bytes and way of speaking", async () => {
  await using server = startWeb({ operatorToken: TOKEN });
  const started = Date.now();
  await using op = await server.connect();
  const login = { type: "Login", username: "Op", operator: TOKEN };
  await op.send(login);
  const welcome = await op.body();
  await using anna = await server.frames("Anna");
  await anna.send({ type: "Join", room: "Tea", id: "1" });
  await anna.next("Ack");
  await using text = await server.text("Tom");
  await using wendy = await WebClient.join(server.web, "Wendy");
  await using silent = await Deno.connect({ port: server.port }).then((conn) => ({
    address: `127.0.0.1:${conn.localAddr.port}`,
    [Symbol.asyncDispose]: () => Promise.resolve(conn.close()),
  }));
  let heard = 4 + welcome.length;
  for (let joined = 0; joined < 3; joined++) heard += 4 + (await op.body()).length;
  await eventually(async () => {
    const { [`chat_connections{speech="unknown"}`]: unknown } = await metrics(server.web);
    return unknown === 1 ? true : undefined;
  }, "The silent one's arrival");
  await op.send({ type: "Inspect", id: "i" });
  const inspection = await op.next("Inspection");
  const { connections, pid, figures, more, at } = inspection;
  assertEquals([pid, more, inspection.re], [Deno.pid, false, "i"]);
  assert(Math.abs(at - Date.now()) < 60_000);
  const seen = connections.map(({ user, rooms, roomCount, speech, local }) => {
    return { user, rooms, roomCount, speech, local };
  });
  const port = `127.0.0.1:${server.port}`;
  assertEquals(seen, [
    { user: "Op", rooms: ["lobby"], roomCount: 1, speech: "frames", local: port },
    { user: "Anna", rooms: ["lobby", "Tea"], roomCount: 2, speech: "frames", local: port },
    { user: "Tom", rooms: ["lobby"], roomCount: 1, speech: "text", local: port },
    {
      user: "Wendy",
      rooms: ["lobby"],
      roomCount: 1,
      speech: "websocket",
      local: `127.0.0.1:${server.web}`,
    },
    { user: undefined, rooms: [], roomCount: 0, speech: "unknown", local: port },
  ]);
  const addresses = connections.map(({ remote }) => remote);
  assertEquals(addresses, [op.address, anna.address, text.address, wendy.address, silent.address]);
  const [mine, hers] = connections;
  assertEquals(mine?.bytesOut, heard, "To the byte");
  assertEquals(mine?.bytesIn, frame(login).length + frame({ type: "Inspect", id: "i" }).length);
  assertEquals(
    hers?.bytesIn,
    frame({ type: "Login", username: "Anna" }).length +
      frame({ type: "Join", room: "Tea", id: "1" }).length,
  );
  for (const { since, lag, queued } of connections) {
    assert(since >= started - 2_000 && since <= at + 2, `${since} is when it came`);
    assertEquals([lag, queued], [0, 0]);
  }
  assertEquals(figures.users, 4);
  assertEquals(figures.connections, { frames: 2, text: 1, websocket: 1, unknown: 1 });
  assertEquals(figures.rooms, 2);
  assert(figures.rssBytes > 1 << 20 && figures.heapBytes > 1 << 20);
  assertEquals(figures.store, undefined, "Messages are in memory only");
});

Deno.test("a slow member's lag is in sight before it is cut off", async () => {
  // So high that nobody is cut off while the kernel's own buffers fill.
  const limits = { messagesPerSecond: 0, lagBytesMax: 1 << 30 };
  await using server = startServer({ operatorToken: TOKEN, limits });
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Op", operator: TOKEN });
  await op.next("Welcome");
  await using sleeper = await server.connect({ reading: false });
  await sleeper.send({ type: "Login", username: "Sleeper" });
  await op.nextOf("UserJoined");
  const content = "x".repeat(8_000);
  let said = 0;
  const lagging = await eventually(async () => {
    for (let n = 0; n < 300; n++) await op.send({ type: "Broadcast", content });
    said += 300;
    for (let n = 0; n < 300; n++) await op.nextOf("NewMessage");
    await op.send({ type: "Inspect" });
    for (;;) {
      const message = await op.message();
      if (message.type === "Error") return undefined;
      if (message.type === "Inspection") {
        const one = message.connections.find(({ user }) => user === "Sleeper");
        return one !== undefined && one.lag > 0 ? { one, message } : undefined;
      }
    }
  }, "Lag");
  assertEquals(lagging.message.figures.lagMax, lagging.one.lag);
  assertEquals(lagging.message.figures.roomMessages, said);
});

Deno.test("each room's messages, deliveries and bytes are exactly what its members were told", async () => {
  await using server = startWeb({ operatorToken: TOKEN, limits: { messagesPerSecond: 0 } });
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Op", operator: TOKEN });
  await op.next("Welcome");
  await using anna = await server.frames("Anna");
  await using ben = await server.frames("Ben");
  await using tom = await server.text("Tom");
  await using wendy = await WebClient.join(server.web, "Wendy");
  for (const one of [anna, ben]) {
    await one.send({ type: "Join", room: "Tea", id: "j" });
    await one.nextOf("Ack");
  }
  await anna.nextOf("UserJoined");
  const before = await metrics(server.web);
  const lobby = 7;
  const tea = 11;
  for (let n = 0; n < lobby; n++) await anna.send({ type: "Broadcast", content: `lobby ☕ ${n}` });
  for (let n = 0; n < tea; n++) {
    await anna.send({ type: "Broadcast", room: "Tea", content: "psst" });
  }
  await tom.write("typed\n");
  await wendy.nextOf("NewMessage");
  let [lobbyBytes, teaBytes] = [0, 0];
  for (let said = 0; said < lobby + tea + 1;) {
    const body = await ben.body();
    const message = JSON.parse(new TextDecoder().decode(body));
    if (message.type !== "NewMessage") continue;
    said++;
    // Anna, Ben, Wendy and Op get frames of the lobby; Anna and Ben those of the other room.
    if (message.room === "lobby") lobbyBytes += 4 * (4 + body.length);
    else teaBytes += 2 * (4 + body.length);
  }
  // What he typed himself Tom does not get.
  for (let n = 0; n < lobby; n++) lobbyBytes += `Anna: lobby ☕ ${n}\n`.length + 2;
  await ben.send({ type: "Whisper", to: "Tom", content: "psst" });
  await ben.send({ type: "Whisper", to: "Wendy", content: "psst" });
  const whisper = await wendy.nextOf("PrivateMessage");
  const whispered = "[Private from Ben] psst\n".length + frame(whisper).length;

  await op.send({ type: "Inspect", id: "i" });
  const { rooms, moreRooms, figures } = await op.nextOf("Inspection");
  assertEquals(rooms, [
    { name: "lobby", users: 5, messages: 8, deliveries: 7 * 5 + 4, bytes: lobbyBytes },
    { name: "Tea", users: 2, messages: 11, deliveries: 22, bytes: teaBytes },
  ]);
  assertEquals(moreRooms, false);
  assertEquals(figures.roomBytes, lobbyBytes + teaBytes);
  assertEquals([figures.whisperBytes, figures.whisperDeliveries], [whispered, 2]);
  assertEquals(figures.deliveries, 7 * 5 + 4 + 22 + 2);
  const after = await metrics(server.web);
  const grown = (name: string) => (after[name] ?? NaN) - (before[name] ?? NaN);
  assertEquals(grown('chat_delivered_bytes_total{kind="room"}'), lobbyBytes + teaBytes);
  assertEquals(grown('chat_delivered_bytes_total{kind="whisper"}'), whispered);
});

Deno.test("Inspect is answered twice at once and then once a second, also without other limits", async () => {
  await using server = startServer({ operatorToken: TOKEN, limits: { messagesPerSecond: 0 } });
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Op", operator: TOKEN });
  await op.next("Welcome");
  await op.send(...["1", "2", "3"].map((id) => ({ type: "Inspect", id })));
  assertEquals((await op.next("Inspection")).re, "1");
  assertEquals((await op.next("Inspection")).re, "2");
  assertEquals((await op.nextError("rate_limited")).re, "3");
});

Deno.test("the headless client inspects, asks for the token at each login, and is refused without one", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  const { port } = server;
  let asked = 0;
  const operator = () => Promise.resolve(++asked === 1 ? undefined : TOKEN);
  {
    await using first = connect({ port, name: "Op", operator });
    const error = await assertRejects(first.inspect(), ChatError);
    assertEquals(error.code, "auth_failed");
  }
  await server.event("left");
  await using op = connect({ port, name: "Op", operator });
  assertEquals((await op.inspect()).connections.map(({ user }) => user), ["Op"]);
  assertEquals(asked, 2);
  await using wrong = connect({ port, name: "Eve", operator: "wrong" });
  const error = await assertRejects(wrong.online(), ChatError);
  assertEquals(error.code, "auth_failed");
});

Deno.test("an inspection is bounded, also of many who are in many rooms with long names", () => {
  const rooms = Array.from({ length: 200 }, (_, n) => "𝕏".repeat(29) + n);
  const link = new Link(handWire(), 1);
  const end = { hostname: "2001:db8::ffff:ffff:ffff:ffff", port: 65_535 };
  const one: Inspectable = {
    link,
    remote: end,
    local: end,
    speech: "frames",
    user: "𝕏".repeat(32) as UserName,
    roomNames: () => rooms as RoomName[],
  };
  const sum = Number.MAX_SAFE_INTEGER;
  const large = { name: "𝕏".repeat(32), people: sum, messages: sum, deliveries: sum, bytes: sum };
  const inspect = (count: number): Inspection =>
    inspectionOf({
      figures: { ...FIGURES, rooms: INSPECTED_BUSY_ROOMS_MAX + 1 },
      rooms: Array.from({ length: INSPECTED_BUSY_ROOMS_MAX + 1 }, () => large),
      connections: Array.from({ length: count }, () => one),
      pid: 1,
      marks: Array.from({ length: MARKS_MAX }, () => mark),
      originMs: 0,
      at: 0,
    });
  const { connections, more } = inspect(INSPECTED_CONNECTIONS_MAX);
  assertEquals([connections.length, more], [INSPECTED_CONNECTIONS_MAX, false]);
  const many = inspect(INSPECTED_CONNECTIONS_MAX + 1);
  assertEquals([many.connections.length, many.more], [INSPECTED_CONNECTIONS_MAX, true]);
  assertEquals([many.rooms?.length, many.moreRooms], [INSPECTED_BUSY_ROOMS_MAX, true]);
  const [first] = connections;
  assertEquals([first?.rooms.length, first?.roomCount], [INSPECTED_ROOMS_MAX, 200]);
  assertEquals(first?.remote, "[2001:db8::ffff:ffff:ffff:ffff]:65535");
  assert(frame(many).length < FRAME_BYTES_CEILING, `${frame(many).length} bytes`);
});

Deno.test("an encrypted connection is told as one: its socket carries more than is counted", () => {
  const end = { hostname: "127.0.0.1", port: 1 };
  const seen = [undefined, false, true].map((isSecure) => {
    const link = new Link({ ...handWire(), ...(isSecure === undefined ? {} : { isSecure }) }, 1);
    const one: Inspectable = {
      ...{ link, remote: end, local: end, speech: "frames", user: undefined, roomNames: () => [] },
    };
    const { connections } = inspectionOf({
      ...{ figures: FIGURES, rooms: [], marks: [], connections: [one], pid: 1, originMs: 0, at: 0 },
    });
    return connections[0]?.secure;
  });
  assertEquals(seen, [undefined, undefined, true]);
});

const mark = {
  at: Number.MAX_SAFE_INTEGER,
  by: "ü".repeat(32),
  text: "😀".repeat(MARK_CHARS_MAX / 2),
};
const NONE = new Samples([]).distribution();
/** As many as there can be. */
const SLOTS: readonly SplitSlot[] = Array.from({ length: 225 }, (_, at) => ({
  le: 12_345.75 + at,
  count: Number.MAX_SAFE_INTEGER,
  loop: 12_345.678_901_234,
  disk: 12_345.678_901_234,
  answer: 12_345.678_901_234,
}));
const FIGURES: Figures = {
  counters: noCounts(),
  connections: { frames: 0, text: 0, websocket: 0, unknown: 0 },
  lag: 0,
  lagMax: 0,
  users: 0,
  rooms: 0,
  uptimeMs: 0,
  loopDelayMs: NONE,
  fanoutMs: NONE,
  acks: { slots: SLOTS, whole: NONE, parts: { loop: NONE, disk: NONE, answer: NONE } },
  storePendingMs: 0,
  storeFailed: false,
  lagBytesMax: 8 << 20,
  memory: { rss: 0, heapUsed: 0 },
  store: undefined,
};

Deno.test("a connection that carries a file beside the conversation has the name of whose file it is", async () => {
  await using talk = await pair({}, { operatorToken: TOKEN });
  const { server } = talk;
  const { upload, download } = await begin(talk, { size: 10, up: "beside", down: "beside" });
  await using up = await transfer(server, upload.token);
  await using down = await transfer(server, download.token);
  await up.next("StartUpload");
  await down.next("StartDownload");
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Op", operator: TOKEN });
  await op.send({ type: "Inspect" });
  const { connections, figures } = await op.nextOf("Inspection");
  const seen = connections.map(({ user, rooms, remote }) => [user, rooms.length, remote]);
  assertEquals(seen.slice(2, 4), [["Alice", 0, up.address], ["Bob", 0, down.address]]);
  assertEquals(figures.users, 3);
});
