/**
 * From the records that were found to streams and keys.
 *
 * - Of several bodies for one seq the last in the log counts; what a drop covers is gone, whenever it was dropped.
 * - A stream whose name is lost gets it from a hint, or from its own messages if the caller can read them; else it is
 *   called `recovered-stream-<slot>`.
 * - Two messages of one seq that are no edits, and two names of one stream, are of two stores that were one. The later
 *   message counts, and the earlier name.
 * - What may never have been acknowledged is added to the rest, and takes nothing of it away or its place.
 * - A seq below one that was there has been given out: if neither a body nor a drop was found for it, it is lost.
 *
 * @module
 */

import { OVER_COUNT } from "./bodies.ts";
import { FLOORS_KEY } from "./floors.ts";
import { Kind, LOST } from "./format.ts";
import type { Salvaged } from "./salvage.ts";

/** How a stream's name was found. */
export type NameSource = "record" | "hint" | "messages" | "nothing";

/** Seqs that are gone, both included. `lost`: an earlier repair could not save them. */
export interface GoneSeqs {
  readonly from: number;
  readonly to: number;
  readonly lost: boolean;
}

/** A stream, as far as it was found. */
export interface FoundStream {
  readonly name: string;
  readonly nameFrom: NameSource;
  /** Last seq that was given out, as far as anything tells. */
  readonly last: number;
  /** The same without what may never have been acknowledged. */
  readonly sureLast: number;
  /** The records that count, one a seq, in their order. */
  readonly finds: Uint32Array;
  /** In order, without overlap. */
  readonly gone: readonly GoneSeqs[];
}

/** All that was found. */
export interface Gathered {
  readonly streams: readonly FoundStream[];
  /** The record with the last value of each key. */
  readonly keys: ReadonlyMap<string, number>;
  /** Keys that a hint knows, and of which no record was found. */
  readonly lostKeys: readonly string[];
  /** Streams without the record that names them. */
  readonly nameless: number;
  /** How far the seqs of each stream had come that was ended. */
  readonly ended: readonly { readonly name: string; readonly last: number }[];
  /** The name of each stream by its number. */
  readonly names: ReadonlyMap<number, string>;
}

/** Reads the body of a record; `undefined` when it cannot be read any more. */
export type ReadBody = (find: number) => Promise<Uint8Array | undefined>;

/** Bodies that are asked for the name of their stream at most. */
const ASKED_MAX = 64;

/** A stream in the making: what was found under one slot. */
interface Heap {
  name: string | undefined;
  nameFrom: NameSource;
  /** The record with the name. */
  named: number | undefined;
  last: number;
  readonly finds: number[];
  readonly gone: GoneSeqs[];
  sureLast: number;
  /** Whether the stream was ended: what is found of it counts no more. */
  over: boolean;
}

/**
 * Makes streams and keys of what was found.
 *
 * @param nameOf Tells the name of its stream from a message's body, if it can.
 */
