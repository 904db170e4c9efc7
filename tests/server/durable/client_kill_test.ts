/**
 * kill -9 of a real server under headless clients: what they said and whispered is there once, and heard once.
 *
 * @module
 */

import { type Client, connect } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";
import { freePort } from "../../ports.ts";
import { serveArgs, ServerProcess } from "../process.ts";
import { folder } from "./place.ts";
import { testWithStrace } from "./privileges.ts";
import { fault, writerOf } from "./strace.ts";
import { range } from "./talk.ts";

const KILLS = 2;
/** Messages of each of the two between kills: half in the lobby, half whispered. */
const EACH = 120;
const LONG_MS = 60_000;

/** What a client hears of the other one, in the order of hearing. */
async function hear(client: Client, from: string): Promise<{ room: string[]; whispers: string[] }> {
  const heard = { room: [] as string[], whispers: [] as string[] };
  for await (const event of client) {
    if (event.type === "NewMessage" && event.from === from) heard.room.push(event.content);
    if (event.type === "PrivateMessage" && event.from === from) heard.whispers.push(event.content);
  }
  return heard;
}

Deno.test("what headless clients say over kill -9 is stored and heard once, in order, whispers too", async () => {
  using place = folder();
  const port = freePort();
  const start = () =>
    ServerProcess.start(serveArgs(
      ...["--port", `${port}`, "--rate", "0"],
      ...["--data", place.path, "--durability", "durable"],
    ));
  let server = await start();
  const alice = connect({ port, name: "Alice" });
  const bob = connect({ port, name: "Bob" });
  const ears = [hear(alice, "Bob"), hear(bob, "Alice")];
  await Promise.all([alice.online(), bob.online()]);
  const said: Promise<unknown>[] = [];
  const refused: string[] = [];
  let answered = 0;
  let enough = Promise.withResolvers<void>();
  const say = (client: Client, other: string, n: number) => {
    const text = `${client.name} ${n}`;
    const saying = n % 2 === 0 ? client.say(text) : client.whisper(other, text);
    said.push(saying.then(
      () => ++answered % EACH === 0 && enough.resolve(),
      // Who is not back yet cannot be whispered to, and that is said.
      () => void refused.push(text),
    ));
  };
  for (let round = 0; round <= KILLS; round++) {
    await Promise.all([alice.online(), bob.online()]);
    enough = Promise.withResolvers<void>();
    for (const n of range(round * EACH, (round + 1) * EACH - 1)) {
      say(alice, "Bob", n);
      say(bob, "Alice", n);
    }
    if (round === KILLS) break;
    await within(enough.promise, "Half of the answers", LONG_MS);
    await server.end("SIGKILL", LONG_MS);
    server = await start();
  }
  await within(Promise.all(said), "All answers", LONG_MS);
  for (const client of [alice, bob]) {
    const room = client.history({ room: "lobby", after: 0, limit: 500 });
    const stored = (await room).messages.filter(({ from }) => from === client.name);
    const wanted = range(0, (KILLS + 1) * EACH - 1).filter((n) => n % 2 === 0);
    assertEquals(stored.map(({ content }) => content), wanted.map((n) => `${client.name} ${n}`));
  }
  const other = { Alice: "Bob", Bob: "Alice" } as const;
  const whispered = { Alice: [] as string[], Bob: [] as string[] };
  for (const name of ["Alice", "Bob"] as const) {
    const client = name === "Alice" ? alice : bob;
    const page = await client.history({ with: other[name], after: 0, limit: 500 });
    whispered[name] = page.messages.filter(({ from }) => from === name).map(({ content }) =>
      content
    );
    const wanted = range(0, (KILLS + 1) * EACH - 1).filter((n) => n % 2 === 1);
    const taken = wanted.map((n) => `${name} ${n}`).filter((text) => !refused.includes(text));
    assertEquals(whispered[name], taken);
  }
  await Promise.all([alice.close(), bob.close()]);
  const [byAlice, byBob] = await Promise.all(ears);
  assertEquals(byAlice?.whispers, whispered.Bob);
  assertEquals(byBob?.whispers, whispered.Alice);
  for (const [heard, name] of [[byAlice, "Bob"], [byBob, "Alice"]] as const) {
    assertEquals(heard?.room, range(0, (KILLS + 1) * EACH / 2 - 1).map((n) => `${name} ${2 * n}`));
  }
  assertEquals(await server.end("SIGTERM", LONG_MS), 0);
});

testWithStrace(
  "what a client said while fdatasync failed is unknown, and there once after the server's restart",
  async () => {
    using place = folder();
    const port = freePort();
    const start = () =>
      ServerProcess.start(serveArgs(
        ...["--port", `${port}`, "--data", place.path, "--durability", "durable"],
      ));
    let server = await start();
    await using alice = connect({ port, name: "Alice" });
    const told = (async () => {
      for await (const event of alice) if (event.type === "Error") return event.code;
    })();
    await alice.say("before");
    let said: Promise<unknown>;
    {
      await using eio = await fault(writerOf(place.path), "fdatasync:error=EIO");
      said = alice.say("in doubt");
      assertEquals(await within(told, "The word that it is unknown", LONG_MS), "unknown");
      await eio.end();
    }
    assertEquals(alice.unacknowledged, 1);
    await server.end("SIGKILL", LONG_MS);
    server = await start();
    await within(said, "The answer", LONG_MS);
    await alice.say("after");
    const { messages } = await alice.history();
    assertEquals(messages.map(({ content }) => content), ["before", "in doubt", "after"]);
    await alice.close();
    assertEquals(await server.end("SIGTERM", LONG_MS), 0);
  },
);
