/**
 * A log that nobody reads: into a pipe that is full, and into one whose reader has ended.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { RawClient, within } from "../../harness.ts";
import { serveArgs } from "../../server/process.ts";

/** More lines than a pipe holds: 64 KiB, and each line has some sixty bytes. */
const LINES = 1_500;

/** A server whose log goes into a pipe of which nothing is read. */
async function serveUnread(): Promise<{ child: Deno.ChildProcess; port: number }> {
  const [program = "", ...args] = serveArgs("--port", "0", "--durability", "none");
  const child = new Deno.Command(program, { args, stdout: "piped", stderr: "piped" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("\n")) {
    said += (await within(reader.read(), "The port", 30_000)).value ?? "";
  }
  await reader.cancel();
  return { child, port: Number(said.trim().split(":").at(-1)) };
}

/** Connections that come and go, each of which is a line in the log. */
async function makeLines(port: number): Promise<void> {
  for (let n = 0; n < LINES; n += 50) {
    const some = Array.from({ length: 50 }, async () => {
      await using client = await RawClient.connect(port);
      await client.close();
    });
    await Promise.all(some);
  }
}

async function answers(port: number): Promise<void> {
  await using client = await RawClient.connect(port);
  await client.send({ type: "Login", username: "Anna" }, { type: "Ping", id: "alive" });
  await client.nextOf("Pong");
}

Deno.test("a server whose log nobody reads serves on, and ends when it is asked to", async () => {
  const { child, port } = await serveUnread();
  await makeLines(port);
  await answers(port);
  child.kill("SIGTERM");
  const { code } = await within(child.status, "The server's end");
  assertEquals(code, 0);
  await child.stderr.cancel();
});

Deno.test("a server whose log has lost its reader serves on", async () => {
  const { child, port } = await serveUnread();
  await child.stderr.cancel();
  for (let n = 0; n < 3; n++) await answers(port);
  child.kill("SIGTERM");
  assertEquals((await within(child.status, "The server's end")).code, 0);
});
