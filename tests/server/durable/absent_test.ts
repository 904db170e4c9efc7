/**
 * Whispers to an account that is away, over the end of a server: it hears of each that was acknowledged, after a kill, too.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { RawClient } from "../../harness.ts";
import { serveArgs, ServerProcess } from "../process.ts";
import { whisper } from "./talk.ts";

const PASSWORD = "correct horse";

Deno.test("whispers that wait are there after a kill; what was read before an orderly end stays read", async () => {
  const directory = await Deno.makeTempDir();
  const start = () =>
    ServerProcess.start(serveArgs("--port", "0", "--data", directory, "--durability", "durable"));
  const login = async (port: number, username: string, type = "Login") => {
    const client = await RawClient.connect(port);
    await client.send({ type, username, password: PASSWORD });
    return { client, welcome: await client.next("Welcome") };
  };
  const unreadOf = async (port: number) => {
    const { client, welcome } = await login(port, "Bob");
    await client.close();
    return welcome.unread;
  };
  try {
    {
      await using server = await start();
      const { port } = server;
      const { client: bob } = await login(port, "Bob", "Register");
      await bob.close();
      const { client: alice } = await login(port, "Alice", "Register");
      await whisper(alice, "Bob", ["one", "two", "three"]);
      await server.end("SIGKILL", 10_000);
      await alice.close();
    }
    const all = [{ with: "Alice", head: 3, read: 0, unread: 3 }];
    {
      await using server = await start();
      assertEquals(await unreadOf(server.port), all);
      await server.end("SIGKILL", 10_000);
    }
    {
      await using server = await start();
      assertEquals(await unreadOf(server.port), all);
      await using lines = await RawClient.connect(server.port);
      await lines.write(`Bob\n${PASSWORD}\n`);
      await lines.expectLines(
        "[Server] Password for Bob:",
        "[Server] Alice whispered 3 times while you were away.",
        ...["one", "two", "three"].map((word) => `[Private from Alice] ${word}`),
      );
      await server.end("SIGTERM", 30_000);
    }
    {
      await using server = await start();
      assertEquals(await unreadOf(server.port), undefined);
      const { client: bob } = await login(server.port, "Bob");
      const { client: alice } = await login(server.port, "Alice");
      await whisper(alice, "Bob", ["four", "five"]);
      await bob.send(
        { type: "Read", with: "Alice", seq: 4, id: "1" },
        { type: "Read", room: "lobby", seq: 0, id: "2" },
        { type: "Join", room: "tea", id: "3" },
      );
      for (let n = 0; n < 3; n++) await bob.nextOf("Ack");
      await alice.send({ type: "Broadcast", content: "hello, Bob", id: "3" });
      await alice.nextOf("Ack");
      await server.end("SIGTERM", 30_000);
      for (const client of [alice, bob]) await client.close();
    }
    await using server = await start();
    const { client: bob, welcome: { rooms, unread } } = await login(server.port, "Bob");
    assertEquals(rooms, ["lobby", "tea"]);
    assertEquals(unread, [
      { room: "lobby", head: 1, read: 0, unread: 1, mentioned: true },
      { with: "Alice", head: 5, read: 4, unread: 1 },
    ]);
    await server.end("SIGTERM", 30_000);
    await bob.close();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
