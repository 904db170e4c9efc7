/**
 * `chat send --file` and `chat receive` as scripts use them: exit codes, standard output, and what is said.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer, type TestServer } from "../../harness.ts";
import { testWith } from "../../skips.ts";
import { chat, command } from "../program.ts";
import { someone } from "./pair.ts";
import { kept, namesIn, place, sha256Of, someBytes } from "./place.ts";

function at(server: TestServer, name: string): string[] {
  return ["-s", `127.0.0.1:${server.port}`, "-n", name];
}

function assertMatch(text: string, pattern: RegExp): void {
  assert(pattern.test(text), `${pattern} is not in: ${text}`);
}

function source(folder: string, size = 2 << 20): string {
  Deno.writeFileSync(`${folder}/a.bin`, someBytes(size));
  return `${folder}/a.bin`;
}

Deno.test("chat send --file and chat receive --once end with 0, and the path is all of the output", async () => {
  await using server = startServer();
  using folder = place();
  const path = source(folder.path);
  const inbox = `${folder.path}/in`;
  const receiving = chat(["receive", ...at(server, "Bob"), "--yes", "--once", "--out", inbox]);
  await server.event("joined", ({ user }) => user === "Bob");
  const sent = await chat(["send", ...at(server, "Anna"), "--file", path, "--to", "Bob"]);
  assertEquals([sent.code, sent.out], [0, ""], sent.err);
  assertMatch(sent.err, /^Bob has a\.bin, whole and compared$/m);
  const bob = await receiving;
  assertEquals([bob.code, bob.out], [0, `${await Deno.realPath(inbox)}/a.bin\n`], bob.err);
  assertEquals(sha256Of(`${inbox}/a.bin`), sha256Of(path));
});

Deno.test("chat receive without --yes takes nothing where nobody can be asked", async () => {
  const { code, err } = await chat(["receive"]);
  assertEquals(code, 2);
  assertMatch(err, /nobody to ask here: give --yes/);
});

Deno.test("chat send --file to nobody, of nothing, with a text, or without a receiver says so", async () => {
  await using server = startServer();
  const path = new URL("scripts_test.ts", import.meta.url).pathname;
  const anna = ["send", ...at(server, "Anna")];
  const cases: readonly (readonly [args: string[], code: number, says: RegExp])[] = [
    [["--file", path, "--to", "Bob"], 1, /User 'Bob' not found/],
    [["--file", "/nonexistent/x", "--to", "Bob"], 1, /There is no file \/nonexistent\/x/],
    [["--file", "/", "--to", "Bob"], 1, /not a regular file/],
    [["--file", path], 2, /--to USER or --room ROOM/],
    [["--file", path, "--to", "Bob", "hi"], 2, /not both/],
    [["--file", path, "--to", "Bob", "--limit-rate", "fast"], 2, /bytes per second/],
  ];
  for (const [args, code, says] of cases) {
    const ran = await chat([...anna, ...args]);
    assertEquals(ran.code, code, ran.err);
    assertMatch(ran.err, says);
    if (!args.includes(path)) assert(!ran.err.includes("Offering"), ran.err);
  }
});

Deno.test("chat send --file says that the file is larger than its receiver takes", async () => {
  await using server = startServer();
  using folder = place();
  const path = source(folder.path, 2_000);
  const inbox = `${folder.path}/in`;
  const limits = ["--yes", "--once", "--out", inbox, "--max-file", "1000"];
  const receiving = chat(["receive", ...at(server, "Bob"), ...limits]);
  await server.event("joined", ({ user }) => user === "Bob");
  const { code, err } = await chat(["send", ...at(server, "Anna"), "--file", path, "--to", "Bob"]);
  assertEquals(code, 1);
  assertMatch(err, /^chat: a\.bin is larger than Bob's client takes$/m);
  const bob = await receiving;
  assertEquals(bob.code, 1);
  assertMatch(bob.err, /at most 1 kB are accepted/);
});

Deno.test("a file that is declined, and a text client, make chat send --file fail", async () => {
  await using server = startServer();
  using folder = place();
  const path = source(folder.path, 10);
  await using bob = await someone({ port: server.port, name: "Bob" });
  const sending = chat(["send", ...at(server, "Anna"), "--file", path, "--to", "Bob"]);
  const { transfer } = await bob.until("offered");
  bob.transfers.decline(transfer.n);
  const declined = await sending;
  assertEquals(declined.code, 1);
  assertMatch(declined.err, /^chat: Bob declined a\.bin$/m);
  await using _tom = await server.text("Tom");
  const text = await chat(["send", ...at(server, "Anna"), "--file", path, "--to", "Tom"]);
  assertEquals(text.code, 1);
  assertMatch(text.err, /Tom's client cannot take files/);
});

Deno.test("Ctrl-C on either side keeps what is there and says how to go on; then it goes on", async () => {
  await using server = startServer();
  using folder = place();
  const path = source(folder.path, 24 << 20);
  const inbox = `${folder.path}/in`;
  const receive = ["receive", ...at(server, "Bob"), "--yes", "--once", "--out", inbox];
  const send = ["send", ...at(server, "Anna"), "--file", path, "--to", "Bob"];
  const first = chatUntilKept([...receive, "--limit-rate", "10M"], inbox);
  await server.event("joined", ({ user }) => user === "Bob");
  const sending = chat(send);
  const interrupted = await first;
  assertEquals(interrupted.code, 130);
  assertMatch(interrupted.err, /kept, and goes on when the same file is offered again/);
  assertEquals(namesIn(inbox), ["a.bin.part", "a.bin.part.state"]);
  const [second, sent] = await Promise.all([chat(receive), sending]);
  assertEquals([second.code, sent.code], [0, 0], second.err + sent.err);
  assertMatch(second.err, /^a\.bin: resuming at [1-9]\d? %$/m);
  assertMatch(sent.err, /^a\.bin: resuming at [1-9]\d? %$/m);
  assertEquals(sha256Of(`${inbox}/a.bin`), sha256Of(path));
});

/** Runs a receiver, and presses Ctrl-C when something is safe on its disk. */
async function chatUntilKept(
  args: readonly string[],
  inbox: string,
): Promise<{ readonly code: number; readonly err: string }> {
  const child = command(args, {}).spawn();
  await child.stdin.close();
  await kept(inbox);
  child.kill("SIGINT");
  const { code, stderr } = await child.output();
  return { code, err: new TextDecoder().decode(stderr) };
}

