/**
 * The receiver's word that it has a file reaches the sender, whoever dies in between; and a file that is there is not sent
 * again because its sender does not know.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";
import { freePort } from "../../ports.ts";
import { serveArgs, ServerProcess } from "../../server/process.ts";
import { chat } from "../program.ts";
import { someone } from "./pair.ts";
import { namesIn, place, sha256Of, someBytes } from "./place.ts";

/** Small enough to lie in sockets while its receiver takes it slowly. */
const SIZE = 600_000;
const RATE = 300_000;

function source(folder: string): string {
  Deno.writeFileSync(`${folder}/a.bin`, someBytes(SIZE));
  return `${folder}/a.bin`;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const waiting = (async () => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
  })();
  await within(waiting, what, 30_000);
}

Deno.test("a server that is killed when it has passed everything on costs no word: both sides know", async () => {
  using at = place();
  const path = source(at.path);
  const directory = `${at.path}/in`;
  const port = freePort();
  const first = await ServerProcess.start(serveArgs("--port", `${port}`));
  await using alice = await someone({ port, name: "Alice" });
  await using bob = await someone({ port, name: "Bob", directory, takes: true, rate: RATE });
  const n = alice.transfers.send(path, { user: "Bob" });
  // All of it is on its way to Bob, who has a part of it.
  await until("The last byte", () => {
    const [view] = bob.transfers.list();
    const [sent] = alice.transfers.list();
    return view?.phase === "moving" && sent !== undefined && hasSent(alice);
  });
  await first.end("SIGKILL", 10_000);
  await using _second = await ServerProcess.start(serveArgs("--port", `${port}`));
  const { end } = await alice.until("ended", ({ transfer }) => transfer.n === n);
  assert(end.kind === "done" || end.kind === "have", Deno.inspect(end));
  assertEquals(namesIn(directory), ["a.bin"]);
  assertEquals(sha256Of(`${directory}/a.bin`), sha256Of(path));
  assertEquals(bob.news.filter(({ kind }) => kind === "offered").length, 1);
});

/** Whether the server has told the sender that all bytes went through. */
function hasSent(one: { readonly heard: ReadonlySet<string> }): boolean {
  return one.heard.has("FileDone");
}

Deno.test("the same for chat receive --once and chat send, with the server away until the file is there", async () => {
  using at = place();
  const path = source(at.path);
  const inbox = `${at.path}/in`;
  const port = freePort();
  const where = (name: string): string[] => ["-s", `127.0.0.1:${port}`, "-n", name];
  const first = await ServerProcess.start(serveArgs("--port", `${port}`));
  const args = ["--yes", "--once", "--out", inbox, "--limit-rate", `${RATE}`];
  const receiving = chat(["receive", ...where("Bob"), ...args]);
  await using watcher = await first.frames("Watcher");
  await watcher.nextOf("UserJoined");
  const sending = chat(["send", ...where("Anna"), "--file", path, "--to", "Bob"]);
  await until("The first bytes", () => sizeOf(`${inbox}/a.bin.part`) > 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await first.end("SIGKILL", 10_000);
  await until("The file or its end", () => sizeOf(`${inbox}/a.bin.part`) === 0 || isStill(inbox));
  await using _second = await ServerProcess.start(serveArgs("--port", `${port}`));
  const [bob, anna] = await Promise.all([receiving, sending]);
  assertEquals([bob.code, anna.code], [0, 0], bob.err + anna.err);
  assertEquals(bob.out, `${await Deno.realPath(inbox)}/a.bin\n`);
  assertEquals(namesIn(inbox), ["a.bin"]);
});

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}

let [lastSize, since] = [0, performance.now()];
/** Whether nothing has come for a second. */
function isStill(inbox: string): boolean {
  const size = sizeOf(`${inbox}/a.bin.part`);
  if (size !== lastSize) [lastSize, since] = [size, performance.now()];
  return performance.now() - since > 1_000;
}

Deno.test("a sender that dies after the last byte and comes back does not send it again, and asks nobody", async () => {
  await using server = startServer();
  using at = place();
  const path = source(at.path);
  const directory = `${at.path}/in`;
  const { port } = server;
  await using bob = await someone({ port, name: "Bob", directory, takes: true, rate: RATE });
  {
    await using alice = await someone({ port, name: "Alice" });
    alice.transfers.send(path, { user: "Bob" });
    await until("The last byte", () => hasSent(alice));
  }
  await using alice = await someone({ port, name: "Alice" });
  const { end } = await alice.sent(path, { user: "Bob" });
  assert(end.kind === "done" || end.kind === "have", Deno.inspect(end));
  assertEquals(alice.news.filter(({ kind }) => kind === "resuming").length, 0);
  assertEquals(bob.news.filter(({ kind }) => kind === "offered" || kind === "ended").length, 2);
  assertEquals(namesIn(directory), ["a.bin"]);
});

Deno.test("a sender's progress is what its receiver has, not what went into a socket", async () => {
  await using server = startServer();
  using at = place();
  const path = source(at.path);
  const { port } = server;
  const directory = `${at.path}/in`;
  await using alice = await someone({ port, name: "Alice" });
  await using bob = await someone({ port, name: "Bob", directory, takes: true, rate: RATE });
  alice.transfers.send(path, { user: "Bob" });
  await until("The last byte", () => hasSent(alice));
  const shown: number[] = [];
  await until("A word of Bob's", () => {
    const done = alice.transfers.list()[0]?.progress?.samples.at(-1)?.done ?? 0;
    if (done !== shown.at(-1)) shown.push(done);
    return done > 0;
  });
  const has = bob.transfers.list()[0]?.progress?.samples.at(-1)?.done ?? SIZE;
  const [view] = alice.transfers.list();
  assertEquals(view?.phase, "moving");
  assert(shown.every((done) => done <= has && done < SIZE), `${shown} shown, Bob has ${has}`);
  assertEquals((await alice.until("ended")).end.kind, "done");
});
