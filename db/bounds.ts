/**
 * Where the records of each segment of a damaged store end, as far as anything proves it.
 *
 * A manifest or a hint that names a segment says it. So does a later segment as first written: it was begun where the log
 * was taken to end, so what comes before its first record was durable, and what an earlier segment holds from there on
 * behind a gap was cut off.
 *
 * @module
 */

import { systemCode } from "./errors.ts";
import type { Evidence } from "./evidence.ts";
import { blockOf, parseRecord, RECORD_HEADER_BYTES, recordBytesAt } from "./format.ts";
import { PART } from "./make_segment.ts";
import type { Bound } from "./proofs.ts";
import { SEGMENT_HEADER_BYTES } from "./segment_header.ts";
import type { Source } from "./sources.ts";
import type { Storage } from "./storage.ts";

/** A segment as first written, and the LSN of the record that stands at its beginning, if one does. */
interface Begun {
  readonly id: number;
  readonly salt: number;
  /** Whether it is sure that it became a part of the log, and when. */
  readonly named: boolean;
  readonly firstLsn: number | undefined;
  readonly isEmpty: boolean;
}

/** Asks all sources. @returns What is known of a segment by its salt. */
export async function boundsOf(
  storage: Storage,
  sources: readonly Source[],
  { claims }: Evidence,
): Promise<(salt: number) => Bound> {
  const begun: Begun[] = [];
  const compacted = new Set<number>();
  for (const source of sources) {
    const { id, salt, headerIsGood, file } = source;
    if (salt === undefined) continue;
    if (source.compacted) compacted.add(salt);
    else {
      const named = headerIsGood && !file.endsWith(PART);
      begun.push({ id, salt, named, ...await beginningOf(storage, file, salt) });
    }
  }
  begun.sort((one, other) => one.id - other.id);
  return (salt) => {
    if (compacted.has(salt)) return { durable: Infinity, end: undefined };
    const at = begun.findIndex((one) => one.salt === salt);
    const later = begun[at]?.named === true
      ? begun.slice(at + 1).filter(({ named, isEmpty }) => named && !isEmpty)
      : [];
    const starts = later.flatMap(({ firstLsn }) => firstLsn ?? []);
    const ends = starts.map((lsn) => lsn - 1);
    const claimed = claims.get(salt)?.lastLsn;
    if (claimed !== undefined) ends.push(claimed);
    return {
      durable: Math.max(
        (begun[at]?.firstLsn ?? 1) - 1,
        (later[0]?.firstLsn ?? 1) - 1,
        claimed ?? 0,
      ),
      end: ends.length === 0 ? undefined : Math.min(...ends),
    };
  };
}

/** The record that a segment begins with. */
async function beginningOf(
  storage: Storage,
  name: string,
  salt: number,
): Promise<{ firstLsn: number | undefined; isEmpty: boolean }> {
  using file = storage.open(name);
  const size = file.size();
  const none = { firstLsn: undefined, isEmpty: size <= SEGMENT_HEADER_BYTES };
  if (size < SEGMENT_HEADER_BYTES + RECORD_HEADER_BYTES) return none;
  try {
    const head = new Uint8Array(RECORD_HEADER_BYTES);
    await file.read(head, SEGMENT_HEADER_BYTES);
    const bytes = recordBytesAt(blockOf(head).view, 0);
    if (SEGMENT_HEADER_BYTES + bytes > size) return none;
    const whole = new Uint8Array(bytes);
    await file.read(whole, SEGMENT_HEADER_BYTES);
    const parsed = parseRecord(blockOf(whole), 0, bytes, salt);
    return parsed.kind === "record" ? { ...none, firstLsn: parsed.record.lsn } : none;
  } catch (error) {
    if (systemCode(error) !== "EIO") throw error;
    return none;
  }
}