const PYTHON = new URL("../../interop/chat_files.py", import.meta.url).pathname;

function python(...args: readonly string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command("python3", { args: [PYTHON, ...args] }).output();
}

testWith(
  ["python3"],
  "a client in Python that knows only inline sends to chat receive",
  async () => {
    await using server = startServer();
    using folder = place();
    const path = source(folder.path, 300_000);
    const inbox = `${folder.path}/in`;
    const receiving = chat([
      "receive",
      ...at(server, "Bob"),
      "--yes",
      "--once",
      "--out",
      inbox,
    ]);
    await server.event("joined", ({ user }) => user === "Bob");
    const sent = await python(`${server.port}`, "Pia", "send", "Bob", path);
    assert(sent.success, new TextDecoder().decode(sent.stderr));
    const bob = await receiving;
    assertEquals([bob.code, bob.out], [0, `${await Deno.realPath(inbox)}/a.bin\n`], bob.err);
    assertEquals(sha256Of(`${inbox}/a.bin`), sha256Of(path));
  },
);

testWith(
  ["python3"],
  "a client that never confirms has the file, and its sender is told that this is not known",
  async () => {
    await using server = startServer();
    using folder = place();
    const path = source(folder.path, 300_000);
    await Deno.mkdir(`${folder.path}/theirs`);
    const receiving = python(`${server.port}`, "Pia", "receive", `${folder.path}/theirs`);
    await server.event("joined", ({ user }) => user === "Pia");
    await using anna = await someone({ port: server.port, name: "Anna", confirmMsMax: 1_000 });
    const n = anna.transfers.send(path, { user: "Pia" });
    assert((await receiving).success);
    assertEquals(sha256Of(`${folder.path}/theirs/a.bin`), sha256Of(path));
    const { transfer, end } = await anna.until("ended");
    assertEquals(transfer.n, n);
    assert(end.kind === "failed", Deno.inspect(end));
    assertMatch(end.reason, /^All bytes went to Pia, who left without saying/);
  },
);
