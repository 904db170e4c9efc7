/**
 * The headless client against the real server, which dies and comes back under its feet.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import type { MessageStore } from "../../../server/mod.ts";
import { ChatError, type ClientEvent, connect } from "../../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";

/** A store that survives the server that closes it. */
function lasting(): MessageStore {
  return { ...memoryStore(), [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** Collects what a client hears in the lobby, until it has heard `count` messages. */
async function collect(client: AsyncIterable<ClientEvent>, count: number): Promise<string[]> {
  const heard: string[] = [];
  for await (const event of client) {
    if (event.type === "NewMessage") heard.push(`${event.seq} ${event.content}`);
    if (heard.length === count) break;
  }
  return heard;
}

Deno.test("two clients hear each other", async () => {
  await using server = startServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await using bob = connect({ port: server.port, name: "Bob" });
  await bob.online();
  const heard = collect(bob, 2);
  assertEquals((await alice.say("one")).seq, 1);
  assertEquals((await alice.say("two")).seq, 2);
  assertEquals(await within(heard, "Both messages"), ["1 one", "2 two"]);
});

Deno.test("say() is heard once each and in order over two restarts of the server", async () => {
  const store = lasting();
  const limits = { messagesPerSecond: 0, drainMsMax: 0 };
  const count = 300;
  let server = startServer({ store, limits });
  const { port } = server;
  await using alice = connect({ port, name: "Alice" });
  await using bob = connect({ port, name: "Bob" });
  await bob.online();
  const heard = collect(bob, count);
  const said: Promise<unknown>[] = [];
  const say = (from: number, to: number) => {
    for (let n = from; n <= to; n++) said.push(alice.say(`message ${n}`));
  };
  for (const from of [1, 101]) {
    say(from, from + 49);
    await within(Promise.all(said), "The first fifty");
    // These are on their way when the server goes.
    say(from + 50, from + 99);
    await server[Symbol.asyncDispose]();
    server = startServer({ port, store, limits });
  }
  say(201, count);
  await within(Promise.all(said), "All acknowledgements", 20_000);
  const messages = await within(heard, "All messages", 20_000);
  await server[Symbol.asyncDispose]();
  assertEquals(messages.map((text) => text.split(" ")[2]), said.map((_, n) => `${n + 1}`));
  assertEquals(new Set(messages).size, count);
});

Deno.test("a client follows a server whose history starts anew", async () => {
  let server = startServer({ limits: { drainMsMax: 0 } });
  const { port } = server;
  await using alice = connect({ port, name: "Alice" });
  const heard = collect(alice, 3);
  await alice.say("old 1");
  await alice.say("old 2");
  await server[Symbol.asyncDispose]();
  server = startServer({ port, limits: { drainMsMax: 0 } });
  assertEquals((await within(alice.say("new 1"), "say()")).seq, 1);
  assertEquals(await within(heard, "All three"), ["1 old 1", "2 old 2", "1 new 1"]);
  await server[Symbol.asyncDispose]();
});

Deno.test("say() above the rate arrives whole and in order", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 50, messagesBurst: 10 } });
  await using alice = connect({ port: server.port, name: "Alice" });
  const heard = collect(alice, 25);
  const said = Array.from({ length: 25 }, (_, n) => alice.say(`${n}`));
  await within(Promise.all(said), "All acknowledgements", 20_000);
  assertEquals(
    await within(heard, "All messages"),
    Array.from({ length: 25 }, (_, n) => `${n + 1} ${n}`),
  );
});

Deno.test("say() of more than a frame holds rejects, and does not lose the connection", async () => {
  await using server = startServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await alice.online();
  const said = alice.say("x".repeat(1 << 21));
  await within(Promise.allSettled([said]), "The refusal", 2_000);
  const { code } = await assertRejects(said, ChatError);
  assert(code === "too_long" || code === "frame_too_large", code);
});

Deno.test("a client takes its own name back from a connection that the server still believes in", async () => {
  await using server = startServer();
  await using proxy = await halfDeadProxy(server.port);
  await using alice = connect({ port: proxy.port, name: "Alice" });
  await alice.online();
  proxy.forgetClients();
  await within(alice.say("still me"), "say() over the new connection");
  assertEquals((await alice.users()).users, ["Alice"]);
});

Deno.test("a whisper into a connection that is dead already is told when its receiver is back", async () => {
  await using server = startServer();
  await using proxy = await halfDeadProxy(server.port);
  await using bob = await server.frames("Bob");
  await using alice = connect({ port: proxy.port, name: "Alice" });
  const told = (async () => {
    const contents: string[] = [];
    for await (const event of alice) {
      if (event.type !== "PrivateMessage") continue;
      if (contents.push(event.content) === 1) proxy.forgetClients();
      if (contents.length === 3) return contents;
    }
  })();
  await alice.online();
  await bob.send({ type: "Whisper", to: "Alice", content: "one", id: "1" });
  await bob.nextOf("PrivateSent");
  // Wherever the connection breaks meanwhile, none of them is lost, doubled or out of order.
  for (const [id, content] of [["2", "two"], ["3", "three"]] as const) {
    for (;;) {
      await bob.send({ type: "Whisper", to: "Alice", content, id });
      const answer = await bob.message();
      if (answer.type === "PrivateSent") break;
    }
  }
  assertEquals(await within(told, "The whispers"), ["one", "two", "three"]);
});

/** A relay that can drop its clients without telling the server: a network that went away. */
async function halfDeadProxy(
  target: number,
): Promise<AsyncDisposable & { readonly port: number; forgetClients(): void }> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const all: Deno.Conn[] = [];
  let clients: Deno.Conn[] = [];
  const copy = async (from: Deno.Conn, to: Deno.Conn) => {
    try {
      const buffer = new Uint8Array(4_096);
      for (;;) {
        const count = await from.read(buffer);
        if (count === null) return;
        await to.write(buffer.subarray(0, count));
      }
    } catch (error) {
      const gone = error instanceof Deno.errors.BadResource ||
        error instanceof Deno.errors.Interrupted || error instanceof Deno.errors.BrokenPipe ||
        error instanceof Deno.errors.ConnectionReset;
      if (!gone) throw error;
    }
  };
  const running: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const client of listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: target });
      all.push(client, server);
      clients.push(client);
      running.push(copy(client, server), copy(server, client));
    }
  })();
  await Promise.resolve();
  return {
    port: listener.addr.port,
    forgetClients() {
      for (const client of clients) client.close();
      clients = [];
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const conn of all) {
        try {
          conn.close();
        } catch (error) {
          if (!(error instanceof Deno.errors.BadResource)) throw error;
        }
      }
      await Promise.all(running);
    },
  };
}

Deno.test("setTopic() is told to the room, and answered", async () => {
  await using server = startServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await using bob = await server.frames("Bob");
  assertEquals((await alice.setTopic("tea")).room, "lobby");
  assertEquals((await bob.nextOf("Topic")).topic, "tea");
});
