/**
 * Showing a written group to readers.
 *
 * @module
 */

import type { Catalog } from "./catalog.ts";
import { isIndexed, readHeader } from "./format.ts";
import type { Group } from "./group.ts";
import type { Segment } from "./segments.ts";

/** Applies the records of a group that stands at `base` of its segment. */
export function applyGroup(catalog: Catalog, group: Group, segment: Segment, base: number): void {
  const block = group.block();
  for (let at = 0; at < block.bytes.length;) {
    const record = readHeader(block.view, at);
    const where = { ordinal: segment.ordinal, offset: base + at };
    const fault = catalog.apply(record, block, at, where);
    if (fault !== undefined) throw new Error(`Wrote record ${record.lsn} wrongly: ${fault}`);
    if (isIndexed(record.kind)) segment.records++;
    at += record.bytes;
  }
  segment.end = base + block.bytes.length;
  segment.lastLsn = group.lastLsn();
}
