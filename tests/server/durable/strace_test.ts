/**
 * Faults of the real disk's calls, injected into the real server: a failing sync, a full disk, writes that take
 * nothing at first or only say that they took something.
 *
 * @module
 */

import { verifyStore } from "../../../db/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { RawClient } from "../../harness.ts";
import { run, serveArgs, ServerProcess } from "../process.ts";
import { folder } from "./place.ts";
import { testWithStrace } from "./privileges.ts";
import { activeSegment, fault, writerOf } from "./strace.ts";
import { everything, freshId, page, range, refused, say, texts } from "./talk.ts";

function args(path: string): string[] {
  return serveArgs(
    ...["--port", "0", "--rate", "0", "--log", "json"],
    ...["--data", path, "--durability", "durable"],
  );
}

/** How often the log says that messages cannot be stored. */
function complaints({ stderr }: ServerProcess): number {
  return stderr.split("\n").filter((line) => line.includes('"storage_failed"')).length;
}

/** Says something that must be refused. */
async function lose(
  client: RawClient,
  content = "lost",
  code: "storage" | "unknown" = "storage",
): Promise<void> {
  const id = freshId();
  await client.send({ type: "Broadcast", content, id });
  await refused(client, id, code);
}

async function contents(server: ServerProcess, name = "Reader"): Promise<string[]> {
  await using reader = await server.frames(name);
  return (await everything(reader, { room: "lobby" })).map(({ content }) => content);
}

testWithStrace(
  "fdatasync that fails with EIO: no Ack until a restart, and nothing acknowledged is lost",
  async () => {
    using place = folder();
    {
      await using server = await ServerProcess.start(args(place.path));
      await using alice = await server.frames("Alice");
      await say(alice, texts(10));
      await using eio = await fault(writerOf(place.path), "fdatasync:error=EIO");
      await lose(alice, "in doubt", "unknown");
      assert(/fdatasync.*INJECTED/.test(await eio.end()), "The fault was met");
      // The disk works again, but nobody can know what became of the last bytes.
      for (let n = 0; n < 5; n++) await lose(alice);
      assertEquals((await page(alice)).messages.length, 10);
      assertEquals(await contents(server), texts(10));
      assertEquals(complaints(server), 1);
      await alice.close();
      assertEquals(await server.end("SIGTERM", 10_000), 0);
    }
    assertEquals((await verifyStore(place.path)).damages, []);
    await using server = await ServerProcess.start(args(place.path));
    const kept = await contents(server);
    assertEquals(kept, [...texts(10), "in doubt"].slice(0, Math.max(10, kept.length)));
    await using alice = await server.frames("Alice");
    assertEquals((await say(alice, ["again"])).map(({ seq }) => seq), [kept.length + 1]);
  },
);

testWithStrace(
  "write that fails with ENOSPC: writers are told, and go on when there is space",
  async () => {
    using place = folder();
    {
      await using server = await ServerProcess.start(args(place.path));
      await using alice = await server.frames("Alice");
      await say(alice, texts(10));
      const pid = writerOf(place.path);
      await using full = await fault(
        pid,
        "pwrite64:error=ENOSPC",
        activeSegment(place.path),
      );
      for (let n = 0; n < 5; n++) await lose(alice);
      assertEquals((await page(alice)).messages.length, 10);
      assert(/pwrite64.*INJECTED/.test(await full.end()), "The fault was met");
      const [ack] = await say(alice, ["kept"]);
      assertEquals(ack?.seq, 11);
      assertEquals(complaints(server), 1);
      await server.end("SIGKILL", 5_000);
    }
    assertEquals((await verifyStore(place.path)).damages, []);
    await using server = await ServerProcess.start(args(place.path));
    assertEquals(await contents(server), [...texts(10), "kept"]);
  },
);

testWithStrace(
  "write that takes nothing at first is made again, and the message is stored once",
  async () => {
    using place = folder();
    {
      await using server = await ServerProcess.start(args(place.path));
      await using alice = await server.frames("Alice");
      await say(alice, texts(10));
      const pid = writerOf(place.path);
      await using short = await fault(pid, "pwrite64:retval=0:when=1", activeSegment(place.path));
      await say(alice, ["in the second go"]);
      assertEquals((await short.end()).match(/pwrite64.*INJECTED/g)?.length, 1);
      await server.end("SIGKILL", 5_000);
    }
    assertEquals((await verifyStore(place.path)).damages, []);
    await using server = await ServerProcess.start(args(place.path));
    assertEquals(await contents(server), [...texts(10), "in the second go"]);
  },
);

testWithStrace(
  "write of which the disk only says that it took a part: named as damage, never shown as good",
  async () => {
    using place = folder();
    {
      await using server = await ServerProcess.start(args(place.path));
      await using alice = await server.frames("Alice");
      await say(alice, texts(10));
      const pid = writerOf(place.path);
      // The call is not made at all: the disk lies about its first 400 bytes, and takes the rest.
      await using lie = await fault(pid, "pwrite64:retval=400:when=1", activeSegment(place.path));
      await say(alice, ["swallowed ".padEnd(1_000, "x")]);
      await say(alice, texts(3));
      assert(/pwrite64.*INJECTED/.test(await lie.end()), "The fault was met");
      const { messages } = await page(alice);
      assertEquals(
        messages.map(({ seq }) => seq),
        [...range(1, 10), 12, 13, 14],
        "Not shown as good",
      );
      await server.end("SIGKILL", 5_000);
      assert(server.stderr.includes('"storage_trouble"'), server.stderr);
    }
    const { damages } = await verifyStore(place.path);
    assert(damages.some(({ file }) => file.endsWith(".segment")), JSON.stringify(damages));
    const { code, stdout, stderr } = await run(args(place.path));
    assertEquals([code, stdout], [3, ""]);
    assert(/damaged.*chat db verify.*chat db repair/.test(stderr), stderr);
  },
);

testWithStrace(
  "a server that is killed inside fdatasync loses nothing that was acknowledged",
  async () => {
    using place = folder();
    for (const round of range(1, 3)) {
      await using server = await ServerProcess.start(args(place.path));
      await using alice = await server.frames(`Alice${round}`);
      await say(alice, texts(10));
      const pid = writerOf(place.path);
      await using _end = await fault(pid, "fdatasync:signal=KILL");
      await alice.send({ type: "Broadcast", content: "never acknowledged", id: "k" });
      const rest = new TextDecoder().decode(await alice.rest());
      assert(!rest.includes('"re":"k"'), rest);
      assertEquals((await verifyStore(place.path)).damages, []);
    }
    await using server = await ServerProcess.start(args(place.path));
    const kept = await contents(server);
    const acknowledged = kept.filter((content) => content !== "never acknowledged");
    assertEquals(acknowledged, [...texts(10), ...texts(10), ...texts(10)]);
  },
);
