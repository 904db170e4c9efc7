/**
 * Salvage: everything of a damaged store that is whole, and what is not there.
 *
 * 1. What manifests and hints say is gathered (`evidence.ts`).
 * 2. Every file that may hold records is dug through, position by position (`sources.ts`, `dig.ts`).
 * 3. The records are put in the order of the log, each LSN once; streams and keys come out of that (`gathered.ts`).
 * 4. LSNs are given out one by one. Those that nothing accounts for are what is missing (`coverage.ts`).
 *
 * What a power failure has torn and opening has cut off lies there for ever, and never counted: of that, nothing is taken
 * (`proofs.ts`). Where nothing tells whether it counted, it is saved, takes the place of nothing else, and is said to be
 * doubtful.
 *
 * One thing cannot be known: if the last word on a message or key was in a damaged part, an older one shows, and what
 * was deleted may be there again. So what may be missing is counted, and said.
 *
 * @module
 */

import { decodeCount, decodeName, decodePair } from "./bodies.ts";
import { boundsOf } from "./bounds.ts";
import { Coverage, inPlace, type Placed } from "./coverage.ts";
import { dig } from "./dig.ts";
import { countIn, type Dug } from "./dug.ts";
import { type Damage, StoreError } from "./errors.ts";
import { type Evidence, gatherEvidence } from "./evidence.ts";
import { Finds, saidAt } from "./finds.ts";
import { type Block, bodyOf, Kind, RECORD_HEADER_BYTES, type RecordHeader } from "./format.ts";
import { GRID_BYTES } from "./limits.ts";
import { manifestNumberOf } from "./manifest.ts";
import { Proofs } from "./proofs.ts";
import { Rivals } from "./rivals.ts";
import { type LsnRange, SEGMENT_HEADER_BYTES, segmentIdOf, segmentName } from "./segment_header.ts";
import { findSources, readSource, type Source } from "./sources.ts";
import type { Storage } from "./storage.ts";

/** What is left of a store, and what is known of the rest. */
export interface Salvaged {
  readonly finds: Finds;
  /** The records that count, in the order of the log. */
  readonly order: Uint32Array;
  /** Those that contradict each other. */
  readonly rivals: Rivals;
  /** Whether a record was surely part of the log, where it stands. */
  readonly isSure: (find: number) => boolean;
  /** Records that may never have been acknowledged. */
  readonly doubtful: ReadonlySet<number>;
  readonly sources: readonly Source[];
  /** Salts of the sources of which no record counts: nor does what their hints say. */
  readonly overruled: ReadonlySet<number | undefined>;
  readonly evidence: Evidence;
  readonly damages: readonly Damage[];
  /** How many records are missing, at most. */
  readonly missing: number;
  /** Why more may be missing than can be counted. */
  readonly unknown: readonly string[];
}

/**
 * Finds what is left. No writer may be at work.
 *
 * @throws {StoreError} `not_a_store` when nothing is there that has a store's names, `newer_format`.
 */
export async function salvage(storage: Storage): Promise<Salvaged> {
  const names = storage.exists() ? await storage.list() : [];
  const isOurs = (name: string): boolean =>
    segmentIdOf(name) !== undefined || manifestNumberOf(name) !== undefined;
  if (!names.some(isOurs)) {
    throw new StoreError("not_a_store", `There is no store in ${storage.path}`);
  }
  const evidence = await gatherEvidence(storage, names);
  const found = await findSources(storage, names, evidence);
  const { sources } = found;
  const damages = [...evidence.damages, ...found.damages];
  const known = new Set(evidence.salts);
  for (const { salt } of sources) if (salt !== undefined) known.add(salt);
  const finds = new Finds();
  const coverage = new Coverage();
  const proofs = new Proofs(await boundsOf(storage, sources, evidence));
  const dug: Dug[] = [];
  for (const [index, source] of sources.entries()) {
    const one = await digSource(storage, source, { index, known, evidence, finds, proofs });
    damages.push(...one.damages);
    account(coverage, one.dug, one.placed);
    dug.push(one.dug);
  }
  const { dead, doubtful } = proofs.all();
  const isSure = (find: number): boolean =>
    !doubtful.has(find) && finds.unit(find) * GRID_BYTES < (dug[finds.source(find)]?.sureTo ?? 0);
  const rivals = new Rivals();
  const allows = countIn(finds, dug, evidence);
  const counts = (find: number): boolean => !dead.has(find) && allows(find);
  const counting = new Set<number>();
  for (let find = 0; find < finds.size; find++) {
    if (counts(find)) counting.add(finds.source(find));
  }
  const overruled = new Set(
    dug.filter(({ isEmpty }, i) => !isEmpty && !counting.has(i)).map(({ source }) => source.salt),
  );
  const order = finds.inOrder({
    counts,
    rank: (find) =>
      (sources[finds.source(find)]?.rank ?? 0) - (isSure(find) ? 0 : UNSURE) -
      (doubtful.has(find) ? UNSURE : 0),
    isSure,
    rivals,
  });
  for (const index of order) coverage.cover(finds.lsn(index), finds.lsn(index));
  const claimed = [...evidence.claims.values()].map(({ lastLsn }) => lastLsn);
  const last = Math.max(0, ...dug.map(({ lastLsn }) => lastLsn), ...claimed);
  damages.push(...missingFiles(evidence, sources));
  return {
    finds,
    order,
    rivals,
    isSure,
    doubtful,
    sources,
    overruled,
    evidence,
    damages,
    missing: coverage.most(last),
    unknown: unknownOf(evidence, dug, last),
  };
}

