/**
 * Where the bytes of a file are while it comes: in the browser's own storage for this origin, which is on the disk. Where a browser has no
 * such, as at an address without encryption, in memory, and no more than that bears.
 *
 * ```text
 *   storage ─ chat-files ─┬─ one folder for each tab, whose lock says that it is open ─ one file each
 *                         └─ of tabs that are gone: removed when a page opens
 * ```
 *
 * @module
 */

/** Bytes of files in memory at most, all together. */
const MEMORY_BYTES_MAX: number = 64 << 20;
/** Bytes that are gathered to one part: a browser puts large ones where they hurt least. */
const PART_BYTES: number = 1 << 20;

const FOLDER = "chat-files";

/** The bytes of one file. */
export interface Kept {
  /** Adds some behind the others; their memory may be used again then. @throws {DOMException} When there is no room. */
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** All of them. Nothing is added any more. */
  whole(): Promise<Blob>;
  /** They are not wanted any more. */
  drop(): Promise<void>;
}

/** Opens a place for so many bytes; `undefined` when this browser has none. */
export async function keepBytes(size: number): Promise<Kept | undefined> {
  try {
    return await onDisk();
  } catch {
    // No storage here, or no room in it.
  }
  if (memoryBytes + size > MEMORY_BYTES_MAX) return undefined;
  return inMemory(size);
}

let memoryBytes = 0;

function inMemory(size: number): Kept {
  const parts: Blob[] = [];
  let gathered: Uint8Array<ArrayBuffer>[] = [];
  let gatheredBytes = 0;
  let isKept = true;
  memoryBytes += size;
  const gather = (): void => {
    parts.push(new Blob(gathered));
    gathered = [];
    gatheredBytes = 0;
  };
  return {
    append(bytes) {
      gathered.push(bytes.slice());
      gatheredBytes += bytes.length;
      if (gatheredBytes >= PART_BYTES) gather();
      return Promise.resolve();
    },
    whole() {
      gather();
      return Promise.resolve(new Blob(parts));
    },
    drop() {
      if (isKept) memoryBytes -= size;
      isKept = false;
      parts.length = 0;
      return Promise.resolve();
    },
  };
}

let folder: Promise<FileSystemDirectoryHandle> | undefined;
let count = 0;

async function onDisk(): Promise<Kept> {
  folder ??= ownFolder();
  folder.catch(() => folder = undefined);
  const dir = await folder;
  const name = `${++count}`;
  const handle = await dir.getFileHandle(name, { create: true });
  const writable = await handle.createWritable();
  let isOpen = true;
  return {
    append: (bytes) => writable.write(bytes),
    async whole() {
      isOpen = false;
      await writable.close();
      return await handle.getFile();
    },
    async drop() {
      if (isOpen) await writable.abort().catch(() => {});
      isOpen = false;
      await dir.removeEntry(name).catch(() => {});
    },
  };
}

/** This tab's folder, and none of tabs that are gone. */
async function ownFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  const all = await root.getDirectoryHandle(FOLDER, { create: true });
  const own = crypto.randomUUID();
  // Held until the tab is gone, however it goes.
  await new Promise<void>((resolve) =>
    void navigator.locks.request(lockOf(own), () => {
      resolve();
      return new Promise<never>(() => {});
    })
  );
  for await (const name of all.keys()) {
    await navigator.locks.request(lockOf(name), { ifAvailable: true }, async (lock) => {
      if (lock !== null) await all.removeEntry(name, { recursive: true }).catch(() => {});
    });
  }
  return await all.getDirectoryHandle(own, { create: true });
}

function lockOf(name: string): string {
  return `${FOLDER} ${name}`;
}
