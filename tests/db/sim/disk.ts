/**
 * A disk that keeps only what it must.
 *
 * It behaves like a directory on a file system and writes down every call. From that trace `crash.ts` makes
 * the directories that a power failure could have left after any call. Faults are injected by a hook that
 * sees each call before it happens.
 *
 * @module
 */

import { seeded } from "./world.ts";
import type { LockOutcome, Storage, StorageFile } from "../../../db/storage.ts";

/** One call that changed something, or that promised something. */
export type Op =
  | { readonly kind: "create"; readonly name: string; readonly inode: number }
  | {
    readonly kind: "write";
    readonly inode: number;
    readonly at: number;
    readonly bytes: Uint8Array;
  }
  | { readonly kind: "truncate"; readonly inode: number; readonly size: number }
  /** A sync has returned: ops of the file before the trace's index `upTo` are durable. */
  | { readonly kind: "sync"; readonly inode: number; readonly upTo: number }
  /** A sync has failed: ops before `upTo` will never reach the disk unless they are written again. */
  | { readonly kind: "lost"; readonly inode: number; readonly upTo: number }
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "link"; readonly name: string; readonly inode: number }
  | { readonly kind: "syncDirectory"; readonly upTo: number }
  /** Something that the test wants to know the place of. */
  | { readonly kind: "note"; readonly value: number };

/** What a call meets instead of succeeding. */
export type Fault =
  | { readonly kind: "error"; readonly code: "EIO" | "ENOSPC" | "EMFILE" | "EINTR" }
  /** A write takes only so many bytes. */
  | { readonly kind: "short"; readonly bytes: number }
  /** A sync fails, the cache keeps the new bytes and calls them clean (ext4). */
  | { readonly kind: "syncKeeps" }
  /** A sync fails and the file's unsynced bytes vanish (btrfs). */
  | { readonly kind: "syncReverts" };

/** A call that is about to happen. */
export interface Call {
  readonly kind:
    | "create"
    | "list"
    | "open"
    | "read"
    | "write"
    | "truncate"
    | "sync"
    | "rename"
    | "remove"
    | "syncDirectory";
  readonly name: string;
  /** How many calls of any kind came before. */
  readonly index: number;
}

/** Turns that a sync takes at most. */
const TURNS_MAX = 12;

/** A file's bytes. */
export interface Inode {
  readonly id: number;
  bytes: Uint8Array;
  /** The bytes as they were at the last sync. */
  synced: Uint8Array;
}

/** A directory on a disk that forgets. */
export class SimDisk implements Storage {
  readonly path: string;
  readonly trace: Op[] = [];
  /** Sees each call and may give it a fault. */
  fault: (call: Call) => Fault | undefined = () => undefined;
  /** Calls that are to do nothing and say that all is well: for proofs that each of them is needed. */
  skip: (call: Call) => boolean = () => false;
  /** Names that a listing leaves out without an error, as a directory does whose blocks are damaged. */
  hidden: (call: Call, name: string) => boolean = () => false;
  calls = 0;
  readonly #files: Map<string, Inode>;
  #inodes = 0;
  #locked = false;
  /** Which file is the lock file. */
  #lockFile = 0;
  readonly #turns = seeded(1);

  /** @param files What the directory holds, all of it durable. */
  constructor(files: ReadonlyMap<string, Uint8Array> = new Map(), path = "sim") {
    this.path = path;
    this.#files = new Map(
      [...files].map(([name, bytes]) => [
        name,
        { id: this.#inodes++, bytes: bytes.slice(), synced: bytes.slice() },
      ]),
    );
  }

