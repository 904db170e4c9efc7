/**
 * Files over `/ws?bytes`: the same bytes as over a socket, no more ahead than either side has taken, and no patience with who lies.
 *
 * @module
 */

import { BYTES_AHEAD_MAX, encodeFrame, type FileDone } from "../../../server/wire/mod.ts";
import { webSocketWays } from "../../../server/wire/in_browser/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { joined, type RawClient, type TestServer, utf8, within } from "../../harness.ts";
import { content, sha256 } from "../files/talk.ts";
import { clientFrame, opening, startWeb, WebClient } from "./web.ts";

/** Both ends have what begins a transfer of so many bytes to Bob. */
async function begin(
  server: TestServer,
  size: number,
): Promise<{ alice: RawClient; bob: RawClient; up: string; down: string }> {
  const [alice, bob] = [await server.frames("Alice"), await server.frames("Bob")];
  const filename = "f";
  await alice.send({ type: "FileOffer", to: "Bob", filename, size, beside: true });
  await bob.nextOf("FileOffer");
  await bob.send({ type: "FileAccept", from: "Alice", filename, beside: true });
  const { token: up = "" } = await alice.nextOf("StartUpload");
  const { token: down = "" } = await bob.nextOf("StartDownload");
  return { alice, bob, up, down };
}

Deno.test("a file goes from one page to another, byte for byte, over WebSockets", async () => {
  await using server = startWeb();
  const bytes = content(5_000_000);
  const { alice, bob, up, down } = await begin(server, bytes.length);
  await using _both = {
    [Symbol.asyncDispose]: async () => {
      await alice[Symbol.asyncDispose]();
      await bob[Symbol.asyncDispose]();
    },
  };
  const ways = webSocketWays(`ws://127.0.0.1:${server.web}/ws?bytes`);
  await using upload = await ways.upload(up);
  await using download = await ways.download(down);
  const sending = (async (): Promise<FileDone> => {
    for (let at = 0; at < bytes.length; at += 300_000) {
      await upload.write(bytes.subarray(at, at + 300_000));
    }
    return await upload.done();
  })();
  const got: Uint8Array[] = [];
  for await (const piece of download) got.push(piece.slice());
  assertEquals(await sha256(joined(...got)), await sha256(bytes));
  assertEquals((await download.done()).sha256, (await sending).sha256);
});

Deno.test("of a file nobody takes the server sends no more ahead than it may, and goes on when it hears so", async () => {
  await using server = startWeb();
  const bytes = content(3 * BYTES_AHEAD_MAX);
  const { alice, bob, up, down } = await begin(server, bytes.length);
  const ways = webSocketWays(`ws://127.0.0.1:${server.web}/ws?bytes`);
  await using upload = await ways.upload(up);
  const sending = (async () => {
    await upload.write(bytes);
    await upload.done();
  })();
  await using receiver = await WebClient.openBytes(server.web);
  const hello = encodeFrame({ type: "Transfer", token: down });
  // In fragments, as browsers may cut it.
  await receiver.write(clientFrame(hello.subarray(0, 7), { op: 2, fin: false }));
  await receiver.write(clientFrame(hello.subarray(7), { op: 0 }));
  let [heard, least] = [0, Infinity];
  const more = async () => {
    const { op, payload } = await receiver.frame();
    if (op === 2) heard += payload.length;
  };
  while (heard < BYTES_AHEAD_MAX) await more();
  assertEquals(heard, BYTES_AHEAD_MAX);
  // A ping is answered meanwhile, and nothing comes before its answer.
  await receiver.write(clientFrame("are you there", { op: 9 }));
  assertEquals((await receiver.frame()).op, 10);
  least = heard;
  await receiver.write(clientFrame("5"));
  while (heard < least + 5) await more();
  assertEquals(heard, least + 5);
  for (let told = heard; heard < bytes.length;) {
    await receiver.write(clientFrame(`${told}`));
    await more();
    told = heard;
  }
  await receiver.write(clientFrame(`${heard}`));
  await within(sending, "the sender's end");
  await alice[Symbol.asyncDispose]();
  await bob[Symbol.asyncDispose]();
});

Deno.test("who says that it took more than was sent, or less than before, or no number, is closed", async () => {
  await using server = startWeb();
  for (const lie of ["1", "-1", "", "1e3", "9".repeat(15), "9".repeat(16), "four"]) {
    await using client = await WebClient.openBytes(server.web);
    await client.write(clientFrame(lie));
    await client.expectGoodbye(1_002);
  }
  // A number in fragments, and a message in the middle of another.
  for (const wrong of [clientFrame("1", { fin: false }), clientFrame("1", { op: 0 })]) {
    await using client = await WebClient.openBytes(server.web);
    await client.write(wrong);
    await client.expectGoodbye(1_002);
  }
});

Deno.test("over it one talks as at the port, and a page of another site may not", async () => {
  await using server = startWeb();
  await using bob = await server.frames("Bob");
  await using anna = await WebClient.openBytes(server.web);
  await anna.write(clientFrame(encodeFrame({ type: "Login", username: "Anna" }), { op: 2 }));
  assertEquals((await bob.nextOf("UserJoined")).username, "Anna");
  const { op, payload } = await anna.frame();
  assertEquals(op, 2);
  assert(new TextDecoder().decode(payload.subarray(4)).startsWith(`{"type":"Welcome"`));

  const stranger = await Deno.connect({ port: server.web });
  const request = opening(server.web, { Origin: "https://evil.example" }, "/ws?bytes");
  await stranger.write(utf8(request));
  const answer = await within(new Response(stranger.readable).text(), "The refusal");
  assert(answer.startsWith("HTTP/1.1 403 "), answer);
});
