/**
 * Attacks by reports on those who are to hear of them: each tells all moderators up to six long messages. And on those whose words
 * are reported: what they have taken back is told nobody.
 *
 * @module
 */

import { REPORTERS_MAX, REPORTS } from "../../../server/order/limits.ts";
import { ReportPace } from "../../../server/order/report_pace.ts";
import type { MessageStore } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";
import { answerTo, ask, comesIn, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { folder, startOn } from "../../server/durable/place.ts";

Deno.test("a crowd at one address that reports without end is told to wait, and moderators hear of few", async () => {
  await using server = startServer({ exempt: [], limits: { addressMessagesPerSecond: 0 } });
  await using anna = await inRoom(server, "Anna", "tea");
  await done(anna, { type: "Broadcast", room: "tea", content: "x".repeat(8_000) });
  const crowd = await Promise.all(
    ["Eve", "Mallory", "Mob"].map((name) => inRoom(server, name, "tea")),
  );
  let told = 0;
  for (const one of crowd) {
    for (let n = 0; n < 15; n++) {
      const answer = await ask(one, { type: "Report", room: "tea", why: "again" });
      if (answer["type"] === "Ack") told++;
      else {
        assertEquals(answer["code"], "rate_limited");
        assert((answer["wait"] as number) > 1_000, JSON.stringify(answer));
      }
    }
    await one.close();
  }
  assert(told >= REPORTS.burst && told <= REPORTS.burst + 3, `${told} were told`);
  await anna.send({ type: "Ping" });
  let heard = 0;
  for (
    let message = await anna.message();
    message.type !== "Pong";
    message = await anna.message()
  ) {
    if (message.type === "Reported") heard++;
  }
  assertEquals(heard, told);
});

Deno.test("who reports is limited alone, gets it back in time, and a crowd of names takes no memory without end", () => {
  const pace = new ReportPace();
  const of = (key: string, address: number, exempt = false) => ({
    key,
    address: { key: `${address}`, exempt },
  });
  for (let n = 0; n < REPORTS.burst; n++) assertEquals(pace.take(of("eve", 1), 0), 0);
  assert(pace.take(of("eve", 1), 0) > 0);
  assert(pace.take(of("mallory", 1), 0) > 0);
  assertEquals(pace.take(of("eve", 2), 0), 0);
  // Where an address stands for many, each of them is one.
  for (let n = 0; n < REPORTS.burst; n++) assertEquals(pace.take(of("eve", 3, true), 0), 0);
  assert(pace.take(of("eve", 3, true), 0) > 0);
  assertEquals(pace.take(of("ben", 3, true), 0), 0);
  for (let n = 0; n < 3 * REPORTERS_MAX; n++) pace.take(of("mob", 100 + n), 1);
  assert(pace.size <= REPORTERS_MAX);
  assertEquals(pace.take(of("mob", 99 + 3 * REPORTERS_MAX), 20_000), 0);
});

/** Resolves when something is given to the store in a stream. */
function appended(store: MessageStore, stream: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const append = store.append.bind(store);
  const watched: MessageStore["append"] = (message) => {
    append(message);
    if (message.stream === stream) resolve();
  };
  Object.assign(store, { append: watched });
  return promise;
}

for (
  const [change, words] of [
    [{ type: "Delete" }, ""],
    [{ type: "Edit", content: "nothing" }, "nothing"],
  ] as const
) {
  Deno.test(`a report tells no words of which the ${change.type} is on its way to the disk`, async () => {
    using place = folder();
    const disk = new HandDisk(place.path);
    const operatorToken = "operator".repeat(5);
    await using server = await startOn(place.path, {
      storage: disk.storage,
      serve: { operatorToken },
    });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    await using ann = await inRoom(server, "Ann", "tea");
    await using ron = await inRoom(server, "Ron", "tea");
    await done(ann, { type: "Broadcast", room: "tea", content: "my password" });
    const reported = appended(server.store, "audit/tea");
    using changing = disk.hold('"edited":');
    await ann.send({ ...change, room: "tea", seq: 1, id: "change" });
    await changing.arrived();
    await ron.send({ type: "Report", room: "tea", seq: 1, id: "report" });
    // By then its words were read, and it waits behind the change.
    await within(reported, "The report is on its way");
    changing.release();
    assertEquals((await answerTo(ann, "change"))["type"], "Ack");
    assertEquals((await answerTo(ron, "report"))["type"], "Ack");
    const { messages } = await op.nextOf("Reported");
    assertEquals(messages.map(({ content }) => content), [words]);
  });
}

for (const type of ["Kick", "Ban"] as const) {
  Deno.test(`moderators hear no report by who is put out of the room by a ${type} that is on its way`, async () => {
    using place = folder();
    const disk = new HandDisk(place.path);
    await using server = await startOn(place.path, { storage: disk.storage });
    await using anna = await inRoom(server, "Anna", "tea");
    await using ben = await inRoom(server, "Ben", "tea");
    await done(anna, { type: "Broadcast", room: "tea", content: "hello" });
    using putting = disk.hold(`"act":"${type.toLowerCase()}"`);
    await anna.send({ type, room: "tea", user: "Ben", id: "out" });
    await putting.arrived();
    await refused(ben, { type: "Report", room: "tea", seq: 1, why: "I speak" }, "banned");
    putting.release();
    assertEquals((await answerTo(anna, "out"))["type"], "Ack");
    const { records } = await ask(anna, { type: "Audit", room: "tea" });
    assertEquals((records as readonly { act: string }[]).map(({ act }) => act), [
      type.toLowerCase(),
    ]);
  });
}