  /** What the directory holds now, as the running system sees it. */
  contents(): Map<string, Uint8Array> {
    return new Map([...this.#files].map(([name, { bytes }]) => [name, bytes.slice()]));
  }

  /** Which inode each name had at the beginning. */
  origins(): Map<string, number> {
    return new Map([...this.#files].map(([name, { id }]) => [name, id]));
  }

  /** Writes a note into the trace. */
  note(value: number): void {
    this.trace.push({ kind: "note", value });
  }

  exists(): boolean {
    return true;
  }

  make(): Promise<void> {
    return Promise.resolve();
  }

  list(): Promise<string[]> {
    try {
      const call = this.#meet("list", "");
      return Promise.resolve([...this.#files.keys()].filter((name) => !this.hidden(call, name)));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  create(name: string): StorageFile {
    this.#meet("create", name);
    if (this.#files.has(name)) throw systemError("EEXIST");
    const inode = { id: this.#inodes++, bytes: new Uint8Array(0), synced: new Uint8Array(0) };
    this.#files.set(name, inode);
    this.trace.push({ kind: "create", name, inode: inode.id });
    return this.#file(name, inode);
  }

  open(name: string): StorageFile {
    this.#meet("open", name);
    return this.#file(name, this.#find(name));
  }

  rename(from: string, to: string): void {
    if (this.#files.has(to)) throw systemError("EEXIST");
    this.replace(from, to);
  }

  replace(from: string, to: string): void {
    this.#meet("rename", from);
    const inode = this.#find(from);
    this.#files.set(to, inode);
    this.#files.delete(from);
    this.trace.push({ kind: "link", name: to, inode: inode.id }, { kind: "remove", name: from });
  }

  remove(name: string): void {
    this.#meet("remove", name);
    this.#find(name);
    this.#files.delete(name);
    this.trace.push({ kind: "remove", name });
  }

  async removeLarge(name: string): Promise<void> {
    await this.#wait();
    this.remove(name);
  }

  link(name: string, to: Storage): void {
    if (!(to instanceof SimDisk)) throw systemError("EXDEV");
    const { bytes, synced } = this.#find(name);
    // The copy stands for the same inode: complete segments never change.
    const inode = { id: to.#inodes++, bytes: bytes.slice(), synced: synced.slice() };
    to.#files.set(name, inode);
    to.trace.push({ kind: "link", name, inode: inode.id });
    to.trace.push({ kind: "write", inode: inode.id, at: 0, bytes: bytes.slice() });
    to.trace.push({ kind: "sync", inode: inode.id, upTo: to.trace.length });
  }

  async syncDirectory(): Promise<void> {
    const call = this.#meet("syncDirectory", "");
    const upTo = this.trace.length;
    await this.#wait();
    if (!this.skip(call)) this.trace.push({ kind: "syncDirectory", upTo });
  }

  lock(): LockOutcome {
    if (this.#locked) return { kind: "taken", by: "write", pid: undefined };
    this.#locked = true;
    this.#lockFile++;
    const taken = this.#lockFile;
    return {
      kind: "held",
      lock: {
        holds: () => this.#lockFile === taken,
        [Symbol.dispose]: () => void (this.#locked &&= this.#lockFile !== taken),
      },
    };
  }

  /** Removes the lock file: whoever holds the lock keeps nobody out any more. */
  removeLock(): void {
    this.#lockFile++;
    this.#locked = false;
  }

  at(path: string): SimDisk {
    return new SimDisk(new Map(), path);
  }

  #file(name: string, inode: Inode): StorageFile {
    const close = (): void => {};
    const readNow = (into: Uint8Array, at: number): number => {
      this.#meet("read", name);
      const part = inode.bytes.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    };
    return {
      read: (into, at) => Promise.resolve(readNow(into, at)),
      readNow,
      write: (bytes, at) => this.#write(name, inode, bytes, at),
      sync: () => this.#sync(name, inode),
      truncate: (size) => {
        this.#meet("truncate", name);
        const cut = new Uint8Array(size);
        cut.set(inode.bytes.subarray(0, size));
        inode.bytes = cut;
        this.trace.push({ kind: "truncate", inode: inode.id, size });
      },
      size: () => inode.bytes.length,
      bears: (other) => this.#files.get(other) === inode,
      close,
      [Symbol.dispose]: close,
    };
  }

  #write(name: string, inode: Inode, bytes: Uint8Array, at: number): number {
    const call: Call = { kind: "write", name, index: this.calls++ };
    const fault = this.fault(call);
    if (fault?.kind === "error") throw systemError(fault.code);
    const taken = bytes.slice(
      0,
      fault?.kind === "short" ? Math.min(fault.bytes, bytes.length) : undefined,
    );
    inode.bytes = patched(inode.bytes, at, taken);
    this.trace.push({ kind: "write", inode: inode.id, at, bytes: taken });
    return taken.length;
  }

  async #sync(name: string, inode: Inode): Promise<void> {
    const call: Call = { kind: "sync", name, index: this.calls++ };
    const fault = this.fault(call);
    const upTo = this.trace.length;
    const covered = inode.bytes;
    await this.#wait();
    if (fault !== undefined) {
      this.trace.push({ kind: "lost", inode: inode.id, upTo });
      if (fault.kind === "syncReverts") inode.bytes = inode.synced.slice();
      throw systemError(fault.kind === "error" ? fault.code : "EIO");
    }
    if (this.skip(call)) return;
    inode.synced = covered;
    this.trace.push({ kind: "sync", inode: inode.id, upTo });
  }

  #meet(kind: Call["kind"], name: string): Call {
    const call = { kind, name, index: this.calls++ };
    const fault = this.fault(call);
    if (fault !== undefined) throw systemError(fault.kind === "error" ? fault.code : "EIO");
    return call;
  }

  /** A sync takes some turns, and not always the same number, so that things meet in many orders. */
  async #wait(): Promise<void> {
    for (let turns = this.#turns() * TURNS_MAX; turns > 0; turns--) await Promise.resolve();
  }

  #find(name: string): Inode {
    const inode = this.#files.get(name);
    if (inode === undefined) throw systemError("ENOENT");
    return inode;
  }
}

/** The bytes with others written over them at a position; a hole is zeros. */
function patched(bytes: Uint8Array, at: number, over: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.max(bytes.length, at + over.length));
  result.set(bytes);
  result.set(over, at);
  return result;
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}