export async function gather(
  found: Salvaged,
  read: ReadBody,
  nameOf: ((body: Uint8Array) => string | undefined) | undefined,
): Promise<Gathered> {
  const { finds, order, evidence, overruled, rivals, isSure, doubtful } = found;
  const heaps = new Map<number, Heap>();
  const keys = new Map<string, number>();
  const removed = new Set<string>();
  for (const find of order) {
    if (doubtful.has(find)) continue;
    switch (finds.kind(find)) {
      case Kind.message:
      case Kind.edit: {
        const heap = heapOf(heaps, finds.slot(find));
        heap.finds.push(find);
        heap.last = Math.max(heap.last, finds.seq(find));
        break;
      }
      case Kind.drop: {
        const { count, flags } = finds.count(find) ?? { count: 0, flags: 0 };
        const from = finds.seq(find);
        drop(heapOf(heaps, finds.slot(find)), from, count, (flags & LOST) !== 0);
        break;
      }
      case Kind.stream: {
        const heap = heapOf(heaps, finds.slot(find));
        const { named = find } = heap;
        if (heap.name === undefined) heap.named = find;
        else if (heap.name !== finds.text(find) && isSure(find) && isSure(named)) {
          rivals.add(named, find);
        }
        heap.name ??= finds.text(find);
        break;
      }
      case Kind.put:
        keys.set(finds.text(find) ?? "", find);
        removed.delete(finds.text(find) ?? "");
        break;
      case Kind.remove:
        keys.delete(finds.text(find) ?? "");
        removed.add(finds.text(find) ?? "");
        break;
    }
  }
  const lostKeys = new Set<string>();
  for (const { hint, salt } of evidence.claims.values()) {
    if (overruled.has(salt)) continue;
    for (const { slot, seq, units } of hint?.runs ?? []) {
      const heap = heapOf(heaps, slot);
      heap.last = Math.max(heap.last, seq + units.length - 1);
    }
    for (const { slot, seq, count } of hint?.gaps ?? []) {
      drop(heapOf(heaps, slot), seq, count, false);
    }
    for (const { slot, name } of hint?.names ?? []) {
      const heap = heapOf(heaps, slot);
      if (heap.name === undefined) Object.assign(heap, { name, nameFrom: "hint" });
    }
    for (const { key, unit } of hint?.keys ?? []) {
      // The floors are the store's own, and made again from what has ended.
      if (unit > 0 && !keys.has(key) && !removed.has(key) && key !== FLOORS_KEY) lostKeys.add(key);
    }
  }
  for (const heap of heaps.values()) heap.sureLast = heap.last;
  addDoubtful(found, heaps, (key) => keys.has(key) || removed.has(key) ? undefined : keys);
  const ended: { name: string; last: number }[] = [];
  for (const [slot, { over, name, last }] of heaps) {
    if (!over) continue;
    if (name !== undefined) ended.push({ name, last });
    heaps.delete(slot);
  }
  const nameless =
    [...heaps.values()].filter(({ name, nameFrom }) => name === undefined || nameFrom === "hint")
      .length;
  for (const [slot, heap] of heaps) {
    if (heap.name !== undefined) continue;
    const name = nameOf === undefined ? undefined : await askBodies(heap, read, nameOf);
    heap.nameFrom = name === undefined ? "nothing" : "messages";
    heap.name = name ?? `recovered-stream-${slot}`;
  }
  const bySlot = [...heaps].sort(([one], [other]) => one - other).map(([, heap]) => heap);
  const streams = joined(bySlot)
    .map((heap) => finish(heap, found))
    .filter(({ last }) => last > 0);
  const names = new Map([...heaps].map(([slot, { name = "" }]) => [slot, name]));
  return { streams, keys, lostKeys: [...lostKeys].sort(), nameless, ended, names };
}

/**
 * Adds what may never have been acknowledged, where nothing else is. Deletions among it are left out: what may have lasted
 * stays. So are messages of a stream that it names otherwise than the rest does.
 */
function addDoubtful(
  { finds, order, doubtful }: Salvaged,
  heaps: Map<number, Heap>,
  keysFor: (key: string) => Map<string, number> | undefined,
): void {
  const others = new Set<number>();
  const added = new Map<string, number>();
  for (const find of order) {
    if (!doubtful.has(find)) continue;
    const slot = finds.slot(find);
    const text = finds.text(find) ?? "";
    switch (finds.kind(find)) {
      case Kind.message:
      case Kind.edit: {
        if (others.has(slot)) break;
        const heap = heapOf(heaps, slot);
        heap.finds.push(find);
        heap.last = Math.max(heap.last, finds.seq(find));
        break;
      }
      case Kind.stream: {
        const heap = heapOf(heaps, slot);
        heap.name ??= text;
        if (heap.name !== text) others.add(slot);
        break;
      }
      case Kind.put:
        if (keysFor(text) !== undefined) added.set(text, find);
        break;
    }
  }
  for (const [key, find] of added) keysFor(key)?.set(key, find);
}

