/**
 * The index in memory: keys against a `Map`, hints against the records that they stand for.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { KeyTable } from "../../db/keys.ts";
import { ABSENT, Locations } from "../../db/locations.ts";
import { Tally } from "../../db/tally.ts";
import { decodeHint, eachOf, encodeHint, type Hint } from "../../db/hint.ts";
import { decodeManifest, encodeManifest, gapIn } from "../../db/manifest.ts";
import { extentsOf } from "../../db/read.ts";
import type { Segment } from "../../db/segments.ts";

Deno.test("a key table does what a Map does, while it grows and while it is iterated", () => {
  const changes = fc.array(fc.tuple(fc.nat(300), fc.boolean()), { maxLength: 2000 });
  fc.assert(fc.property(changes, (all) => {
    const tally = new Tally();
    const table = new KeyTable(tally);
    const map = new Map<string, number>();
    all.forEach(([number, isSet], i) => {
      const key = `key ${number}`;
      if (isSet) {
        table.set(key, 7, i);
        map.set(key, i);
      } else {
        table.delete(key);
        map.delete(key);
      }
    });
    assert.equal(table.size(), map.size);
    assert.equal(tally.live(7), map.size);
    assert.deepEqual([...table.keys("")].sort(), [...map.keys()].sort());
    assert.deepEqual(
      [...table.keys("key 1")].sort(),
      [...map.keys()].filter((key) => key.startsWith("key 1")).sort(),
    );
    for (let number = 0; number <= 300; number++) {
      assert.equal(table.get(`key ${number}`)?.unit, map.get(`key ${number}`));
    }
  }));
});

Deno.test("a block that is given back comes again empty", () => {
  const locations = new Locations();
  const block = locations.allocate(false);
  locations.set(block, 5, 1, 2);
  locations.sample(block, 1000, 1);
  locations.release(block);
  assert.equal(locations.allocate(false), block);
  assert.equal(locations.ordinal(block, 5), ABSENT);
  assert.ok(Number.isNaN(locations.time(block)));
});

const word = fc.integer({ min: 0, max: 0xffffffff });
const hints: fc.Arbitrary<Hint> = fc.record({
  names: fc.array(fc.record({ slot: word, name: fc.string() })),
  runs: fc.array(
    fc.record({ slot: word, seq: word, units: fc.array(word).map((all) => Uint32Array.from(all)) }),
  ),
  samples: fc.array(fc.record({ slot: word, block: word, at: word, before: word })),
  totals: fc.array(fc.record({ slot: word, bytes: word, lastAt: word })),
  gaps: fc.array(fc.record({ slot: word, seq: word, count: word })),
  keys: fc.array(fc.record({ key: fc.string(), unit: word })),
}, { noNullPrototype: true });
const ROW = { id: 3, salt: 4, firstLsn: 5, lastLsn: 2 ** 33, end: 100 };

Deno.test("every hint is read back as it was, and only for its segment", () => {
  fc.assert(fc.property(hints, (hint) => {
    const bytes = encodeHint(ROW, hint);
    assert.equal(JSON.stringify(decodeHint(ROW, bytes)), JSON.stringify(hint));
    for (const field of ["id", "salt", "lastLsn", "end"] as const) {
      assert.equal(decodeHint({ ...ROW, [field]: 9 }, bytes), undefined, field);
    }
  }));
});

Deno.test("a hint that was read shows in its columns what its lists say", () => {
  fc.assert(fc.property(hints, fc.nat(7), (hint, shift) => {
    const encoded = encodeHint(ROW, hint);
    // Wherever it lies in memory.
    const bytes = new Uint8Array(encoded.length + shift).subarray(shift);
    bytes.set(encoded);
    const decoded = decodeHint(ROW, bytes);
    assert.ok(decoded?.each !== undefined);
    assert.deepEqual(shown(decoded), shown(hint));
  }));
});

/** All that a hint shows. */
function shown(hint: Hint): unknown[] {
  const rows: unknown[] = [];
  const each = eachOf(hint);
  each.run((slot, seq, { units, at, count }) => {
    rows.push(["run", slot, seq, Array.from(units).slice(at, at + count)]);
  });
  each.sample((...sample) => rows.push(["sample", ...sample]));
  each.total((...total) => rows.push(["total", ...total]));
  return rows;
}

Deno.test("keys that nobody needs are left out of a hint that is read, and counted", () => {
  const part = fc.constantFrom("us", "user/", "user", "é", "/", "room/");
  const key = fc.array(part, { maxLength: 3 }).map((parts) => parts.join(""));
  const keys = fc.array(fc.record({ key, unit: fc.nat(3) }, { noNullPrototype: true }));
  fc.assert(fc.property(keys, fc.array(key, { maxLength: 2 }), (keys, forgotten) => {
    const hint = { names: [], runs: [], samples: [], totals: [], gaps: [], keys };
    const decoded = decodeHint(ROW, encodeHint(ROW, hint), forgotten);
    const isForgotten = ({ key }: { readonly key: string }): boolean =>
      forgotten.some((start) => key.startsWith(start));
    assert.deepEqual(decoded?.keys, keys.filter((one) => !isForgotten(one)));
    const left = keys.filter((one) => isForgotten(one) && one.unit > 0).length;
    assert.equal(decoded?.forgotten ?? 0, left);
  }));
});

Deno.test("no bytes make the decoders of hints and manifests throw", () => {
  const begins = fc.constantFrom("hint\n\0\0\0", "manifest");
  fc.assert(fc.property(begins, fc.uint8Array({ maxLength: 300 }), (magic, rest) => {
    const bytes = Uint8Array.from([...new TextEncoder().encode(magic), ...rest]);
    assert.equal(decodeHint(ROW, bytes), undefined);
    assert.equal(decodeManifest(bytes).kind, "invalid");
  }));
});

Deno.test("a manifest is read back as it was, and a missing range is seen", () => {
  const rows = [
    { id: 1, salt: 2, firstLsn: 1, lastLsn: 9, end: 500 },
    { id: 5, salt: 3, firstLsn: 10, lastLsn: 2 ** 40, end: 900 },
  ];
  const manifest = { store: "00112233445566778899aabbccddeeff", number: 7, tail: 6, rows };
  assert.deepEqual(decodeManifest(encodeManifest(manifest)), { kind: "manifest", manifest });
  assert.equal(gapIn(rows), undefined);
  assert.deepEqual(gapIn(rows.slice(1)), { from: 1, to: 9 });
});

Deno.test("spots that lie close are read together, others alone", () => {
  const segment = (ordinal: number): Segment => ({
    ordinal,
    id: ordinal,
    salt: 0,
    firstLsn: 1,
    lastLsn: 1,
    end: 0,
    records: 0,
    hintBytes: 0,
    pins: 0,
    retired: false,
    damages: [],
  });
  const [a, b] = [segment(1), segment(2)];
  const offsets = extentsOf([
    { segment: a, offset: 50_000 },
    { segment: a, offset: 64 },
    { segment: b, offset: 64 },
    { segment: a, offset: 300 },
  ]).map(({ from, to, spots }) => [from, to, spots]);
  assert.deepEqual(offsets, [[64, 300, [1, 3]], [50_000, 50_000, [0]], [64, 64, [2]]]);
});
