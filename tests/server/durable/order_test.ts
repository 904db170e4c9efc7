/**
 * Order over the end of a server: what was done and the record of it are one, whatever the disk does and whenever the server is killed.
 *
 * @module
 */

import { durableStore, type MessageStore } from "../../../server/mod.ts";
import { type KeptValues, type Put, StorageError } from "../../../server/store/store_port.ts";
import type { AuditEntry, SanctionEntry } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { RawClient, startServer } from "../../harness.ts";
import { ask, done, inRoom, refused } from "../conformance/asking.ts";
import { serveArgs, ServerProcess } from "../process.ts";
import { folder } from "./place.ts";

const PASSWORD = "correct horse";

/** A store with no space left for how rooms are set, and enough for the record of it. */
function shortOfSpace(store: MessageStore): MessageStore {
  const isOrder = ({ key }: Pick<Put, "key">): boolean => key.startsWith("order/");
  const full = () => new StorageError("The store is full");
  const write: KeptValues["write"] = (key, value, settled) =>
    isOrder({ key }) ? settled(full()) : store.values.write(key, value, settled);
  const append: MessageStore["append"] = (message) =>
    message.puts?.some(isOrder) ? message.settled(full()) : store.append(message);
  const own = { append, values: { ...store.values, write } };
  return new Proxy(store, {
    get: (_, name) => {
      const value: unknown = Reflect.get(name in own ? own : store, name);
      return typeof value === "function" ? value.bind(store) : value;
    },
  });
}

Deno.test("what there was no space for has not happened, and no record says that it has", async () => {
  using place = folder();
  const store = shortOfSpace(await durableStore(place.path, { durability: "durable" }));
  await using server = startServer({ store });
  await using anna = await inRoom(server, "Anna", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await refused(anna, { type: "Ban", room: "tea", user: "Ben" }, "storage");
  await done(ben, { type: "Broadcast", room: "tea", content: "still here" });
  assertEquals((await ask(anna, { type: "Audit", room: "tea" }))["records"], []);
});

Deno.test("after a kill those are banned of whom the record says so, and an absent account hears of all that was done to it", async () => {
  using place = folder();
  const start = () =>
    ServerProcess.start(
      serveArgs("--port", "0", "--data", place.path, "--durability", "durable", "--rate", "0"),
    );
  let session: string;
  let acknowledged = 0;
  {
    await using server = await start();
    await using eve = await RawClient.connect(server.port);
    await eve.send({ type: "Register", username: "Eve", password: PASSWORD });
    await eve.next("Welcome");
    await using anna = await RawClient.connect(server.port);
    await anna.send({ type: "Login", username: "Anna" });
    session = (await anna.next("Welcome")).session ?? "";
    await eve.close();
    await anna.nextOf("UserLeft");
    await done(anna, { type: "Join", room: "tea" });
    for (let n = 0; n < 60; n++) {
      await anna.send({ type: "Ban", room: "tea", user: `nobody-${n}`, id: `${n}` });
      await anna.send({ type: "Mute", room: "tea", user: "Eve", seconds: 1_000 + n, id: `m${n}` });
    }
    while (acknowledged < 20) if ((await anna.message()).type === "Ack") acknowledged++;
    await server.end("SIGKILL", 10_000);
  }
  await using server = await start();
  await using anna = await RawClient.connect(server.port);
  await anna.send({ type: "Login", username: "Anna", session });
  await anna.next("Welcome");
  const room = await ask(anna, { type: "Room", room: "tea" });
  const page = await ask(anna, { type: "Audit", room: "tea", limit: 500 });
  const records = page["records"] as readonly AuditEntry[];
  assert(records.length >= acknowledged, `${records.length} records of ${acknowledged}`);
  assertEquals(
    (room["bans"] as readonly SanctionEntry[]).map(({ user }) => user),
    records.filter(({ act }) => act === "ban").map(({ user }) => user),
  );
  await using eve = await RawClient.connect(server.port);
  await eve.send({ type: "Login", username: "Eve", password: PASSWORD });
  await eve.next("Welcome");
  const muted = records.filter(({ act }) => act === "mute").slice(-20);
  for (const { seconds } of muted) assertEquals((await eve.nextOf("Order")).seconds, seconds);
  await server.end("SIGTERM", 30_000);
});
