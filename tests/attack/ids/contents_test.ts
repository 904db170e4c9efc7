/**
 * Ever new names, each with forty long whispers under ids, and then gone: nothing of what was said may be held.
 *
 * @module
 */

import v8 from "node:v8";
import vm from "node:vm";
import { type Append, memoryStore, type MessageStore } from "../../../server/mod.ts";
import { RECENT_IDS_MAX } from "../../../server/limits.ts";
import { RecentIds } from "../../../server/repeats/recent_ids.ts";
import { foldText } from "../../../server/wire/mod.ts";
import { assert } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { range } from "../../server/durable/talk.ts";

/** Bytes of one long whisper. */
const LONG = 8_000;
const WHISPERS = 40;
const NAMES = 40;

/** Gives back what nobody holds, so that what is left is held. */
function heldBytes(): number {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc") as () => void;
  collect();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** A store that keeps nothing, as one on disk holds nothing in memory. */
function forgetful(): MessageStore {
  let seq = 0;
  const append = (message: Append): void => {
    message.encode(++seq);
    message.settled();
  };
  return { ...memoryStore(), append };
}

Deno.test("of what strangers whispered under ids the server holds numbers, not contents", async () => {
  await using server = startServer({ store: forgetful() });
  const crowd = async (from: number) => {
    for (const n of range(from, from + NAMES - 1)) {
      const name = `Stranger${n}`;
      await using stranger = await server.frames(name);
      const content = "x".repeat(LONG);
      await stranger.send(
        ...range(1, WHISPERS).map((w) => ({ type: "Whisper", to: name, content, id: `w${w}` })),
      );
      for (let sent = 0; sent < WHISPERS; sent++) await stranger.nextOf("PrivateSent");
    }
  };
  // What is made once is no growth.
  await crowd(1);
  const before = heldBytes();
  await crowd(1 + NAMES);
  const grown = heldBytes() - before;
  const said = NAMES * WHISPERS * LONG;
  assert(grown < said / 8, `${grown} bytes are held of ${said} that were said`);
});

Deno.test("ids of ever new names cost what the bound says, however many they are", () => {
  const max = 20_000;
  const ids = new RecentIds<string>(max);
  for (let n = 0; n < 5 * max; n++) {
    const user = foldText(`stranger${n}`);
    ids.take(user, "w", "pair/a/b", { content: "x" });
    ids.keep(user, "w", { stream: "pair/a/b", seq: n + 1 }, n);
  }
  assert(ids.bytes <= 2 * max * 50, `${ids.bytes} bytes`);
  assert(RECENT_IDS_MAX * 50 <= 25 << 20);
});
