/**
 * Everything that can happen to the files of a small store, one thing at a time.
 *
 * @module
 */

import { seeded } from "../../db/sim/world.ts";
import { isAhead } from "../../../db/ahead.ts";
import { blockOf, recordBytesAt } from "../../../db/format.ts";
import { SEGMENT_HEADER_BYTES } from "../../../db/segment_header.ts";
import type { Files } from "./small_store.ts";

/** One thing that has happened to a store. */
export interface Corruption {
  /** What it was, so that it can be done again. */
  readonly name: string;
  /** The files as they are now. */
  readonly files: Files;
  /** Whether a file is shorter or older than it was: what is missing behind its end leaves no trace. */
  readonly cut?: boolean;
}

/** What a disk loses at once. */
const SECTOR = 512;

/** Every single bit of every file, flipped. With a stride, each file is gone through so many times. */
export function* bits(files: Files, stride = 1): Generator<Corruption> {
  for (let first = 0; first < stride; first++) {
    for (const [file, bytes] of files) {
      for (let bit = first; bit < bytes.length * 8; bit += stride) {
        const changed = bytes.slice();
        changed[bit >>> 3] = (changed[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        yield { name: `bit ${bit} of ${file}`, files: replaced(files, file, changed) };
      }
    }
  }
}

/** Every sector of every file: zeros, ones, noise, and each sector of elsewhere. */
export function* sectors(files: Files): Generator<Corruption> {
  for (const [file, bytes] of files) {
    for (let at = 0; at < bytes.length; at += SECTOR) {
      for (const [what, sector] of contents(files, at)) {
        const changed = bytes.slice();
        changed.set(sector.subarray(0, bytes.length - at), at);
        if (changed.every((byte, i) => byte === bytes[i])) continue;
        yield { name: `${what} at ${at} of ${file}`, files: replaced(files, file, changed) };
      }
    }
  }
}

function* contents(files: Files, at: number): Generator<[string, Uint8Array]> {
  yield ["zeros", new Uint8Array(SECTOR)];
  yield ["ones", new Uint8Array(SECTOR).fill(255)];
  const random = seeded(at + 1);
  yield ["noise", Uint8Array.from({ length: SECTOR }, () => Math.floor(random() * 256))];
  for (const [file, bytes] of files) {
    for (let from = 0; from < bytes.length; from += SECTOR) {
      yield [`the sector at ${from} of ${file}`, bytes.slice(from, from + SECTOR)];
    }
  }
}

/**
 * Every record of a segment in the place of every other one that is as long.
 *
 * @param near How far away at most, in records.
 */
export function* misplaced(files: Files, near: number = Infinity): Generator<Corruption> {
  for (const [file, bytes] of files) {
    if (!file.endsWith(".segment")) continue;
    const { view } = blockOf(bytes);
    const places: { at: number; length: number }[] = [];
    // Room that was made ahead may follow the last one.
    for (
      let at = SEGMENT_HEADER_BYTES;
      at < bytes.length && !isAhead(bytes, at);
      at += recordBytesAt(view, at)
    ) {
      places.push({ at, length: recordBytesAt(view, at) });
    }
    for (const [i, from] of places.entries()) {
      for (const [j, to] of places.entries()) {
        if (i === j || Math.abs(i - j) > near || from.length !== to.length) continue;
        const changed = bytes.slice();
        changed.copyWithin(to.at, from.at, from.at + from.length);
        const name = `the record at ${from.at} of ${file} at ${to.at}`;
        yield { name, files: replaced(files, file, changed) };
      }
    }
  }
}

/** Files that are missing, doubled, cut, lengthened, or have changed their names. */
export function* names(files: Files): Generator<Corruption> {
  for (const [file, bytes] of files) {
    const without = new Map([...files].filter(([name]) => name !== file));
    yield { name: `no ${file}`, files: without, cut: true };
    const ending = file.slice(file.indexOf("."));
    for (const other of ["00000000", "00000077"]) {
      yield { name: `${file} also as ${other}`, files: replaced(files, other + ending, bytes) };
    }
    for (const garbage of [new Uint8Array(700), new Uint8Array(700).fill(0x61)]) {
      const longer = new Uint8Array([...bytes, ...garbage]);
      yield { name: `${file} and ${garbage[0]}s`, files: replaced(files, file, longer) };
    }
    for (const [other, instead] of files) {
      if (other === file) continue;
      yield { name: `${other} as ${file} too`, files: replaced(files, file, instead), cut: true };
      if (other < file) continue;
      const swapped = replaced(replaced(files, file, instead), other, bytes);
      yield { name: `${file} and ${other} swapped`, files: swapped };
    }
  }
}

/** Every file, cut at every length. */
export function* lengths(files: Files): Generator<Corruption> {
  for (const [file, bytes] of files) {
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length);
      yield { name: `${file} cut at ${length}`, files: replaced(files, file, cut), cut: true };
    }
  }
}

/** Two things at once, without end. */
export function* pairs(files: Files, seed: number): Generator<Corruption> {
  const all = [
    ...bits(files),
    ...sectors(files),
    ...names(files),
    ...lengths(files),
    ...misplaced(files),
  ];
  const random = seeded(seed);
  const one = (): Corruption | undefined => all[Math.floor(random() * all.length)];
  for (;;) {
    const [first, second] = [one(), one()];
    if (first === undefined || second === undefined) return;
    // What the second has changed of the whole files, and what the first has of the rest.
    const both = new Map(first.files);
    for (const [file, bytes] of second.files) if (files.get(file) !== bytes) both.set(file, bytes);
    for (const file of files.keys()) if (!second.files.has(file)) both.delete(file);
    const cut = first.cut === true || second.cut === true;
    yield { name: `${first.name}, and ${second.name}`, files: both, cut };
  }
}

/** Every n-th of some corruptions, beginning with a chosen one. */
export function* every<T>(n: number, first: number, all: Iterable<T>): Generator<T> {
  let index = 0;
  for (const one of all) if (index++ % n === first % n) yield one;
}

function replaced(files: Files, name: string, bytes: Uint8Array): Files {
  return new Map([...files, [name, bytes]]);
}
