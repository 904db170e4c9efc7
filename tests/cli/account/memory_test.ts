/**
 * What a client still knows of a password when it has logged in: nothing that the engine's heap can reach, nor what was sent.
 *
 * What is not reachable any more is overwritten when the engine uses that memory again; no program can hurry it. See docs/attacks.md.
 *
 * @module
 */

import { FrameConnection } from "../../../server/wire/connection.ts";
import { connect } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { ScriptChild } from "../../script_child.ts";

const PASSWORD = "c0rrect h0rse battery";

Deno.test("a client that has logged in holds its password nowhere", async () => {
  await using server = startServer();
  const directory = await Deno.makeTempDir({ prefix: "chat-memory-" });
  try {
    const { port } = server;
    await using anna = connect({ port, name: "Anna", password: PASSWORD, register: true });
    await anna.online();
    const path = `${directory}/heap`;
    await using child = new ScriptChild(new URL("memory_child.ts", import.meta.url).pathname, {
      args: [path, `${port}`],
      env: { CHAT_PASSWORD: PASSWORD, XDG_STATE_HOME: directory },
    });
    assertEquals(await child.line(), "written");
    const heap = await Deno.readTextFile(path);
    assert(heap.includes("deviceName"), "it is the heap of a client");
    assert(!heap.includes(PASSWORD), "the password is there");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("of a frame with a password nothing is left where it was made and sent from", async () => {
  const written: Uint8Array[] = [];
  const done = Promise.withResolvers<void>();
  const connection = new FrameConnection({
    read: () => new Promise(() => {}),
    write: (bytes) => {
      written.push(bytes);
      queueMicrotask(() => queueMicrotask(done.resolve));
      return Promise.resolve(bytes.length);
    },
    close: () => {},
    [Symbol.dispose]: () => {},
  });
  connection.send({ type: "Login", username: "Anna", password: PASSWORD });
  const text = new TextDecoder().decode(written[0]);
  assert(text.includes(PASSWORD));
  await done.promise;
  const left = written.map((bytes) =>
    new TextDecoder("latin1").decode(bytes.buffer as ArrayBuffer)
  );
  assert(!left.join("").includes(PASSWORD));
});
