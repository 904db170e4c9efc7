/**
 * Files that are valid and do not belong: what is left of other runs must never be taken for data.
 *
 * @module
 */

import assert from "node:assert/strict";
import { openStore } from "../../db/open.ts";
import { blockOf, encodeRecord, Kind, recordBytes } from "../../db/format.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES } from "../../db/segment_header.ts";
import { SimDisk } from "./sim/disk.ts";
import { bytesOf, pictureOf } from "./sim/model.ts";
import { Session } from "./sim/session.ts";
import { simWorld } from "./sim/world.ts";

async function picture(files: Map<string, Uint8Array>): Promise<string> {
  await using store = await openStore("x", {
    storage: new SimDisk(files),
    world: simWorld(5),
    autoCompact: false,
  });
  return await pictureOf(store);
}

/** A store that was killed after some groups, its last segment, and that segment's salt. */
async function killed(): Promise<
  { files: Map<string, Uint8Array>; name: string; bytes: Uint8Array; salt: number; picture: string }
> {
  const session = new Session();
  await session.open();
  for (let i = 1; i <= 4; i++) {
    session.append("a", `m${i}`);
    await session.settle();
  }
  const files = session.disk.contents();
  const shown = session.model().picture();
  await session.store().close();
  const [found] = [...files].filter(([name, bytes]) =>
    name.endsWith("segment") && bytes.length > 64
  );
  if (found === undefined) throw new Error("There is no segment");
  const [name, bytes] = found;
  const outcome = decodeSegmentHeader(bytes);
  assert.equal(outcome.kind, "header");
  const salt = outcome.kind === "header" ? outcome.header.salt : 0;
  return { files, name, bytes, salt, picture: shown };
}

function message(lsn: number, seq: number, salt: number): Uint8Array {
  const body = bytesOf("stale");
  const block = blockOf(new Uint8Array(recordBytes(body.length)));
  const fields = { kind: Kind.message, flags: 0, left: 0, slot: 0, seq, lsn, at: 3000, order: 0 };
  encodeRecord(block, 0, fields, body, salt);
  return block.bytes;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("a valid record with an old or far LSN behind the end is not data", async () => {
  const { files, name, bytes, salt, picture: shown } = await killed();
  for (const lsn of [1, 5, 7, 100]) {
    files.set(name, joined(bytes, message(lsn, 5, salt)));
    assert.equal(await picture(files), shown, `LSN ${lsn}`);
  }
});

Deno.test("a record of another segment, or text that imitates one, is not data", async () => {
  const { files, name, bytes, salt, picture: shown } = await killed();
  files.set(name, joined(bytes, message(6, 5, (salt ^ 1) >>> 0)));
  assert.equal(await picture(files), shown);
  files.set(name, joined(bytes, message(6, 5, 0)));
  assert.equal(await picture(files), shown, "A salt that can be guessed is none");
});

Deno.test("what stands behind a segment's end in the manifest is not data", async () => {
  const session = new Session();
  await session.open();
  session.append("a", "m1");
  await session.reopen();
  await session.store().close();
  const files = session.disk.contents();
  for (const [name, bytes] of files) {
    if (!name.endsWith("segment") || bytes.length === SEGMENT_HEADER_BYTES) continue;
    files.set(name, joined(bytes, new Uint8Array(48).fill(7)));
  }
  assert.equal(await picture(files), session.model().picture());
});

Deno.test("files that no manifest names are removed, and files of other names are not", async () => {
  const session = new Session();
  await session.open();
  session.append("a", "m1");
  await session.reopen();
  await session.store().close();
  const files = session.disk.contents();
  const [segment] = [...files].filter(([name, bytes]) =>
    name.endsWith("segment") && bytes.length > 64
  );
  files.set("00000099.segment.part", bytesOf("half"));
  files.set("00000000.segment", segment?.[1] ?? bytesOf(""));
  files.set("00000077.hint", bytesOf("old"));
  files.set("notes.txt", bytesOf("mine"));
  const disk = new SimDisk(files);
  await using store = await openStore("x", {
    storage: disk,
    world: simWorld(1),
    autoCompact: false,
  });
  assert.equal(await pictureOf(store), session.model().picture());
  const names = await disk.list();
  assert.ok(names.includes("notes.txt"));
  for (const gone of ["00000099.segment.part", "00000000.segment", "00000077.hint"]) {
    assert.ok(!names.includes(gone), gone);
  }
});
