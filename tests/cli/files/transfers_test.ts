/**
 * Transfers between clients of ours through a real server: what each side is told, and what lies on the disks.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { someone } from "./pair.ts";
import { kept, namesIn, place, sha256Of, someBytes } from "./place.ts";

function source(at: string, size: number, name = "a.bin"): string {
  Deno.mkdirSync(`${at}/out`, { recursive: true });
  Deno.writeFileSync(`${at}/out/${name}`, someBytes(size));
  return `${at}/out/${name}`;
}

Deno.test("a file that is taken ends as done on both sides, whole on the disk", async () => {
  await using server = startServer();
  using at = place();
  const path = source(at.path, 3 << 20);
  const directory = `${at.path}/in`;
  await using alice = await someone({ port: server.port, name: "Alice" });
  await using bob = await someone({ port: server.port, name: "Bob", directory, takes: true });
  const sent = await alice.sent(path, { user: "Bob" });
  assertEquals(sent.end, { kind: "done", text: "Bob" });
  const { end } = await bob.until("ended");
  assertEquals(end, { kind: "done", path: `${await Deno.realPath(directory)}/a.bin` });
  assertEquals(sha256Of(`${directory}/a.bin`), sha256Of(path));
  assertEquals(namesIn(directory), ["a.bin"]);
});

for (const size of [0, 1]) {
  Deno.test(`a file of ${size} bytes arrives`, async () => {
    await using server = startServer();
    using at = place();
    const directory = `${at.path}/in`;
    await using alice = await someone({ port: server.port, name: "Alice" });
    await using bob = await someone({ port: server.port, name: "Bob", directory, takes: true });
    const sent = await alice.sent(source(at.path, size), { user: "bob" });
    assertEquals(sent.end.kind, "done");
    await bob.until("ended");
    assertEquals((await Deno.stat(`${directory}/a.bin`)).size, size);
  });
}

Deno.test("the same file again: nothing is sent and nobody asked, also by a receiver who has forgotten it", async () => {
  await using server = startServer();
  using at = place();
  const path = source(at.path, 1 << 20);
  const directory = `${at.path}/in`;
  await using alice = await someone({ port: server.port, name: "Alice" });
  {
    await using bob = await someone({ port: server.port, name: "Bob", directory, takes: true });
    await alice.sent(path, { user: "Bob" });
    const again = await alice.sent(path, { user: "Bob" });
    assertEquals(again.end, { kind: "have" });
    assertEquals(bob.news.filter(({ kind }) => kind === "offered" || kind === "ended").length, 2);
  }
  await using bob = await someone({ port: server.port, name: "Bob", directory, takes: true });
  assertEquals((await alice.sent(path, { user: "Bob" })).end, { kind: "have" });
  assertEquals((await bob.until("ended")).end.kind, "have");
  assertEquals(namesIn(directory), ["a.bin"]);
});

Deno.test("a no ends it on both sides", async () => {
  await using server = startServer();
  using at = place();
  await using alice = await someone({ port: server.port, name: "Alice" });
  await using bob = await someone({ port: server.port, name: "Bob" });
  const n = alice.transfers.send(source(at.path, 10), { user: "Bob" });
  const { transfer } = await bob.until("offered");
  assertEquals([transfer.n, transfer.peer, transfer.name, transfer.size], [
    1,
    "Alice",
    "a.bin",
    10,
  ]);
  assert(bob.transfers.decline(1));
  assert(!bob.transfers.accept(1), "An answer is given once");
  const { end } = await alice.until("ended", (news) => news.transfer.n === n);
  assertEquals(end, { kind: "declined" });
});

Deno.test("fifty files at once arrive, each whole", async () => {
  await using server = startServer();
  using at = place();
  const directory = `${at.path}/in`;
  await using alice = await someone({ port: server.port, name: "Alice" });
  await using _bob = await someone({ port: server.port, name: "Bob", directory, takes: true });
  const numbers = Array.from({ length: 50 }, (_, index) => index);
  const ends = await Promise.all(
    numbers.map((index) =>
      alice.sent(source(at.path, 50_000 + index, `${index}.bin`), { user: "Bob" })
    ),
  );
  assertEquals(ends.filter(({ end }) => end.kind !== "done"), []);
  for (const index of numbers) {
    assertEquals(
      sha256Of(`${directory}/${index}.bin`),
      sha256Of(`${at.path}/out/${index}.bin`),
    );
  }
  assertEquals(namesIn(directory).length, 50);
});

Deno.test("after the server went and came back, it goes on by itself where it broke", async () => {
  using at = place();
  const path = source(at.path, 24 << 20);
  const directory = `${at.path}/in`;
  const first = startServer();
  const { port } = first;
  await using alice = await someone({ port, name: "Alice", rate: 12_000_000 });
  await using bob = await someone({ port, name: "Bob", directory, takes: true });
  const n = alice.transfers.send(path, { user: "Bob" });
  await bob.until("offered");
  await kept(directory);
  await first[Symbol.asyncDispose]();
  await using _second = startServer({ port });
  const { end } = await alice.until("ended", ({ transfer }) => transfer.n === n);
  assertEquals(end.kind, "done");
  const { offset } = await bob.until("resuming");
  assert(offset >= 8 << 20, `It resumed at ${offset}`);
  assertEquals(bob.news.filter(({ kind }) => kind === "offered").length, 1, "Bob was asked once");
  assertEquals(sha256Of(`${directory}/a.bin`), sha256Of(path));
});

Deno.test("in a room each answers for himself, and the sender hears of all", async () => {
  await using server = startServer({ limits: { fileGatherMs: 50 } });
  using at = place();
  const path = source(at.path, 1 << 20);
  const { port } = server;
  await using alice = await someone({ port, name: "Alice" });
  const [inBob, inCarol] = [`${at.path}/bob`, `${at.path}/carol`];
  await using bob = await someone({ port, name: "Bob", directory: inBob, takes: true });
  await using _carol = await someone({ port, name: "Carol", directory: inCarol, takes: true });
  await using dave = await someone({ port, name: "Dave" });
  const n = alice.transfers.send(path, { room: "lobby" });
  await dave.until("offered");
  dave.transfers.decline(1);
  await bob.until("ended");
  const { end } = await alice.until("ended", ({ transfer }) => transfer.n === n);
  assert(end.kind === "done" && [...(end.text ?? "").split(", ")].sort().join() === "Bob,Carol");
  for (const directory of [inBob, inCarol]) {
    assertEquals(sha256Of(`${directory}/a.bin`), sha256Of(path));
  }
});
