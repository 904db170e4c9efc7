/**
 * Files whose digest stands in their offer: nobody on the way need look at a byte of them, and all the same each arrives.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { frame, joined, type RawClient } from "../../harness.ts";
import { begin, chats, content, noise, type Pair, pair, sha256, transfer } from "../files/talk.ts";

/** More than the kernel holds between two sockets. */
const MUCH = 12 << 20;
const BESIDE = { up: "beside", down: "beside" } as const;

/** Both ends of a transfer beside the conversation, which have heard that it begins. */
async function both(
  { server }: Pair,
  tokens: { upload: { token?: string }; download: { token?: string } },
): Promise<{ up: RawClient; down: RawClient }> {
  const up = await transfer(server, tokens.upload.token);
  const down = await transfer(server, tokens.download.token);
  await up.next("StartUpload");
  await down.next("StartDownload");
  return { up, down };
}

for (
  const [up, down] of [["beside", "beside"], ["inline", "beside"], ["beside", "inline"]] as const
) {
  Deno.test(`a large file arrives whole, from any offset: up ${up}, down ${down}`, async () => {
    await using talk = await pair();
    const { server, alice, bob } = talk;
    const bytes = noise(MUCH);
    const digest = await sha256(bytes);
    for (const offset of [0, MUCH - 300_001]) {
      const { upload, download } = await begin(talk, {
        size: MUCH,
        offset,
        sha256: digest,
        up,
        down,
      });
      const from = up === "beside" ? await transfer(server, upload.token) : alice;
      const to = down === "beside" ? await transfer(server, download.token) : bob;
      if (down === "beside") await to.next("StartDownload");
      const writing = from.write(bytes.subarray(offset));
      assertEquals(await to.bytes(MUCH - offset), bytes.subarray(offset));
      await writing;
      assertEquals((await to.next("FileDone")).sha256, digest);
      if (down === "beside") await bob.nextOf("FileDone");
      await alice.nextOf("FileDone");
      for (const one of [from, to]) if (one !== alice && one !== bob) await one.close();
    }
    await chats(alice, bob);
  });
}

Deno.test("inline both ways, in small and large pieces, what is said behind the last byte is heard", async () => {
  await using talk = await pair();
  const { alice, bob } = talk;
  for (const size of [0, 1, 2, 3, 70_000, 1_000_000]) {
    const bytes = noise(size);
    const digest = await sha256(bytes);
    await begin(talk, { size, sha256: digest });
    const ping = frame({ type: "Ping", id: "p" });
    if (size > 0) await alice.write(bytes.subarray(0, 1));
    // A round trip of Bob's, so that the server has read the first byte before the others come.
    await bob.send({ type: "Ping", id: "q" });
    await alice.write(joined(bytes.subarray(1), ping));
    assertEquals(await bob.bytes(size), bytes);
    assertEquals((await bob.next("FileDone")).sha256, digest);
    await bob.next("Pong");
    await alice.next("FileDone");
    assertEquals((await alice.next("Pong")).re, "p");
  }
  await chats(alice, bob);
});

Deno.test("a file goes byte by byte as well", async () => {
  await using talk = await pair();
  const bytes = content(200);
  const { up, down } = await both(
    talk,
    await begin(talk, { size: 200, sha256: await sha256(bytes), ...BESIDE }),
  );
  for (let at = 0; at < 200; at++) {
    await up.write(bytes.subarray(at, at + 1));
    assertEquals(await down.bytes(1), bytes.subarray(at, at + 1));
  }
  await down.next("FileDone");
  await up.next("FileDone");
  await Promise.all([up.close(), down.close()]);
});

