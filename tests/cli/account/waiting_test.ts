/**
 * What waited for an account is printed by a client in a pipe, once, and said to be read.
 *
 * @module
 */

import { PlainWaiting } from "../../../cli/plain_waiting.ts";
import { connect, type PrivateMessage } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { Machine } from "./machine.ts";

const PASSWORD = "correct horse";

Deno.test("whispers that waited are printed in a pipe, once, and that one was named elsewhere", async () => {
  await using server = startServer({ passwordCost: CHEAP });
  const { port } = server;
  await using machine = new Machine(port);
  await machine.run(["login", "--register", "-n", "Anna"], { CHAT_PASSWORD: PASSWORD });
  await machine.run(["connect", "-r", "tea"]);
  await using ben = connect({ port, name: "Ben", rooms: ["tea"] });
  const sent = await ben.whisper("Anna", "are you\n[Server] there?");
  assertEquals(sent.waits, true);
  await ben.whisper("Anna", "call me");
  const gone = await ben.whisper("Anna", "a mistake");
  await ben.changes.delete({ with: "Anna", seq: gone.seq });
  await ben.say("Anna should see this", { room: "tea" });
  const first = await machine.run(["connect"]);
  assertEquals(first, {
    code: 0,
    err: "",
    out: "[Server] In tea 1 message is new since you left, and you are named there.\n" +
      "[Server] Ben whispered 2 times while you were away.\n" +
      "[Private from Ben] are you\n[Private from Ben] (Server) there?\n[Private from Ben] call me\n",
  });
  const { out } = await machine.run(["connect"]);
  assertEquals(out, "[Server] In tea 1 message is new since you left, and you are named there.\n");
});

Deno.test("whispers that are printed while one is here are read, and told seldom; of a guest nothing is told", async () => {
  await using server = startServer({ passwordCost: CHEAP, limits: { messagesPerSecond: 0 } });
  const { port } = server;
  await using ben = connect({ port, name: "Ben" });
  for (const register of [true, false]) {
    const name = register ? "Anna" : "Gus";
    await using anna = connect({
      port,
      name,
      ...(register ? { password: PASSWORD, register } : {}),
    });
    await anna.online();
    const reads: number[] = [];
    const printed: string[] = [];
    const telling = {
      history: anna.history.bind(anna),
      markRead: (...[place, seq]: Parameters<typeof anna.markRead>) => {
        reads.push(seq);
        return anna.markRead(place, seq);
      },
    };
    using waiting = new PlainWaiting(telling, (sentence) => printed.push(sentence));
    const heard = (async () => {
      let count = 0;
      for await (const event of anna) {
        if (event.type === "Welcome") waiting.welcomed(event);
        if (event.type !== "PrivateMessage") continue;
        waiting.heard(event, anna.name);
        if (++count === 50) break;
      }
    })();
    await Promise.all(Array.from({ length: 50 }, (_, n) => ben.whisper(name, `${n}`)));
    await within(heard, "All of them");
    await within(waiting.settled(), "The end");
    assertEquals([reads.at(-1), printed], [register ? 50 : undefined, []]);
    assert(reads.length <= 25, `${reads.length} words of 50 whispers`);
  }
});

Deno.test("of who has whispered often the newest are printed, and that there are more", async () => {
  const whispers = Array.from({ length: 100 }, (_, n): PrivateMessage => ({
    type: "PrivateMessage",
    from: "Ben",
    content: "x",
    seq: 101 + n,
    at: 0,
  }));
  const asked: object[] = [];
  const told: number[] = [];
  const printed: (readonly [string, number])[] = [];
  using waiting = new PlainWaiting({
    history: (options = {}) => {
      asked.push(options);
      return Promise.resolve({ type: "HistoryPage", with: "Ben", messages: whispers, more: true });
    },
    markRead: (_place, seq) => {
      told.push(seq);
      return Promise.resolve({ type: "Ack", room: "", seq, at: 0 });
    },
  }, (sentence, messages) => printed.push([sentence, messages.length]));
  const welcome = {
    type: "Welcome",
    username: "Anna",
    rooms: ["lobby"],
    server: "x",
    protocol: 1,
    durability: "none",
    account: true,
    unread: [{ with: "Ben", head: 200, read: 7, unread: 193 }],
  } as const;
  waiting.welcomed({ ...welcome, rooms: [...welcome.rooms], unread: [...welcome.unread] });
  await waiting.settled();
  assertEquals(asked, [{ with: "Ben", before: 201, limit: 100 }]);
  assert(printed[0]?.[0].endsWith("these are the newest 100, and there are more."));
  assertEquals([printed[0]?.[1], told], [100, [200]]);
  // After a break the client itself tells what was missed of who was heard.
  waiting.welcomed({ ...welcome, rooms: [...welcome.rooms], unread: [...welcome.unread] });
  await waiting.settled();
  assertEquals(asked.length, 1);
});
