/**
 * When the headless client says that its user types: in rooms that want it, and not with each key.
 *
 * @module
 */

import { connect, RESUME_ROOMS_MAX, TYPING_EACH_MS } from "../../../server/wire/mod.ts";
import { Position } from "../../../server/wire/position.ts";
import { TypingPace } from "../../../server/wire/typing_pace.ts";
import { TYPING_HOLDS_MS } from "../../../talk/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { ScriptedServer } from "./scripted_server.ts";

const WELCOME = {
  type: "Welcome",
  username: "Anna",
  rooms: ["lobby", "tea"],
  server: "scripted/0",
  protocol: 1,
  durability: "none",
} as const;
const CHANGED = {
  type: "RoomChanged",
  by: "Ben",
  access: "open",
  slow: 0,
  topicBy: "members",
} as const;

Deno.test("a client knows which of its rooms want it: from its login, from entering one, and from what is set", () => {
  const position = new Position([]);
  const wants = () => ["lobby", "TEA", "dev"].filter((room) => position.wantsTyping(room));
  assertEquals(wants(), []);
  position.welcomed({ ...WELCOME, rooms: ["lobby", "tea"], typing: ["Tea", "elsewhere"] });
  assertEquals([wants(), position.wantsTyping("elsewhere")], [["TEA"], false]);
  position.entered({ room: "dev", seq: 1, typing: true });
  position.hears({ ...CHANGED, room: "lobby", typing: true }, "Anna");
  position.hears({ ...CHANGED, room: "tea" }, "Anna");
  assertEquals(wants(), ["lobby", "dev"]);
  position.left("dev");
  assertEquals(wants(), ["lobby"]);
  // After a break it is as the next welcome says.
  position.welcomed({ ...WELCOME, rooms: ["lobby", "tea"] });
  assertEquals(wants(), []);
});

Deno.test("it is said once in three seconds in each room, twice before it is over for those who read", () => {
  assertEquals(TYPING_HOLDS_MS, 2 * TYPING_EACH_MS);
  const pace = new TypingPace({ wantsTyping: (room) => room !== "shy" });
  const taken = (room: string, atMs: number) => pace.take(room, atMs);
  assertEquals([0, 1, 2_999].map((ms) => taken("tea", ms)), [true, false, false]);
  assertEquals([taken("TEA", 2_999), taken("dev", 2_999)], [false, true]);
  assertEquals([taken("tea", 3_000), taken("tea", 3_001)], [true, false]);
  assertEquals([taken("shy", 0), taken("shy", 10_000)], [false, false]);
  // However many rooms there are, it remembers so many.
  for (let n = 0; n < 2 * RESUME_ROOMS_MAX; n++) assert(taken(`room${n}`, 5_000));
  assertEquals([taken(`room${2 * RESUME_ROOMS_MAX - 1}`, 5_001), taken("room0", 5_001)], [
    false,
    true,
  ]);
});

Deno.test("a note that is six seconds old is not passed on, however the clocks of both ends stand", () => {
  const welcome = { ...WELCOME, rooms: [...WELCOME.rooms] };
  for (const ahead of [0, -3_600_000, 3_600_000]) {
    const pace = new TypingPace({ wantsTyping: () => true });
    const late = (toldMs: number, heardMs: number) =>
      pace.isLate({ type: "Typing", room: "tea", from: "Ben", at: toldMs }, heardMs + ahead);
    pace.isLate({ ...welcome, at: 1_000 }, 1_200 + ahead);
    assertEquals(late(2_000, 2_300), false);
    // 200 ms are the way.
    assertEquals([late(10_000, 16_199), late(10_000, 16_200)], [false, true]);
    // It slept for a minute: what was told meanwhile comes at once.
    const woken = Array.from({ length: 20 }, (_, n) => late(20_000 + 3_000 * n, 80_000));
    assertEquals(woken.filter((isLate) => !isLate).length, 2);
    // A welcome that was itself late is corrected by what comes in time; a later server's clock may be another one.
    pace.isLate({ ...welcome, at: 0 }, 60_000 + ahead);
    assertEquals([late(60_000, 60_100), late(55_000, 62_000)], [false, true]);
    pace.isLate({ ...welcome, at: 500_000 }, ahead);
    assertEquals(late(501_000, 1_100), false);
  }
  const pace = new TypingPace({ wantsTyping: () => true });
  // Of a server that tells no time, all is passed on, as is all that is something else.
  pace.isLate(welcome, 0);
  const [room, from] = ["tea", "Ben"];
  assertEquals(pace.isLate({ type: "Typing", room, from }, 1e9), false);
  assertEquals(
    pace.isLate({ type: "NewMessage", room, from, seq: 1, content: "", at: 0 }, 1e9),
    false,
  );
});

Deno.test("it is sent without an id, not before there is a connection, and who types is an event", async () => {
  using server = new ScriptedServer();
  await using client = connect({
    port: server.port,
    name: "Anna",
    typing: true,
    reconnect: false,
  });
  client.tellTyping("tea");
  await using peer = await server.accept();
  assertEquals((await peer.hears("Login")).typing, true);
  const at = 1_764_000_000_000;
  await peer.says({ ...WELCOME, rooms: [...WELCOME.rooms], typing: ["tea"], at });
  await client.online();
  for (let i = 0; i < 3; i++) client.tellTyping("tea");
  client.tellTyping("lobby");
  void client.say("done", { room: "tea" }).catch(() => {});
  const note = await peer.hears("Typing");
  assertEquals([note.room, note.id], ["tea", undefined]);
  await peer.hears("Broadcast");
  await peer.says({ type: "Typing", room: "tea", from: "Late", at: at - 6_000 });
  await peer.says({ type: "Typing", room: "tea", from: "Ben", at });
  for await (const event of client) {
    if (event.type !== "Typing") continue;
    assertEquals([event.room, event.from], ["tea", "Ben"]);
    break;
  }
});

Deno.test("a client that did not ask for it logs in as ever", async () => {
  using server = new ScriptedServer();
  await using _client = connect({ port: server.port, name: "Anna", reconnect: false });
  await using peer = await server.accept();
  assertEquals((await peer.hears("Login")).typing, undefined);
});