for (const broken of ["up", "down"] as const) {
  Deno.test(`when an end (${broken}) breaks in the middle, the other ends, and it goes on from there`, async () => {
    await using talk = await pair();
    const { server, alice, bob } = talk;
    const bytes = noise(MUCH);
    const digest = await sha256(bytes);
    const { up, down } = await both(
      talk,
      await begin(talk, { size: MUCH, sha256: digest, ...BESIDE }),
    );
    // Never all of it: a fast machine would have carried that before the end breaks.
    const writing = up.write(bytes.subarray(0, MUCH / 2)).catch(() => {/* its connection ends */});
    const got = await down.bytes(2_000_000);
    assertEquals(got, bytes.subarray(0, got.length));
    await (broken === "up" ? up : down).close();
    for (const client of [alice, bob]) {
      assertEquals((await client.next("FileCancel")).again, true);
    }
    await writing;
    await bob.send({
      type: "FileAccept",
      from: "Alice",
      filename: "notes.txt",
      offset: got.length,
      beside: true,
    });
    await alice.nextOf("FileAccept");
    const next = await both(talk, {
      upload: await alice.next("StartUpload"),
      download: await bob.next("StartDownload"),
    });
    const rest = next.up.write(bytes.subarray(got.length));
    assertEquals(await next.down.bytes(MUCH - got.length), bytes.subarray(got.length));
    await rest;
    assertEquals((await next.down.next("FileDone")).sha256, digest);
    await Promise.all([up, down, next.up, next.down].map((client) => client.close()));
    await chats(bob, alice);
    assert(server.events.every(({ kind }) => kind !== "failed" && kind !== "left"));
  });
}

for (const canceller of ["Alice", "Bob"] as const) {
  Deno.test(`${canceller} stops it while its receiver takes nothing: no byte of another file comes after that`, async () => {
    await using talk = await pair();
    const { server, alice, bob } = talk;
    const begun = await begin(talk, { size: 1 << 30, sha256: "0".repeat(64), ...BESIDE });
    await using down = await server.connect({ reading: false });
    await down.send({ type: "Transfer", token: begun.download.token });
    const up = await transfer(server, begun.upload.token);
    await up.next("StartUpload");
    const stop = new AbortController();
    const piece = content(1 << 16);
    const full = Promise.withResolvers<void>();
    const sending = (async () => {
      for (let sent = 0; !stop.signal.aborted; sent += piece.length) {
        if (sent >= MUCH) full.resolve();
        await up.write(piece);
      }
    })().catch(() => {/* its connection ends */});
    const [who, other] = canceller === "Alice" ? [alice, bob] : [bob, alice];
    await Promise.race([full.promise, chats(who, other)]);
    await who.send({ type: "FileCancel", offer: begun.offer, id: "c" });
    await who.nextOf("OfferAck");
    assertEquals("again" in await other.nextOf("FileCancel"), false);
    await up.nextError("not_found");
    stop.abort();
    // The next file passes through the same pipes, if there are any.
    const bytes = noise(MUCH);
    const next = await both(
      talk,
      await begin(talk, { size: MUCH, sha256: await sha256(bytes), ...BESIDE }),
    );
    const writing = next.up.write(bytes);
    assertEquals(await next.down.bytes(MUCH), bytes);
    await writing;
    await next.down.next("FileDone");
    await Promise.all([up, next.up, next.down].map((client) => client.close()));
    await sending;
  });
}

Deno.test("more files at once than there are pipes arrive whole", async () => {
  await using talk = await pair({ pipesMax: 3 });
  const files = [];
  for (let n = 0; n < 12; n++) {
    const bytes = noise(600_000 + n);
    const way = { size: bytes.length, filename: `${n}`, sha256: await sha256(bytes), ...BESIDE };
    files.push({ bytes, ...await both(talk, await begin(talk, way)) });
  }
  await Promise.all(files.map(async ({ bytes, up, down }) => {
    const [got] = await Promise.all([down.bytes(bytes.length), up.write(bytes)]);
    assertEquals(got, bytes);
    await down.next("FileDone");
    await Promise.all([up.close(), down.close()]);
  }));
  await chats(talk.alice, talk.bob);
});

Deno.test({
  name: "a server that shuts down in the middle leaves no pipe behind",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const before = pipes();
    {
      await using talk = await pair();
      const { up, down } = await both(
        talk,
        await begin(talk, { size: 1 << 30, sha256: "0".repeat(64), ...BESIDE }),
      );
      const sending = up.write(noise(MUCH)).catch(() => {/* its connection ends */});
      await down.bytes(1_000);
      const closing = talk.server.server.close();
      await talk.alice.nextOf("Error");
      await Promise.all([up, down, talk.alice, talk.bob].map((client) => client.close()));
      await closing;
      await sending;
    }
    assertEquals(pipes(), before);
  },
});

/** Ends of pipes that this process has open. */
function pipes(): number {
  return [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`).startsWith("pipe:");
    } catch {
      // The one that reads the directory.
      return false;
    }
  }).length;
}
