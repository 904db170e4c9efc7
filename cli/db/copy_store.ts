/**
 * Copies a store file by file, also beside the process that writes it.
 *
 * 1. The manifests are read, small files that say which segments count.
 * 2. The store is opened for reading, and its segments once more for copying. That fixes the moment: these files,
 *    even if the writer removes them, and up to these bytes.
 * 3. If there is a newer manifest by now, what was read may not fit together, and all begins again.
 * 4. The segments are copied. All but the last never change, so a hard link may stand for a copy; the last is
 *    cut where it ended at that moment. Then come hints, which only make opening fast, and the manifests.
 * 5. The copy is opened, and must hold just what was seen in 2.
 *
 * The engine can do this better from inside, but only for the process that writes.
 *
 * @module
 */

import { openReadOnly, StoreError, type StoreStat } from "../../db/mod.ts";
import { patiently } from "./patience.ts";

/** How to copy. */
export interface CopyOptions {
  /** Whether files that never change may be shared with the copy, which takes no space and no time. */
  readonly link: boolean;
  /** Told how many of how many bytes are copied. */
  readonly onProgress: (done: number, total: number) => void;
}

/** Bytes read at once. */
const COPY_BYTES = 1 << 20;

/**
 * Copies the store in `from` into the empty directory `to`, as it is now.
 *
 * @returns What the copy holds. @throws {StoreError} When there is no store, or it is damaged.
 */
export function copyStore(from: string, to: string, options: CopyOptions): Promise<StoreStat> {
  return patiently(async () => {
    for await (const { name } of Deno.readDir(to)) await Deno.remove(`${to}/${name}`);
    const stat = await copyOnce(from, to, options);
    using copy = await openReadOnly(to);
    const { lsn, messages, keys } = copy.stat();
    const same = lsn === stat.lsn && messages === stat.messages && keys === stat.keys;
    if (!same) throw changed(from);
    return stat;
  });
}

async function copyOnce(from: string, to: string, options: CopyOptions): Promise<StoreStat> {
  const manifests = await Array.fromAsync(filesOf(from, ".manifest"));
  using store = await openReadOnly(from);
  const stat = store.stat();
  using sources = new DisposableStack();
  const segments = stat.segments.map((segment) => ({
    ...segment,
    source: sources.use(Deno.openSync(`${from}/${segment.file}`)),
  }));
  const names = (await Array.fromAsync(filesOf(from, ".manifest"))).map(({ name }) => name);
  if (names.join() !== manifests.map(({ name }) => name).join()) throw changed(from);
  const total = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const last = segments.at(-1);
  let done = 0;
  for (const segment of segments) {
    const { file, bytes, source } = segment;
    const linked = options.link && segment !== last && await link(from, to, file);
    if (!linked) await copyBytes(source, `${to}/${file}`, bytes);
    options.onProgress(done += bytes, total);
  }
  for await (const { name, bytes } of filesOf(from, ".hint")) {
    await writeNew(`${to}/${name}`, bytes);
  }
  for (const { name, bytes } of manifests) await writeNew(`${to}/${name}`, bytes);
  return stat;
}

function changed(from: string): StoreError {
  return new StoreError("busy", `Cannot copy the store in ${from}: it changes too fast`);
}

/** The small files of one kind, in the order of their names. Those that go meanwhile are passed over. */
async function* filesOf(
  directory: string,
  ending: string,
): AsyncGenerator<{ readonly name: string; readonly bytes: Uint8Array }> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(directory));
    const names = entries.map(({ name }) => name).filter((name) => name.endsWith(ending));
    for (const name of names.sort()) {
      yield { name, bytes: await Deno.readFile(`${directory}/${name}`) };
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Shares a file. @returns Whether that is possible: it needs the same file system, and one with links. */
async function link(from: string, to: string, name: string): Promise<boolean> {
  try {
    await Deno.link(`${from}/${name}`, `${to}/${name}`);
    return true;
  } catch {
    // Whatever is wrong, copying is tried next and says it.
    return false;
  }
}

/** Copies the first `bytes` bytes of a file. */
async function copyBytes(source: Deno.FsFile, to: string, bytes: number): Promise<void> {
  using target = await create(to);
  const buffer = new Uint8Array(COPY_BYTES);
  for (let left = bytes; left > 0;) {
    const got = await source.read(buffer.subarray(0, Math.min(left, buffer.length)));
    if (got === null) break;
    await writeAll(target, buffer.subarray(0, got));
    left -= got;
  }
  await target.syncData();
}

async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  using target = await create(path);
  await writeAll(target, bytes);
  await target.syncData();
}

async function writeAll(target: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await target.write(bytes.subarray(at));
}

/** A new file for its owner alone. */
function create(path: string): Promise<Deno.FsFile> {
  return Deno.open(path, { write: true, createNew: true, mode: 0o600 });
}
