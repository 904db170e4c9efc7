/**
 * What a power failure may leave: from a trace of calls to the files on the disk.
 *
 * What a sync has covered is there. Of the rest, a `Luck` decides: for each unsynced write which of its
 * 512-byte sectors arrived, for each unsynced change of the directory whether it did. Sizes grow with what
 * arrived, and holes are zeros.
 *
 * @module
 */

import type { Op } from "./disk.ts";

/** Decides what of the unsynced arrives. */
export interface Luck {
  /** Whether a change of the directory, the `nth` of `all` that are not synced, or a truncation, arrives. */
  change(nth: number, all: number): boolean;
  /** Which part of a write of so many sectors arrives: for each sector whether it does. */
  sectors(count: number): boolean[];
}

/** Nothing that was not synced arrives. */
export const NOTHING: Luck = { change: () => false, sectors: (count) => Array(count).fill(false) };

/** Everything arrives. */
export const EVERYTHING: Luck = { change: () => true, sectors: (count) => Array(count).fill(true) };

/** Of each write the first half of its sectors, all changes of the directory. */
export const FIRST_HALF: Luck = {
  change: () => true,
  sectors: (count) => Array.from({ length: count }, (_, i) => i < count / 2),
};

/** Of each write the second half of its sectors, so that holes come to be. */
export const SECOND_HALF: Luck = {
  change: () => true,
  sectors: (count) => Array.from({ length: count }, (_, i) => i >= count / 2),
};

/** Bytes everywhere, names nowhere. */
export const BYTES_ONLY: Luck = {
  change: () => false,
  sectors: (count) => Array(count).fill(true),
};

/** Bytes everywhere; of the changes of the directory each second one. */
const EVEN_NAMES: Luck = {
  change: (nth) => nth % 2 === 0,
  sectors: (count) => Array(count).fill(true),
};

/** Bytes everywhere; of the changes of the directory only the last, as if those before it had been durable. */
const LAST_NAME: Luck = {
  change: (nth, all) => nth === all - 1,
  sectors: (count) => Array(count).fill(true),
};

/** All of the above. */
export const FIXED_LUCKS: readonly Luck[] = [
  NOTHING,
  EVERYTHING,
  FIRST_HALF,
  SECOND_HALF,
  BYTES_ONLY,
  EVEN_NAMES,
  LAST_NAME,
];

/** Luck from a random number in [0, 1). */
export function randomLuck(random: () => number): Luck {
  const share = random();
  const style = Math.floor(random() * 3);
  return {
    change: () => random() < share,
    sectors: (count) => {
      const cut = Math.floor(random() * (count + 1));
      return Array.from(
        { length: count },
        (_, i) => style === 0 ? random() < share : style === 1 ? i < cut : i >= cut,
      );
    },
  };
}

const SECTOR_BYTES = 512;

type FileOp = Extract<Op, { kind: "write" | "truncate" }>;
type NameOp = Extract<Op, { kind: "create" | "remove" | "link" }>;

/**
 * The files after a power failure behind the first `end` ops of a trace.
 *
 * @param start What the directory held before the trace began.
 * @param origins The inodes of those files.
 */
export function crash(
  start: ReadonlyMap<string, Uint8Array>,
  origins: ReadonlyMap<string, number>,
  trace: readonly Op[],
  end: number,
  luck: Luck,
): Map<string, Uint8Array> {
  const bytes = new Map<number, Uint8Array>();
  const names = new Map<string, number>(origins);
  for (const [name, inode] of origins) bytes.set(inode, start.get(name) ?? new Uint8Array(0));
  const fileOps = new Map<number, { index: number; op: FileOp }[]>();
  let nameOps: { index: number; op: NameOp }[] = [];
  for (let index = 0; index < end; index++) {
    const op = trace[index];
    if (op === undefined) break;
    switch (op.kind) {
      case "write":
      case "truncate": {
        const list = fileOps.get(op.inode) ?? [];
        list.push({ index, op });
        fileOps.set(op.inode, list);
        break;
      }
      case "sync":
      case "lost": {
        const list = fileOps.get(op.inode) ?? [];
        if (op.kind === "sync") {
          for (const one of list) if (one.index < op.upTo) apply(bytes, one.op, EVERYTHING);
        } else {
          for (const one of list) if (one.index < op.upTo) apply(bytes, one.op, luck);
        }
        fileOps.set(op.inode, list.filter((one) => one.index >= op.upTo));
        break;
      }
      case "create":
      case "link":
      case "remove":
        nameOps.push({ index, op });
        break;
      case "syncDirectory":
        for (const one of nameOps) if (one.index < op.upTo) name(names, one.op);
        nameOps = nameOps.filter((one) => one.index >= op.upTo);
        break;
      case "note":
        break;
      default:
        op satisfies never;
    }
  }
  for (const list of fileOps.values()) for (const { op } of list) apply(bytes, op, luck);
  nameOps.forEach(({ op }, nth) => {
    if (luck.change(nth, nameOps.length)) name(names, op);
  });
  return new Map([...names].map(([name, inode]) => [name, bytes.get(inode) ?? new Uint8Array(0)]));
}

function apply(bytes: Map<number, Uint8Array>, op: FileOp, luck: Luck): void {
  const before = bytes.get(op.inode) ?? new Uint8Array(0);
  if (op.kind === "truncate") {
    if (luck.change(0, 1)) bytes.set(op.inode, before.slice(0, op.size));
    return;
  }
  const first = Math.floor(op.at / SECTOR_BYTES);
  const last = Math.floor((op.at + op.bytes.length - 1) / SECTOR_BYTES);
  const arrived = luck.sectors(last - first + 1);
  const fromOf = (i: number) => Math.max(op.at, (first + i) * SECTOR_BYTES);
  const toOf = (i: number) => Math.min(op.at + op.bytes.length, (first + i + 1) * SECTOR_BYTES);
  // Copied once, however many sectors there are.
  const reach = arrived.includes(true) ? toOf(arrived.lastIndexOf(true)) : 0;
  const after = new Uint8Array(Math.max(before.length, reach));
  after.set(before);
  arrived.forEach((arrives, i) => {
    if (arrives) after.set(op.bytes.subarray(fromOf(i) - op.at, toOf(i) - op.at), fromOf(i));
  });
  bytes.set(op.inode, after);
}

function name(names: Map<string, number>, op: NameOp): void {
  switch (op.kind) {
    case "create":
    case "link":
      names.set(op.name, op.inode);
      break;
    case "remove":
      names.delete(op.name);
      break;
    default:
      op satisfies never;
  }
}
