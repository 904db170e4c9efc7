/**
 * A `Storage` in memory: for stores that need not outlive the process, and for tests.
 *
 * Nothing here can be lost or fail, so syncing does nothing.
 *
 * @module
 */

import type { Storage, StorageFile } from "./storage.ts";

/** A file's bytes; `size` of them are in use. */
interface Blob {
  bytes: Uint8Array;
  size: number;
}

/**
 * A directory in memory, empty at first.
 *
 * @param path A name for messages.
 */
export function memoryStorage(path = "memory"): Storage {
  return directory(path, new Map());
}

function directory(path: string, disk: Map<string, Map<string, Blob>>): Storage {
  let locked = false;
  const files = (): Map<string, Blob> => {
    const found = disk.get(path);
    if (found === undefined) throw systemError("ENOENT", `No directory ${path}`);
    return found;
  };
  const find = (name: string): Blob => {
    const blob = files().get(name);
    if (blob === undefined) throw systemError("ENOENT", `No file ${name} in ${path}`);
    return blob;
  };
  const remove = (name: string): void => {
    find(name);
    files().delete(name);
  };
  return {
    path,
    exists: () => disk.has(path),
    make: () => {
      if (!disk.has(path)) disk.set(path, new Map());
      return Promise.resolve();
    },
    list: () => Promise.resolve([...files().keys()]),
    create: (name) => {
      if (files().has(name)) throw systemError("EEXIST", `There is a file ${name} in ${path}`);
      const blob: Blob = { bytes: new Uint8Array(0), size: 0 };
      files().set(name, blob);
      return file(blob, (other) => files().get(other) === blob);
    },
    open: (name) => {
      const blob = find(name);
      return file(blob, (other) => files().get(other) === blob);
    },
    rename: (from, to) => {
      if (files().has(to)) throw systemError("EEXIST", `There is a file ${to} in ${path}`);
      files().set(to, find(from));
      files().delete(from);
    },
    replace: (from, to) => {
      files().set(to, find(from));
      files().delete(from);
    },
    remove,
    removeLarge: (name) => Promise.resolve(remove(name)),
    link: (name, to) => {
      const target = disk.get(to.path);
      if (target === undefined) throw systemError("ENOENT", `No directory ${to.path}`);
      target.set(name, find(name));
    },
    syncDirectory: () => Promise.resolve(),
    lock: () => {
      if (locked) return { kind: "taken", by: "write", pid: undefined };
      locked = true;
      const release = () => void (locked = false);
      return { kind: "held", lock: { holds: () => locked, [Symbol.dispose]: release } };
    },
    at: (other) => directory(other, disk),
  };
}

function file(blob: Blob, bears: StorageFile["bears"]): StorageFile {
  const close = (): void => {};
  const readNow = (into: Uint8Array, at: number): number => {
    const part = blob.bytes.subarray(at, Math.min(blob.size, at + into.length));
    into.set(part);
    return part.length;
  };
  return {
    read: (into, at) => Promise.resolve(readNow(into, at)),
    readNow,
    write: (bytes, at) => {
      const end = at + bytes.length;
      if (end > blob.bytes.length) {
        const grown = new Uint8Array(Math.max(end, blob.bytes.length * 2));
        grown.set(blob.bytes.subarray(0, blob.size));
        blob.bytes = grown;
      }
      blob.bytes.set(bytes, at);
      blob.size = Math.max(blob.size, end);
      return bytes.length;
    },
    sync: () => Promise.resolve(),
    truncate: (size) => {
      blob.bytes.fill(0, size);
      blob.size = size;
    },
    size: () => blob.size,
    bears,
    close,
    [Symbol.dispose]: close,
  };
}

/** An error as the operating system would give it. */
function systemError(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
