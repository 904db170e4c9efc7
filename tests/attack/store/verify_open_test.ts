/**
 * Verify and opening held against each other: what one of them finds, the other one does not call whole.
 *
 * @module
 */

import assert from "node:assert/strict";
import { blockOf, encodeRecord, Kind, readHeader } from "../../../db/format.ts";
import { encodeName } from "../../../db/bodies.ts";
import { openReadOnly, openStore } from "../../../db/open.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES } from "../../../db/segment_header.ts";
import { verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { mount } from "../../db/sim/mount.ts";
import { simWorld } from "../../db/sim/world.ts";

type Files = Map<string, Uint8Array>;

/** The files of a killed store of two streams, of whose second name the record is changed. */
async function renamed(name: string): Promise<Files> {
  const disk = new SimDisk();
  const process = mount(disk);
  const store = await openStore("s", { storage: process.storage, world: simWorld(1) });
  for (const stream of ["room/a", "room/b"]) {
    await store.append(stream, bytesOf("hello"), { at: 1 }).done;
  }
  process.kill();
  const files = disk.contents();
  const file = "00000001.segment";
  const bytes = files.get(file) ?? assert.fail();
  const block = blockOf(bytes);
  const header = decodeSegmentHeader(bytes);
  assert.ok(header.kind === "header");
  for (let at = SEGMENT_HEADER_BYTES; at < bytes.length;) {
    const record = readHeader(block.view, at);
    if (record.kind === Kind.stream && record.slot === 1) {
      encodeRecord(block, at, record, encodeName(name), header.header.salt);
    }
    at += record.bytes;
  }
  return files;
}

/** Whether what opens a store refuses it, and what it says. */
async function refusal(open: () => Promise<AsyncDisposable | Disposable>): Promise<string> {
  try {
    const store = await open();
    if (Symbol.asyncDispose in store) await store[Symbol.asyncDispose]();
    else store[Symbol.dispose]();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

Deno.test("two streams with one name, of which opening makes no store, are damage for verify, too", async () => {
  const files = await renamed("room/a");
  for (const open of [openReadOnly, openStore]) {
    const storage = new SimDisk(files);
    const said = await refusal(() => open("s", { storage, world: simWorld(2) }));
    assert.match(said, /a later one have the name 'room\/a'/);
  }
  const { damages } = await verifyStore("s", { storage: new SimDisk(files) });
  assert.match(damages[0]?.reason ?? "", /a later one have the name 'room\/a'/);
});
