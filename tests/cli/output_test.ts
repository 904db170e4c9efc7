/**
 * Output that nobody reads, that finds no space, or that a server has worded.
 *
 * @module
 */

import { EXIT, explain, Failure } from "../../cli/failure.ts";
import { SideOutput } from "../../cli/side_output.ts";
import { assert, assertEquals } from "../assert.ts";
import { type RawClient, startServer, within } from "../harness.ts";
import { ScriptedServer } from "../server/wire/scripted_server.ts";
import { chat, command } from "./program.ts";

/** A device that takes nothing. */
const FULL = "/dev/full";
const hasFull = await Deno.stat(FULL).then(() => true, () => false);

/** Starts `chat connect` as `bot`; what it says goes to its input line by line. */
function startBot(port: number, redirect?: string) {
  const child = command(["connect", `127.0.0.1:${port}`, "--name", "bot"], {}, redirect).spawn();
  const input = child.stdin.getWriter();
  return { child, input, says: (text: string) => input.write(new TextEncoder().encode(text)) };
}

/** Speaks before, between and behind the bot's lines. @returns Its exit code, once all its lines were said. */
async function sayBetween(redirect?: string): Promise<{ code: number; err: string }> {
  await using server = startServer();
  await using alice = await server.text("Alice");
  const { child, input, says } = startBot(server.port, redirect);
  await using _ = {
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await child.status;
    },
  };
  await child.stdout.cancel();
  const err = new Response(child.stderr).text();
  assertEquals(await alice.line(), "[Server] bot has joined.");
  for (const line of ["one", "two", "three"]) {
    await alice.write("hello\n");
    await says(`${line}\n`);
    assertEquals(await alice.line(), `bot: ${line}`);
  }
  await says("four");
  await input.close();
  assertEquals(await alice.line(), "bot: four");
  return { code: (await child.status).code, err: await err };
}

Deno.test("chat connect says all its lines when nobody reads its output any more", async () => {
  assertEquals(await sayBetween(), { code: EXIT.done, err: "" });
});

Deno.test({
  name: "chat connect says all its lines when the disk under its output is full, then says so",
  ignore: !hasFull,
  async fn() {
    const { code, err } = await sayBetween(`>${FULL}`);
    assertEquals(err, "chat: Cannot write the output: No space left on device.\n");
    assertEquals(code, EXIT.failed);
  },
});

/** Says so much that no pipe holds it, and waits until the last of it is told. */
async function flood(client: RawClient): Promise<void> {
  for (let n = 0; n < 100; n++) {
    await client.send({ type: "Broadcast", content: "x".repeat(8_000) });
  }
  for (let n = 0; n < 100; n++) await client.next("NewMessage");
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`chat connect ends by ${signal} while nobody reads its output or ends its input`, async () => {
    await using server = startServer({ limits: { messagesPerSecond: 0 } });
    await using alice = await server.frames("Alice");
    const { child, input } = startBot(server.port);
    await alice.next("UserJoined");
    await flood(alice);
    child.kill(signal);
    const { code } = await within(child.status, "its end");
    await Promise.all([
      child.stdout.cancel(),
      child.stderr.cancel(),
      input.close().catch(() => {}),
    ]);
    assertEquals(code, EXIT.interrupted);
  });
}

Deno.test("output that waits goes out in order, and room comes when it is read", async () => {
  const written: string[] = [];
  let read = Promise.withResolvers<void>();
  const output = new SideOutput(async (text) => {
    written.push(text);
    await read.promise;
  });
  output.print("one ");
  for (let n = 0; n < 20; n++) output.print("x".repeat(10_000));
  const end = new AbortController();
  const room = output.room(end.signal);
  end.abort();
  await room;
  assertEquals(written, ["one "], "who wants to end is not kept");
  const other = output.room();
  read.resolve();
  read = Promise.withResolvers();
  read.resolve();
  await other;
  await output.flushed();
  assertEquals(written.join("").length, 200_004);
  assertEquals(output.failure, undefined);
});

Deno.test("what a server says of a refusal is one line that drives no terminal", async () => {
  using server = new ScriptedServer();
  const running = chat(["send", "--server", `127.0.0.1:${server.port}`, "--name", "ci", "hi"]);
  await using peer = await server.accept();
  const { id } = await peer.hears("Login");
  const msg = "\x1b]0;x\x07\x1b[2Jno\nchat: all is stored";
  await peer.says({
    type: "Error",
    code: "bad_name",
    msg,
    ...(id === undefined ? {} : { re: id }),
  });
  await peer.raw.close();
  const { code, err } = await running;
  assertEquals([code, err], [1, "chat: ␛]0;x␇␛[2Jno⏎chat: all is stored\n"]);
});

Deno.test("explain() keeps the lines of our own sentences only, and no control character", () => {
  assertEquals(explain(new Failure("one\ntwo\x1b[2J", 2)), {
    sentence: "one\ntwo␛[2J",
    exitCode: 2,
  });
  assert(!explain(new Error("one\ntwo")).sentence.includes("\n"));
});

Deno.test({
  name: "wrong usage ends with 2 also when its sentence cannot be written",
  ignore: !hasFull,
  async fn() {
    assertEquals((await chat(["--bogus"], { redirect: `2>${FULL}` })).code, EXIT.usage);
  },
});