function heapOf(heaps: Map<number, Heap>, slot: number): Heap {
  const found = heaps.get(slot);
  if (found !== undefined) return found;
  const made: Heap = {
    name: undefined,
    nameFrom: "record",
    named: undefined,
    last: 0,
    sureLast: 0,
    finds: [],
    gone: [],
    over: false,
  };
  heaps.set(slot, made);
  return made;
}

function drop(heap: Heap, from: number, count: number, lost: boolean): void {
  const to = from + count - 1;
  if (count === OVER_COUNT) heap.over = true;
  else if (to >= from && from >= 1) {
    heap.gone.push({ from, to, lost });
    heap.last = Math.max(heap.last, to);
  }
}

/** The name that all of a stream's messages tell that tell one. Two different ones prove nothing. */
async function askBodies(
  { finds }: Heap,
  read: ReadBody,
  nameOf: (body: Uint8Array) => string | undefined,
): Promise<string | undefined> {
  const names = new Set<string>();
  const step = Math.max(1, Math.ceil(finds.length / ASKED_MAX));
  for (let i = 0; i < finds.length; i += step) {
    const body = await read(finds[i] ?? 0);
    const name = body === undefined ? undefined : nameOf(body);
    if (name !== undefined) names.add(name);
  }
  const [only] = names;
  return names.size === 1 ? only : undefined;
}

/** Heaps of one name are one stream. */
function joined(heaps: readonly Heap[]): Heap[] {
  const byName = new Map<string, Heap>();
  for (const heap of heaps) {
    const { name = "" } = heap;
    const known = byName.get(name);
    if (known === undefined) {
      byName.set(name, heap);
      continue;
    }
    for (const find of heap.finds) known.finds.push(find);
    known.gone.push(...heap.gone);
    known.last = Math.max(known.last, heap.last);
    known.sureLast = Math.max(known.sureLast, heap.sureLast);
  }
  return [...byName.values()];
}

function finish(
  { name = "", nameFrom, last, sureLast, finds, gone }: Heap,
  { finds: all, rivals, isSure, doubtful }: Salvaged,
): FoundStream {
  const dead = merged(gone);
  const sorted = Uint32Array.from(finds).sort((one, other) =>
    all.seq(one) - all.seq(other) ||
    Number(doubtful.has(other)) - Number(doubtful.has(one)) || all.lsn(one) - all.lsn(other)
  );
  let next = 0;
  /** The first body of the seq that is being looked at. */
  let said: number | undefined;
  const kept = sorted.filter((find, i) => {
    const seq = all.seq(find);
    if (said !== undefined && all.seq(said) !== seq) said = undefined;
    if (all.kind(find) === Kind.message && isSure(find)) {
      if (said !== undefined && !all.agree(said, find)) rivals.add(find, said);
      said = find;
    }
    const after = sorted[i + 1];
    if (after !== undefined && all.seq(after) === seq) return false;
    while ((dead[next]?.to ?? Infinity) < seq) next++;
    return seq > 0 && !((dead[next]?.from ?? Infinity) <= seq);
  });
  return { name, nameFrom, last, sureLast, finds: kept, gone: dead };
}

/** Stretches in order, without overlap. What was deleted in one and lost in another was deleted. */
function merged(gone: readonly GoneSeqs[]): GoneSeqs[] {
  const result: GoneSeqs[] = [];
  for (const { from, to, lost } of gone.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    const before = result.at(-1);
    const start = Math.max(from, (before?.to ?? 0) + 1);
    if (start > to) continue;
    if (before !== undefined && before.lost === lost && start === before.to + 1) {
      result[result.length - 1] = { from: before.from, to, lost };
    } else result.push({ from: start, to, lost });
  }
  return result;
}
