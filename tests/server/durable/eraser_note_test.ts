/**
 * The note that old words are to leave the files: it stands there whenever they are to, whatever the disk refused before.
 *
 * @module
 */

import { durableStore } from "../../../server/mod.ts";
import type { MessageStore, Stored } from "../../../server/store/store_port.ts";
import { ERASING_KEY } from "../../../server/store/stored.ts";
import { roomStream } from "../../../server/store/streams.ts";
import { foldText } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandDisk } from "./hand_disk.ts";
import { folder } from "./place.ts";

const STREAM = roomStream(foldText("tea"));
const bytes = (text: string) => new TextEncoder().encode(text);

function soon(store: MessageStore): Promise<Error | undefined> {
  return new Promise((resolve) => {
    assert(store.eraseSoon !== undefined);
    store.eraseSoon(resolve);
  });
}

function say(store: MessageStore, text: string): Promise<Error | undefined> {
  return new Promise((settled) =>
    store.append({ stream: STREAM, at: 1, encode: () => bytes(text), settled })
  );
}

function replace(store: MessageStore, stored: Stored, text: string): Promise<Error | undefined> {
  return new Promise((settled) =>
    store.replace({
      stream: STREAM,
      stored,
      body: bytes(text),
      at: 2,
      beside: [],
      erases: true,
      takesAway: false,
      settled,
    })
  );
}

Deno.test("a note that the disk did not take is written with the next change", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using store = await durableStore(place.path, {
    durability: "durable",
    storage: disk.storage,
  });
  await say(store, "old words");
  disk.fullAfter = 0;
  assert(await soon(store) instanceof Error);
  disk.fullAfter = Infinity;
  assert(!store.values.has(ERASING_KEY));
  const { messages: [stored] } = await store.read(STREAM, { limit: 1, bytesMax: Infinity });
  assert(stored !== undefined);
  assertEquals(await replace(store, stored, "new words"), undefined);
  assert(store.values.has(ERASING_KEY));
});
