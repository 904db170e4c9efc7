/**
 * The same history into this store and into SQLite, compared.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openStore } from "../../db/open.ts";
import { bytesOf } from "./sim/model.ts";
import { seeded } from "./sim/world.ts";

const STEPS = Number(Deno.env.get("CHAT_ORACLE_STEPS") ?? 3000);
const SEED = Number(Deno.env.get("CHAT_SIM_SEED") ?? Date.now() % 1_000_000);

Deno.test(`a store holds what SQLite holds after the same history (seed ${SEED})`, async () => {
  const directory = await Deno.makeTempDir();
  using sqlite = new DatabaseSync(":memory:");
  sqlite.exec(
    "CREATE TABLE m (stream, seq, body, PRIMARY KEY (stream, seq)); CREATE TABLE k (key PRIMARY KEY, value)",
  );
  const insert = sqlite.prepare("INSERT INTO m VALUES (?, ?, ?)");
  const random = seeded(SEED);
  const below = (limit: number): number => Math.floor(random() * limit);
  try {
    let store = await openStore(directory, { segmentBytes: 20_000, durability: "os" });
    for (let i = 0; i < STEPS; i++) {
      const stream = `s${below(5)}`;
      const choice = below(100);
      if (choice < 70) {
        const body = "y".repeat(below(200));
        const { seq } = store.append(stream, bytesOf(body), { at: i });
        insert.run(stream, seq, body);
      } else if (choice < 80) {
        const key = `k${below(20)}`;
        store.put(key, bytesOf(String(i)));
        sqlite.prepare("INSERT OR REPLACE INTO k VALUES (?, ?)").run(key, String(i));
      } else {
        await store.flush();
        const seq = 1 + below(store.stream(stream)?.last ?? 0);
        const there = sqlite.prepare("SELECT 1 FROM m WHERE stream = ? AND seq = ?").get(
          stream,
          seq,
        );
        if (there === undefined) await assert.rejects(store.remove(stream, seq));
        else if (choice < 90) {
          await store.remove(stream, seq);
          sqlite.prepare("DELETE FROM m WHERE stream = ? AND seq = ?").run(stream, seq);
        } else if (choice < 97) {
          await store.edit(stream, seq, bytesOf(`edited ${i}`));
          sqlite.prepare("UPDATE m SET body = ? WHERE stream = ? AND seq = ?").run(
            `edited ${i}`,
            stream,
            seq,
          );
        } else if (choice < 99) {
          await store.compact({ reach: "all" });
        } else {
          await store.close();
          store = await openStore(directory, { segmentBytes: 20_000, durability: "os" });
        }
      }
    }
    await store.flush();
    for (const { name, count } of store.streams()) {
      const rows = sqlite.prepare("SELECT seq, body FROM m WHERE stream = ? ORDER BY seq").all(
        name,
      );
      assert.equal(count, rows.length);
      const entries = await store.read(name, { after: 0, limit: 10_000 });
      const shown = entries.map((entry) => ({
        seq: entry.seq,
        body: entry.kind === "message" ? new TextDecoder().decode(entry.body) : "damaged",
      }));
      assert.deepEqual(shown, rows.map((row) => ({ ...row })));
    }
    const pairs = sqlite.prepare("SELECT key, value FROM k ORDER BY key").all();
    assert.deepEqual([...store.keys()].sort(), pairs.map(({ key }) => key));
    for (const { key, value } of pairs) {
      assert.equal(new TextDecoder().decode(await store.get(String(key))), value);
    }
    await store.close();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
