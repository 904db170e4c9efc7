/**
 * What can go wrong between two clients of ours: names that are meant badly, a disk that fills, a file that changes,
 * a sender who takes it back, somebody who comes back as another process.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { testWithMount } from "../../server/durable/privileges.ts";
import { smallDisk } from "../../server/durable/small_disk.ts";
import { someone } from "./pair.ts";
import { kept, namesIn, place, sha256Of, someBytes } from "./place.ts";

function source(folder: string, size: number): string {
  Deno.writeFileSync(`${folder}/a.bin`, someBytes(size));
  return `${folder}/a.bin`;
}

/** Names that the server lets through, and that would do harm if they were believed. */
const HOSTILE = [
  ".bashrc",
  ".ssh",
  "-rf",
  "~",
  "~root",
  "con",
  "NUL.txt",
  "com1.log",
  "a.part",
  "a.part.state",
  "a.part.state.new",
  "trailing. ",
  "trailing...",
  " leading",
  "a:b",
  "a|b",
  'quote".txt',
  "star*?.txt",
  "<b>.html",
  "\u2044etc\u2044passwd",
  "\uff0e\uff0e\uff0fetc",
  "zero\u200dwidth",
  "emoji \u{1f469}\u200d\u{1f4bb}.txt",
  "n".repeat(255),
  `${"ü".repeat(120)}.tar.gz`,
];

Deno.test("whatever a file is called, it ends as one plain file under the download directory", async () => {
  await using server = startServer();
  using folder = place();
  const inbox = `${folder.path}/home/in`;
  await using bob = await someone({
    port: server.port,
    name: "Bob",
    directory: inbox,
    takes: true,
  });
  await using eve = await server.frames("Eve");
  for (const filename of HOSTILE) {
    await eve.send({ type: "FileOffer", to: "Bob", filename, size: 4 });
    await eve.nextOf("StartUpload");
    await eve.write("evil");
    await eve.nextOf("FileDone");
  }
  await bob.until("ended", ({ transfer }) => transfer.n === HOSTILE.length);
  const names = namesIn(inbox);
  assertEquals(names.length, HOSTILE.length, names.join("\n"));
  for (const name of names) {
    const { isFile, mode } = await Deno.lstat(`${inbox}/${name}`);
    assert(isFile && ((mode ?? 0) & 0o111) === 0, name);
    assert(!/^[.~-]|[\/\\\p{Cc}\p{Bidi_Control}]|\.part(\.state(\.new)?)?$/u.test(name), name);
  }
  assertEquals(namesIn(folder.path), ["home"]);
  assertEquals(namesIn(`${folder.path}/home`), ["in"]);
});

Deno.test("a file that changes while it is sent ends the transfer, and nothing of it gets its name", async () => {
  await using server = startServer();
  using folder = place();
  const path = source(folder.path, 40 << 20);
  const inbox = `${folder.path}/in`;
  const { port } = server;
  await using alice = await someone({ port, name: "Alice", rate: 20_000_000 });
  await using bob = await someone({ port, name: "Bob", directory: inbox, takes: true });
  alice.transfers.send(path, { user: "Bob" });
  await kept(inbox);
  await Deno.writeTextFile(path, "more", { append: true });
  const { end } = await alice.until("ended");
  assert(end.kind === "failed" && /has changed since it was offered/.test(end.reason));
  const theirs = await bob.until("ended");
  assert(theirs.end.kind === "failed" && /took the offer back/.test(theirs.end.reason));
  assert(!namesIn(inbox).includes("a.bin"));
});

Deno.test("a file that changed while the server was away is not offered again", async () => {
  using folder = place();
  const path = source(folder.path, 24 << 20);
  const inbox = `${folder.path}/in`;
  const first = startServer();
  const { port } = first;
  await using alice = await someone({ port, name: "Alice", rate: 12_000_000 });
  await using _bob = await someone({ port, name: "Bob", directory: inbox, takes: true });
  alice.transfers.send(path, { user: "Bob" });
  await kept(inbox);
  await first[Symbol.asyncDispose]();
  await Deno.utime(path, 1, 1);
  await using _second = startServer({ port });
  const { end } = await alice.until("ended");
  assert(end.kind === "failed" && /has changed since it was offered/.test(end.reason));
});

