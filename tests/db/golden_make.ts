/**
 * Makes the golden store of this version of the format, once:
 *
 * ```text
 *   deno run --allow-read --allow-write tests/db/golden_make.ts tests/golden/store-v1
 * ```
 *
 * It refuses to overwrite one. Each later version of the program must read every golden store as it was written.
 *
 * @module
 */

import { openStore } from "../../db/mod.ts";
import { bytesOf, pictureOf } from "./sim/model.ts";
import { simWorld } from "./sim/world.ts";

const [directory = ""] = Deno.args;
await Deno.mkdir(directory);
const store = await openStore(directory, {
  segmentBytes: 600,
  world: { ...simWorld(1), later: (task) => void setTimeout(task, 0) },
  autoCompact: false,
});
const append = async (stream: string, text: string, at: number): Promise<void> => {
  await store.append(stream, bytesOf(text), { at }).done;
};
for (let i = 1; i <= 12; i++) await append(i % 3 === 0 ? "b" : "a", `message ${i}`, 1000 + i);
await store.put("user:ann", bytesOf("1")).done;
await store.put("user:bob", bytesOf("2")).done;
await store.edit("a", 2, bytesOf("edited"));
await store.remove("a", 3);
await store.delete("user:bob").done;
await store.trim("b", 2);
await store.compact({ reach: "all" });
store.batch([
  { kind: "append", stream: "c", body: bytesOf("in a batch"), at: 2000 },
  { kind: "append", stream: "a", body: bytesOf("ä, 漢字, 🦕"), at: 2000 },
  { kind: "put", key: "user:ann", value: bytesOf("3") },
]);
await store.flush();
for (let i = 1; i <= 12; i++) await append("d", `later ${i}`, 3000 + i);
await Deno.writeTextFile(`${directory}.txt`, `${await pictureOf(store)}\n`);
await store.close();
await Deno.remove(`${directory}/LOCK`);
