/**
 * Fills a store with what a chat has said, and stays, so that it can be killed without having closed it.
 *
 *   filled(directory, messages) -> child: append …, print "filled", wait -> parent: TERM
 *
 * The messages are in the server's own encoding, in a hundred rooms in turn, and their times end now: so the
 * server that opens the store has the ids of the last ten minutes to read.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { openStore } from "../../db/mod.ts";
import { bodyOf, messageFrame, messageFrom, messageHead } from "../../server/codec/encode.ts";
import { roomStream } from "../../server/store/streams.ts";
import type { FoldedName, RoomName, UserName } from "../../server/wire/mod.ts";
import { startChild } from "./child.ts";
import { print } from "./output.ts";
import { messageBytes } from "./workloads.ts";

const rooms = 100;
/** Messages per second of the chat's past. */
const pace = 20;
/** Messages between two waits for the disk. */
const batch = 10_000;

/** Fills a store in a process of its own, which is then killed. */
export async function filled(
  directory: string,
  messages: number,
  signal: AbortSignal,
): Promise<void> {
  await using child = startChild({
    command: Deno.execPath(),
    args: ["run", "--allow-all", fileURLToPath(import.meta.url), directory, `${messages}`],
    signal,
  });
  await child.firstLine.catch((cause) => {
    throw new Error(`Cannot fill the store: ${child.lastWords()}`, { cause });
  });
}

async function fill(directory: string, messages: number): Promise<void> {
  // Not closed: this process is to be killed.
  const store = await openStore(directory, { durability: "os", autoCompact: false });
  const encoder = new TextEncoder();
  const content = "x".repeat(messageBytes);
  const names = Array.from({ length: rooms }, (_, n) => `room${n}`);
  for (const name of names) store.put(`room/${name}`, encoder.encode(JSON.stringify({ name })));
  const start = Date.now() - Math.floor(messages * 1000 / pace);
  for (let n = 0; n < messages; n++) {
    const name = names[n % rooms] ?? "";
    const stream = roomStream(name as FoldedName);
    const at = start + Math.floor(n * 1000 / pace);
    const head = messageHead(name as RoomName);
    const from = messageFrom(`user${n % 1000}` as UserName);
    const parts = { head, from, said: { content }, at, id: `id-${n}` };
    store.append(stream, bodyOf(messageFrame(parts, store.nextSeq(stream))), { at });
    if (n % batch === 0) await store.flush();
  }
  await store.flush();
  // Behind what is still to be done in the background: a chat never fills so fast that its hints are missing.
  await store.compact();
  print("filled");
  setInterval(() => {}, 1_000);
}

if (import.meta.main) await fill(Deno.args[0] ?? "", Number(Deno.args[1]));
