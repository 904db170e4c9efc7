/**
 * The client without a screen: `chat send`, and `chat connect` in a pipe.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { startServer } from "../harness.ts";
import { chat, startChat } from "./program.ts";

Deno.test("chat send says one thing and ends with 0 when it is acknowledged", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  const { code, out, err } = await chat(
    ["send", "--server", `127.0.0.1:${server.port}`, "--name", "ci", "the", "build", "is green"],
  );
  assertEquals({ code, out, err }, { code: 0, out: "", err: "" });
  assertEquals(await alice.line(), "[Server] ci has joined.");
  assertEquals(await alice.line(), "ci: the build is green");
});

Deno.test("chat send takes its text from standard input, and whispers with --to", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  const { code } = await chat(
    ["send", "--server", `127.0.0.1:${server.port}`, "--name", "ci", "--to", "alice"],
    { input: "up 3 days\n" },
  );
  assertEquals(code, 0);
  assertEquals(await alice.line(), "[Private from ci] up 3 days");
  await alice.expectNothing();
});

Deno.test("chat send --room says it there, and in the lobby nobody sees it", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await alice.write("/join ops\n");
  assertEquals(await alice.line(), "[Server] You are in ops now.");
  await using bob = await server.text("Bob");
  await alice.expectNothing();
  const { code } = await chat(
    ["send", "--server", `127.0.0.1:${server.port}`, "-n", "ci", "--room", "#ops", "deployed"],
  );
  assertEquals(code, 0);
  assertEquals(await alice.line(), "[Server] ci has joined.");
  assertEquals(await alice.line(), "ci: deployed");
  assertEquals(await alice.line(), "[Server] ci has left.");
  await bob.expectNothing();
});

Deno.test("chat send to nobody fails with the server's sentence", async () => {
  await using server = startServer();
  const { code, err } = await chat(
    ["send", "--server", `127.0.0.1:${server.port}`, "--name", "ci", "--to", "Nobody", "hi"],
  );
  assertEquals({ code, err }, { code: 1, err: "chat: User 'Nobody' not found.\n" });
});

Deno.test("a name that was chosen is refused when taken; one that was not gets a number", async () => {
  await using server = startServer();
  await using _ = await server.text("deploy");
  const args = ["send", "--server", `127.0.0.1:${server.port}`, "hi"];
  const chosen = await chat([...args, "--name", "deploy"]);
  assertEquals(chosen, { code: 1, out: "", err: "chat: Name 'deploy' is already taken.\n" });
  const free = await chat(args, { env: { USER: "deploy" } });
  assertEquals(free, { code: 0, out: "", err: "" });
});

Deno.test("behind sudo, the name is that of whoever called it", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  const args = ["send", "--server", `127.0.0.1:${server.port}`, "hi"];
  await chat(args, { env: { SUDO_USER: "ann", USER: "root" } });
  assertEquals(await alice.line(), "[Server] ann has joined.");
});

Deno.test("chat connect in a pipe says each line, prints what others say, and ends with the input", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await using bot = startChat(["connect", `127.0.0.1:${server.port}`, "--name", "bot"]);
  assertEquals(await alice.line(), "[Server] bot has joined.");
  await bot.write("one\n\ntwo\n");
  assertEquals(await alice.line(), "bot: one");
  assertEquals(await alice.line(), "bot: two");
  await alice.write("hello \x1b[2J bot\n");
  assertEquals(await bot.line(), "Alice: hello (2J bot");
  await alice.write("/w bot psst\n");
  assertEquals(await bot.line(), "[Private from Alice] psst");
  await bot.write("last");
  await bot.closeInput();
  assertEquals(await alice.line(), "[Private to bot] psst");
  assertEquals(await alice.line(), "bot: last");
  assertEquals((await bot.child.status).code, 0);
});

Deno.test("chat connect says more lines than the rate allows, all of them and in order", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 20, messagesBurst: 40 } });
  await using alice = await server.text("Alice");
  const lines = Array.from({ length: 70 }, (_, index) => `line ${index}`);
  const running = chat(
    ["connect", `127.0.0.1:${server.port}`, "--name", "bot"],
    { input: lines.join("\n") },
  );
  assertEquals(await alice.line(), "[Server] bot has joined.");
  for (const line of lines) assertEquals(await alice.line(), `bot: ${line}`);
  assertEquals((await running).code, 0);
});

Deno.test("chat connect --json prints what the server sends", async () => {
  await using server = startServer();
  await using bot = startChat(["connect", `127.0.0.1:${server.port}`, "--name", "bot", "--json"]);
  const welcome = JSON.parse(await bot.line() ?? "");
  assertEquals([welcome.type, welcome.username, welcome.session], ["Welcome", "bot", undefined]);
  await using alice = await server.text("Alice");
  await alice.write("hi\n");
  assertEquals(JSON.parse(await bot.line() ?? "").type, "UserJoined");
  const message = JSON.parse(await bot.line() ?? "");
  assertEquals([message.type, message.from, message.content], ["NewMessage", "Alice", "hi"]);
});

Deno.test("chat connect fails when a line was refused, and says which", async () => {
  await using server = startServer();
  const { code, err } = await chat(
    ["connect", `127.0.0.1:${server.port}`, "--name", "bot"],
    { input: "x".repeat(9_000) },
  );
  assertEquals(code, 1);
  assert(err.includes(`"${"x".repeat(40)}" was not sent: A message has at most 8192 bytes.`), err);
});