/** More than any rank: a record that is not sure counts only where no sure one does. */
const UNSURE = 2 ** 40;

/** Digs through one source. */
async function digSource(
  storage: Storage,
  source: Source,
  { index, known, evidence, finds, proofs }: {
    readonly index: number;
    readonly known: ReadonlySet<number>;
    readonly evidence: Evidence;
    readonly finds: Finds;
    readonly proofs: Proofs;
  },
): Promise<{ dug: Dug; placed: readonly Placed[]; damages: Damage[] }> {
  const { file, salt, headerIsGood } = source;
  const { block, damages: unread } = await readSource(storage, file);
  const all: Placed[] = [];
  const foreign: Damage[] = [];
  /** Of records of other segments. */
  let lastForeign = 0;
  let end = 0;
  const start = headerIsGood ? SEGMENT_HEADER_BYTES : 0;
  const claim = salt === undefined ? undefined : evidence.claims.get(salt);
  const bad = dig(
    { file, block, start, end: claim?.end, salt, known },
    (record, offset, signed) => {
      const said = saidAt(block, offset, record);
      const find = finds.add(record, index, offset / GRID_BYTES, said);
      read(finds, find, record, block, offset);
      proofs.see(signed, record, find);
      // Only compaction writes records side by side that do not follow each other.
      const leaps = offset === end && record.lsn > (all.at(-1)?.lsn ?? Infinity) + 1;
      end = offset + record.bytes;
      if (signed === salt) {
        if (leaps && !headerIsGood) proofs.trust(salt);
        all.push({ lsn: record.lsn, from: offset, to: end });
      } else {
        lastForeign = Math.max(lastForeign, record.lsn);
        const reason = `record ${record.lsn} of another segment stands here`;
        foreign.push({ file, offset, bytes: record.bytes, reason });
      }
    },
  );
  const dead = new Set(salt === undefined ? [] : proofs.judge(salt).dead.map(({ lsn }) => lsn));
  const placed = dead.size === 0 ? all : all.filter(({ lsn }) => !dead.has(lsn));
  const lastLsn = placed.reduce((last, { lsn }) => Math.max(last, lsn), lastForeign);
  const stands = inPlace(placed);
  const outOfPlace = placed.filter((_, i) => !stands[i]);
  const copied = new Set(outOfPlace.map(({ lsn }) => lsn));
  const strangers = outOfPlace.map(({ lsn, from, to }) => ({
    file,
    offset: from,
    bytes: to - from,
    reason: `record ${lsn} stands in the place of another`,
  }));
  const size = block.bytes.length;
  const nothing = size <= SEGMENT_HEADER_BYTES && !headerIsGood
    ? [{ file, offset: 0, bytes: size, reason: "the header is lost, and no record is there" }]
    : [];
  const named = bad.map((one) =>
    headerIsGood || one.offset > 0 ? one : { ...one, reason: "the header is damaged" }
  );
  // What was cut off when the store was opened again is no damage.
  const cut = dead.size > 0 ? placed.at(-1)?.to ?? SEGMENT_HEADER_BYTES : Infinity;
  const damages = source.expected
    ? [...unread, ...named, ...strangers, ...foreign, ...nothing].filter(({ offset }) =>
      offset < cut
    )
    : [];
  // A lost header alone takes nothing away, and what stands behind an end that is known never counted.
  const harms = damages.filter(({ offset, bytes }) =>
    (headerIsGood || offset > 0 || bytes > SEGMENT_HEADER_BYTES) &&
    (claim === undefined || offset < claim.end)
  );
  const lastEnd = placed.at(-1)?.to ?? 0;
  const whole = claim !== undefined && lastEnd === claim.end && source.expected &&
    harms.length === 0;
  const rows = placed.filter((_, i) => stands[i]).map((one) => ({
    ...one,
    twice: copied.has(one.lsn),
  }));
  const lastRow = rows.at(-1);
  const endIsDamaged = harms.some(({ offset, bytes }) => offset + bytes > (lastRow?.to ?? 0)) ||
    (claim === undefined && lastRow?.twice === true);
  // What stands behind a torn end, or behind one that is known, may never have been acknowledged, and was written anew.
  const torn = bad.find(({ offset }) => offset >= SEGMENT_HEADER_BYTES)?.offset;
  const sureTo = claim?.end ?? torn ?? Infinity;
  return {
    dug: {
      source,
      isEmpty: placed.length === 0,
      lastLsn,
      endIsDamaged,
      claim,
      sureTo,
      solid: damages.length === 0 ? unbroken(placed) : undefined,
      whole,
    },
    placed: rows,
    damages,
  };
}

