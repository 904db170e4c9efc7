/**
 * Two people and a file, for tests on raw sockets: who is there, offers, acceptances, and bytes to recognise.
 *
 * @module
 */

import type { ServeOptions } from "../../../server/mod.ts";
import type { StartDownload, StartUpload } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";

/** `size` bytes, each of which tells where it stands. */
export function content(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8) * 7) & 0xff);
}

/** `size` bytes of which no two parts are alike. */
export function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  // More are not given at once.
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

/** The SHA-256 of bytes, in hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice())).toHex();
}

/** A server with Alice, who sends, and Bob, who takes. */
export interface Pair extends AsyncDisposable {
  readonly server: TestServer;
  readonly alice: RawClient;
  readonly bob: RawClient;
}

/** Starts a server and lets both in. */
export async function pair(
  limits: ServeOptions["limits"] = {},
  more: Pick<ServeOptions, "operatorToken" | "transport"> = {},
): Promise<Pair> {
  // Tests talk faster than people.
  const server = startServer({ limits: { messagesPerSecond: 0, ...limits }, ...more });
  const alice = await server.frames("Alice");
  const bob = await server.frames("Bob");
  await alice.next("UserJoined");
  return {
    server,
    alice,
    bob,
    async [Symbol.asyncDispose]() {
      await alice.close();
      await bob.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** How a file is offered and taken in a test. */
export interface Way {
  readonly size: number;
  readonly filename?: string;
  readonly sha256?: string;
  readonly offset?: number;
  /** Whether Alice sends, and Bob takes, beside the conversation. */
  readonly up?: "inline" | "beside";
  readonly down?: "inline" | "beside";
}

/** Who they are, unless Alice sends to Bob. */
export interface Names {
  readonly sender: string;
  readonly receiver: string;
}

/** Alice offers and Bob accepts, up to and with `StartUpload` and `StartDownload`. */
export async function begin(
  { alice, bob }: { alice: RawClient; bob: RawClient },
  { size, filename = "notes.txt", sha256, offset = 0, up = "inline", down = "inline" }: Way,
  { sender, receiver }: Names = { sender: "Alice", receiver: "Bob" },
): Promise<{ offer: string; upload: StartUpload; download: StartDownload }> {
  const file = { filename, size, ...(sha256 === undefined ? {} : { sha256 }) };
  await alice.send({ type: "FileOffer", to: receiver, ...file, beside: up === "beside", id: "o" });
  const { offer, re, users } = await alice.next("OfferAck");
  assertEquals([re, users], ["o", 1]);
  assertEquals(await bob.next("FileOffer"), { type: "FileOffer", from: sender, ...file, offer });
  const accept = { type: "FileAccept", from: sender, filename, offset, offer };
  await bob.send({ ...accept, beside: down === "beside" });
  const { tag, ...accepted } = await alice.next("FileAccept");
  assert(tag !== undefined);
  assertEquals(accepted, {
    type: "FileAccept",
    by: receiver,
    filename,
    offset,
    offer,
  });
  const upload = await alice.next("StartUpload");
  const download = await bob.next("StartDownload");
  assertEquals([upload.to, upload.size, upload.offset], [receiver, size, offset]);
  assertEquals([download.from, download.size, download.offset], [sender, size, offset]);
  assertEquals("token" in upload, up === "beside" && offset < size);
  assertEquals("token" in download, down === "beside" && offset < size);
  return { offer, upload, download };
}

/** A second connection, which has said for which transfer it comes. */
export async function transfer(server: TestServer, token: string | undefined): Promise<RawClient> {
  assert(token !== undefined, "There is a token");
  const client = await server.connect();
  await client.send({ type: "Transfer", token });
  return client;
}

/** Says something and waits until it is heard, so that the conversation is known to work. */
export async function chats(speaker: RawClient, listener: RawClient): Promise<void> {
  const id = crypto.randomUUID();
  await speaker.send({ type: "Broadcast", content: id, id });
  for (;;) if ((await speaker.nextOf("Ack")).re === id) break;
  for (;;) if ((await listener.nextOf("NewMessage")).id === id) break;
}