Deno.test("a receiver who comes back as another process is not asked again, and gets the rest", async () => {
  await using server = startServer();
  using folder = place();
  const path = source(folder.path, 24 << 20);
  const inbox = `${folder.path}/in`;
  const { port } = server;
  await using alice = await someone({ port, name: "Alice", rate: 12_000_000 });
  let session: string | undefined;
  {
    await using bob = await someone({ port, name: "Bob", directory: inbox, takes: true });
    session = (await bob.client.online()).session;
    alice.transfers.send(path, { user: "Bob" });
    await kept(inbox);
  }
  await using bob = await someone({ port, name: "Bob", directory: inbox, session });
  const { end } = await alice.until("ended");
  assertEquals(end.kind, "done");
  assert((await bob.until("resuming")).offset > 0);
  assertEquals(bob.news.filter(({ kind }) => kind === "offered"), []);
  assertEquals(sha256Of(`${inbox}/a.bin`), sha256Of(path));
});

Deno.test("either side may stop a transfer; the other one is told, and what arrived is kept", async () => {
  for (const who of ["Alice", "Bob"]) {
    await using server = startServer();
    using folder = place();
    const path = source(folder.path, 24 << 20);
    const inbox = `${folder.path}/in`;
    const { port } = server;
    await using alice = await someone({ port, name: "Alice", rate: 12_000_000 });
    await using bob = await someone({ port, name: "Bob", directory: inbox, takes: true });
    alice.transfers.send(path, { user: "Bob" });
    await kept(inbox);
    const [own, other] = who === "Alice" ? [alice, bob] : [bob, alice];
    assert(own.transfers.cancel(1));
    assertEquals((await own.until("ended")).end, { kind: "cancelled" });
    assertEquals((await other.until("ended")).end.kind, "failed");
    assert(!own.transfers.cancel(1), "It is over");
    const names = namesIn(inbox);
    assert(names.includes("a.bin.part") && !names.includes("a.bin"), names.join());
  }
});

testWithMount(
  "a disk that fills stops the file, says so, and goes on when it is accepted again",
  async () => {
    await using server = startServer();
    using folder = place();
    await using disk = await smallDisk(110 << 20);
    const inbox = `${disk.path}/in`;
    await Deno.mkdir(inbox, { recursive: true });
    const path = source(folder.path, 40 << 20);
    const { port } = server;
    // Five seconds in all: on a slow machine, too, the disk is full before the file has come.
    await using alice = await someone({ port, name: "Alice", rate: 8_000_000 });
    await using bob = await someone({ port, name: "Bob", directory: inbox, takes: true });
    alice.transfers.send(path, { user: "Bob" });
    await kept(inbox);
    await disk.fill(4 << 20);
    const { reason, transfer } = await bob.until("stopped");
    assert(/^The disk is full/.test(reason), reason);
    disk.empty();
    assert(bob.transfers.accept(transfer.n));
    assertEquals((await alice.until("ended")).end.kind, "done");
    assert((await bob.until("resuming")).offset >= 8 << 20);
    assertEquals(sha256Of(`${inbox}/a.bin`), sha256Of(path));
  },
);

testWithMount("a file for which there is no space is declined before its first byte", async () => {
  await using server = startServer();
  using folder = place();
  await using disk = await smallDisk(70 << 20);
  await Deno.mkdir(disk.path, { recursive: true });
  const { port } = server;
  await using alice = await someone({ port, name: "Alice" });
  await using bob = await someone({ port, name: "Bob", directory: disk.path, takes: true });
  const sent = await alice.sent(source(folder.path, 20 << 20), { user: "Bob" });
  assertEquals(sent.end, { kind: "declined", reason: "no_space" });
  const { end } = await bob.until("ended");
  assert(end.kind === "failed" && /not enough space/.test(end.reason), Deno.inspect(end));
});
