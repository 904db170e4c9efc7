/**
 * Text mode from outside: the contract's very lines, and what must not arrive.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer, utf8 } from "../../harness.ts";

Deno.test("the first line is the name; everybody else hears who came, spoke and left", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  const bob = await server.text("Bob");
  await alice.expectLines("[Server] Bob has joined.");
  await bob.expectNothing();
  await bob.write("hello\n");
  await alice.expectLines("Bob: hello");
  await bob.expectNothing();
  await bob.close();
  await alice.expectLines("[Server] Bob has left.");
  await alice.expectNothing();
});

Deno.test("nothing is said to somebody who comes, not even its own arrival", async () => {
  await using server = startServer();
  await using _alice = await server.text("Alice");
  await using bob = await server.connect();
  await bob.write("Bob\n");
  await bob.expectNothing();
});

Deno.test("/list lists who is online, in order", async () => {
  await using server = startServer();
  await using charlie = await server.text("Charlie");
  await using alice = await server.text("Alice");
  await using bob = await server.frames("Bob");
  await charlie.expectLines("[Server] Alice has joined.", "[Server] Bob has joined.");
  await alice.expectLines("[Server] Bob has joined.");
  await alice.write("/list\n");
  await alice.expectLines("[Server] Users online: Alice, Bob, Charlie");
  await charlie.expectNothing();
  await bob.expectNothing();
});

Deno.test("/w shows a whisper to its receiver and to its sender, and to nobody else", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await using bob = await server.text("Bob");
  await using eve = await server.text("Eve");
  await alice.expectLines("[Server] Bob has joined.", "[Server] Eve has joined.");
  await bob.expectLines("[Server] Eve has joined.");
  await alice.write("/w bob hello bob\n");
  await alice.expectLines("[Private to Bob] hello bob");
  await bob.expectLines("[Private from Alice] hello bob");
  await eve.expectNothing();
  await alice.expectNothing();
});

Deno.test("/w to nobody says so", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await alice.write("/w Bob hello bob\n");
  await alice.expectLines("[Server] User 'Bob' not found.");
});

Deno.test("a name that is taken is refused in the contract's words, and the connection closes", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  for (const name of ["Alice", "alice"]) {
    await using other = await server.connect();
    await other.write(`${name}\n`);
    await other.expectLines(`[Server] Name '${name}' is already taken.`);
    await other.expectEnd();
  }
  await alice.expectNothing();
});

Deno.test("a name that looks like one that is taken is refused", async () => {
  await using server = startServer();
  await using _latin = await server.text("copa");
  await using cyrillic = await server.connect();
  await cyrillic.write("сора\n");
  await cyrillic.expectLines("[Server] Name 'сора' is already taken.");
  await cyrillic.expectEnd();
});

Deno.test("a name is free again when its holder has left", async () => {
  await using server = startServer();
  const first = await server.text("Alice");
  await first.close();
  await server.event("left");
  await using second = await server.text("Alice");
  await second.expectNothing();
});

Deno.test("a bad name is refused with a reason, and the connection closes", async () => {
  await using server = startServer();
  await using watcher = await server.text("Watcher");
  for (const name of ["", "Al ice", "Server", "\x1b[2J", "x".repeat(33)]) {
    await using client = await server.connect();
    await client.write(`${name}\n`);
    assert((await client.line()).startsWith("[Server] "));
    await client.expectEnd();
  }
  await watcher.expectNothing();
});

Deno.test("an unknown command is answered in the contract's words, to its sender alone", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await using bob = await server.text("Bob");
  await alice.expectLines("[Server] Bob has joined.");
  await bob.write("/dance all night\n");
  await bob.expectLines("[Server] Unknown command '/dance'. Try /help.");
  await alice.expectNothing();
});

Deno.test("/help lists the commands", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await alice.write("/help\n");
  const help: string[] = [];
  while (!help.at(-1)?.includes(" //text ")) help.push(await alice.line());
  assert(help.every((line) => line.startsWith("[Server] /")), help.join("\n"));
  await alice.expectNothing();
});

Deno.test("/quit leaves", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await using bob = await server.text("Bob");
  await alice.expectLines("[Server] Bob has joined.");
  await bob.write("/quit\nnot said any more\n");
  await bob.expectEnd();
  await alice.expectLines("[Server] Bob has left.");
  await alice.expectNothing();
});

Deno.test("lines may end in LF or CR LF, and come in any pieces", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await using bob = await server.connect();
  await bob.write("Bob\r\none\ntw");
  await alice.expectLines("[Server] Bob has joined.", "Bob: one");
  for (const byte of utf8("o ü漢😀\r\n/list\r\n")) await bob.write(new Uint8Array([byte]));
  await alice.expectLines("Bob: two ü漢😀");
  await bob.expectLines("[Server] Users online: Alice, Bob");
});

Deno.test("a hundred lines in one write arrive as a hundred lines in order", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using alice = await server.text("Alice");
  await using bob = await server.text("Bob");
  await alice.expectLines("[Server] Bob has joined.");
  const numbers = Array.from({ length: 100 }, (_, n) => `${n}`);
  await bob.write(numbers.map((n) => `${n}\n`).join(""));
  await alice.expectLines(...numbers.map((n) => `Bob: ${n}`));
});

Deno.test("what was asked before the end of the input is still answered", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await using bob = await server.connect();
  await bob.write("Bob\nlast words\n/list\n/w Alice psst");
  await bob.closeWrite();
  await bob.expectLines("[Server] Users online: Alice, Bob", "[Private to Alice] psst");
  await bob.expectEnd();
  const heard = [await alice.line(), await alice.line(), await alice.line(), await alice.line()];
  assertEquals(
    heard.sort(),
    [
      "Bob: last words",
      "[Private from Bob] psst",
      "[Server] Bob has joined.",
      "[Server] Bob has left.",
    ].sort(),
  );
});

Deno.test("control characters are removed before a line is shown to anybody", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await using bob = await server.text("Bob");
  await alice.expectLines("[Server] Bob has joined.");
  await bob.write("\x1b]0;title\x07a\x00b\x7fc\x9bd\u202ee\tf\n");
  await alice.expectLines("Bob: )0;titleabc\x9bde\tf".replace("\x9b", ""));
});

Deno.test("bytes that are no UTF-8 are shown as what they are not, and harm nobody", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await using bob = await server.text("Bob");
  await alice.expectLines("[Server] Bob has joined.");
  await bob.write(new Uint8Array([0x61, 0xff, 0xfe, 0x62, 0x0a]));
  await alice.expectLines("Bob: a\ufffd\ufffdb");
});

Deno.test("a line that is too long is refused once; the next one is heard", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await using bob = await server.text("Bob");
  await alice.expectLines("[Server] Bob has joined.");
  await bob.write("x".repeat(100_000) + "\nshort\n");
  await bob.expectLines("[Server] This text is too long.");
  await alice.expectLines("Bob: short");
  await bob.write("y".repeat(8_193) + "\n");
  await bob.expectLines("[Server] A message has at most 8192 bytes.");
  await alice.expectNothing();
});

Deno.test("/join goes to another room, /rooms lists them, /leave goes back", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await using bob = await server.text("Bob");
  await alice.expectLines("[Server] Bob has joined.");
  await bob.write("/join tea\n/rooms\n");
  await bob.expectLines("[Server] You are in tea now.", "[Server] Rooms: lobby (1), tea (1)");
  await alice.expectLines("[Server] Bob has left.");
  await bob.write("alone\n");
  await alice.expectNothing();
  await bob.write("/leave\n");
  await bob.expectLines("[Server] You are in the lobby now.");
  await alice.expectLines("[Server] Bob has joined.");
  await alice.write("welcome back\n");
  await bob.expectLines("Alice: welcome back");
});

Deno.test("//text says a line that begins with a slash", async () => {
  await using server = startServer();
  await using alice = await server.text("Alice");
  await using bob = await server.text("Bob");
  await alice.expectLines("[Server] Bob has joined.");
  await bob.write("//etc/passwd\n\n   \n");
  await alice.expectLines("Bob: /etc/passwd");
  await alice.expectNothing();
});