/** The LSNs of records that follow each other; `undefined` when there are none or they do not. */
function unbroken(placed: readonly Placed[]): LsnRange | undefined {
  const first = placed[0]?.lsn;
  if (first === undefined || placed.some(({ lsn }, i) => lsn !== first + i)) return undefined;
  return { firstLsn: first, lastLsn: first + placed.length - 1 };
}

/** Keeps what a record says that is no message. */
function read(
  finds: Finds,
  find: number,
  record: RecordHeader,
  block: Block,
  offset: number,
): void {
  const body = (): Uint8Array => bodyOf(block, offset, record);
  switch (record.kind) {
    case Kind.message:
    case Kind.edit:
      return;
    case Kind.drop:
      return finds.setCount(find, decodeCount(body()) ?? 0, record.flags);
    case Kind.stream:
    case Kind.remove:
      return finds.setText(find, decodeName(body()) ?? "");
    case Kind.put:
      return finds.setText(find, decodePair(body())?.key ?? "");
    default:
      record.kind satisfies never;
  }
}

/** Notes which LSNs a source shows to be dead, and where some of its records may have stood. */
function account(
  coverage: Coverage,
  { source, claim, whole }: Dug,
  placed: readonly Placed[],
): void {
  const first = source.range?.firstLsn ?? claim?.firstLsn;
  const last = source.range?.lastLsn ?? claim?.lastLsn;
  let lsn = first === undefined ? undefined : first - 1;
  let to = SEGMENT_HEADER_BYTES;
  let sure = true;
  const between = (next: number, from: number): void => {
    if (lsn === undefined || next <= lsn) return;
    if (from === to && sure) coverage.cover(lsn + 1, next);
    else {
      const most = Math.max(1, Math.floor((from - to) / RECORD_HEADER_BYTES));
      coverage.hole({ from: lsn + 1, to: next - 1, most });
    }
  };
  for (const record of placed) {
    sure &&= record.twice !== true;
    between(record.lsn, record.from);
    sure = record.twice !== true;
    lsn = record.lsn;
    to = record.to;
  }
  if (last === undefined || claim === undefined) return;
  if (whole || to === claim.end) between(last, to);
  else between(last + 1, Math.max(to + 1, claim.end));
}

/** Segments that a good manifest names and that no file is. */
function missingFiles({ newest }: Evidence, sources: readonly Source[]): Damage[] {
  if (newest?.good !== true || newest.manifest === undefined) return [];
  const { rows, tail, tailSalt } = newest.manifest;
  const there = new Set(sources.map(({ salt }) => salt));
  const wanted = [
    ...rows,
    ...(tailSalt === undefined ? [] : [{ id: tail, salt: tailSalt, end: 0 }]),
  ];
  return wanted.filter(({ salt }) => !there.has(salt)).map(({ id, end }) => ({
    file: segmentName(id),
    offset: 0,
    bytes: end,
    reason: "the file is missing, or nothing of it can be read",
  }));
}

/** Why there may have been more behind the last record that is known of. */
function unknownOf(evidence: Evidence, dug: readonly Dug[], last: number): string[] {
  const unknown: string[] = [];
  const lastId = Math.max(
    0,
    ...dug.filter(({ lastLsn }) => lastLsn === last).map(({ source }) => source.id),
  );
  for (const { source, lastLsn, endIsDamaged, isEmpty } of dug) {
    const isLast = isEmpty ? source.id >= lastId : lastLsn >= last;
    if (isLast && endIsDamaged) {
      unknown.push(`what stood at the end of ${source.file}, where nothing can be read`);
    }
  }
  const why = lastIsUnknown(evidence, dug);
  return why === undefined ? unknown : [...unknown, why];
}

/** Why it is not known which segment is the last one; `undefined` when it is, and it is there. */
function lastIsUnknown(
  { newest }: Evidence,
  dug: readonly Dug[],
): string | undefined {
  const unsure = "whether a segment is missing behind the last one, because no manifest tells it";
  const manifest = newest?.manifest;
  if (newest === undefined || manifest === undefined) return unsure;
  const there = new Set(dug.map(({ source }) => source.salt));
  const { rows, tail, tailSalt } = manifest;
  if (tailSalt !== undefined && !there.has(tailSalt)) {
    const rest = Math.max(0, ...rows.map(({ lastLsn }) => lastLsn));
    // Only records behind it tell how far it went: an empty segment is made before anybody knows when it is needed.
    const goesOn = dug.some(({ source, lastLsn }) => source.id > tail && lastLsn > rest);
    return newest.good && goesOn ? undefined : `what stood in ${segmentName(tail)}`;
  }
  if (newest.good) return undefined;
  // Of a damaged manifest only that is believed which the files bear out.
  const bornOut = rows.length + (tailSalt === undefined ? 0 : 1) > 0 &&
    rows.every(({ salt }) => there.has(salt)) &&
    (tailSalt !== undefined || dug.every(({ source }) => source.id < tail));
  return bornOut ? undefined : unsure;
}
