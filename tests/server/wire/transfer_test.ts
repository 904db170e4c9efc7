/**
 * The client's end of a second connection: whole files, back-pressure, and each way in which it can end.
 *
 * @module
 */

import {
  ChatError,
  type Client,
  type ClientEvent,
  ClosedError,
  connect,
  encodeFrame,
  openDownload,
  openUpload,
} from "../../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { joined, RawClient, startServer, within } from "../../harness.ts";
import { content, sha256 } from "../files/talk.ts";

type Of<T extends ClientEvent["type"]> = Extract<ClientEvent, { type: T }>;

/** Reads a client's events on to the next of that type. */
function reader(client: Client): <T extends ClientEvent["type"]>(type: T) => Promise<Of<T>> {
  const events = client[Symbol.asyncIterator]();
  return async (type) => {
    for (;;) {
      const { value, done } = await within(events.next(), `The event ${type}`);
      assert(!done, `The client ended before ${type}`);
      if (value.type === type) return value as Of<typeof type>;
    }
  };
}

Deno.test("two clients exchange a file, resume one, decline one, and take one back", async () => {
  await using server = startServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await using bob = connect({ port: server.port, name: "Bob" });
  await Promise.all([alice.online(), bob.online()]);
  const [fromAlice, fromBob] = [reader(alice), reader(bob)];
  const bytes = content(3_000_000);
  const facts = { filename: "f", size: bytes.length, sha256: await sha256(bytes) };
  for (const offset of [0, 2_999_999, 3_000_000]) {
    const { offer, users } = await alice.offerFile(facts, { user: "Bob" });
    const told = await fromBob("FileOffer");
    assertEquals([told.offer, told.sha256, users], [offer, facts.sha256, 1]);
    await bob.acceptFile(told, offset);
    const [upload, download] = [await fromAlice("StartUpload"), await fromBob("StartDownload")];
    if (offset < bytes.length) {
      await using up = await openUpload(server, upload.token ?? "");
      await using down = await openDownload(server, download.token ?? "");
      const sending = (async () => {
        for (let at = offset; at < bytes.length; at += 70_000) {
          await up.write(bytes.subarray(at, at + 70_000));
        }
        return await up.done();
      })();
      const got: Uint8Array[] = [];
      for await (const chunk of down) got.push(chunk.slice());
      assertEquals(joined(...got), bytes.subarray(offset));
      assertEquals(await down.done(), await sending);
      assertEquals([up.remaining, down.remaining], [0, 0]);
    }
    assertEquals((await fromBob("FileDone")).sha256, facts.sha256);
    assertEquals((await fromAlice("FileDone")).by, "Bob");
  }
  await alice.offerFile(facts, { room: "lobby" });
  await bob.rejectFile(await fromBob("FileOffer"));
  assertEquals((await fromAlice("FileReject")).by, "Bob");
  const { offer } = await alice.offerFile(facts, { user: "Bob" });
  await alice.cancelFile(offer);
  assertEquals((await fromBob("FileCancel")).offer, offer);
  const late = await assertRejects(bob.acceptFile({ from: "Alice", filename: "f" }), ChatError);
  assertEquals(late.code, "not_found");
});

Deno.test("what the server refuses is a ChatError with its reason", async () => {
  await using server = startServer();
  for (const open of [openUpload, openDownload]) {
    const error = await assertRejects(open(server, "no token"), ChatError);
    assertEquals(error.code, "not_found");
  }
});

const START = { filename: "f", size: 10, offset: 0 };

/** A server that says only what the test tells it to. */
function scripted(): { port: number; caller(): Promise<RawClient> } & Disposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return {
    port: listener.addr.port,
    caller: async () => {
      const client = new RawClient(await listener.accept());
      client.startReading();
      return client;
    },
    [Symbol.dispose]: () => listener.close(),
  };
}

Deno.test("a frame, bytes and the last frame may come in one piece, or each byte alone", async () => {
  using place = scripted();
  const bytes = content(10);
  const start = encodeFrame({ type: "StartDownload", from: "A", ...START });
  const done = encodeFrame({ type: "FileDone", ...START, sha256: "0" });
  const stream = joined(start, bytes, done);
  for (const step of [stream.length, 1, 3]) {
    const opening = openDownload(place, "t", { stallMs: 5_000 });
    await using peer = await place.caller();
    await peer.body();
    const saying = (async () => {
      for (let at = 0; at < stream.length; at += step) {
        await peer.write(stream.subarray(at, at + step));
      }
    })();
    await using down = await opening;
    const got: Uint8Array[] = [];
    for await (const chunk of down) got.push(chunk.slice());
    assertEquals(joined(...got), bytes);
    assertEquals((await down.done()).sha256, "0");
    await saying;
  }
});

Deno.test("a peer that stands still, goes, or is told to stop ends the wait", async () => {
  using place = scripted();
  const start = encodeFrame({ type: "StartDownload", from: "A", ...START });
  for (const way of ["stall", "end", "abort"] as const) {
    const stop = new AbortController();
    const opening = openDownload(place, "t", { stallMs: 200, signal: stop.signal });
    await using peer = await place.caller();
    await peer.write(joined(start, content(3)));
    await using down = await opening;
    const reading = (async () => {
      for await (const chunk of down) if (way === "abort") stop.abort(chunk);
    })();
    if (way === "end") await peer.close();
    const error = await assertRejects(reading, ClosedError);
    assert(error.message.endsWith("."), error.message);
    await assertRejects(down.done(), ClosedError);
  }
});

Deno.test("an upload learns why the server ended it, and never sends more than it may", async () => {
  using place = scripted();
  const opening = openUpload(place, "t", { stallMs: 5_000 });
  await using peer = await place.caller();
  await peer.write(encodeFrame({ type: "StartUpload", to: "B", ...START }));
  await using up = await opening;
  await assertRejects(up.write(content(11)), RangeError);
  await up.write(content(3));
  await peer.write(encodeFrame({ type: "Error", code: "not_found", msg: "Bob has left." }));
  for (const late of [() => up.done(), () => up.write(content(1))]) {
    assertEquals((await assertRejects(late(), ChatError)).message, "Bob has left.");
  }
});

Deno.test("nobody there, or a signal that has fired already, is a ClosedError", async () => {
  const gone = scripted();
  gone[Symbol.dispose]();
  await assertRejects(openUpload(gone, "t"), ClosedError);
  using place = scripted();
  const signal = AbortSignal.abort();
  await assertRejects(openDownload(place, "t", { signal }), ClosedError);
});
