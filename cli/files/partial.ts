/**
 * A file that has not arrived whole: `NAME.part`, and beside it what is known of it (`state.ts`).
 *
 * What holds at any moment, also after kill -9 and a power failure:
 * - The first `offset` bytes that the state names are on the disk. Bytes are written, then synced, then the state is
 *   replaced; never in another order.
 * - One process at a time writes it: a lock on the file itself, which ends with its owner.
 * - It is never removed because something went wrong, and nothing that stands there already is written over: what
 *   cannot be recognised as the beginning of the same offer is left alone, and a numbered name is taken.
 * - Its bytes come under the final name only by `finish`, at once and whole.
 *
 * An empty partial file is the exception: when nothing has arrived, nothing is left behind.
 *
 * @module
 */

import { cleanName, numberedName, type Offer } from "../../server/wire/transfers/mod.ts";
import { Failure } from "../failure.ts";
import type { Claims } from "./claims.ts";
import type { Directory } from "./directory.ts";
import {
  type Handle,
  isOpenToOthers,
  isOwn,
  isSame,
  lookAt,
  openRegular,
  publish,
  removeFile,
  replaceFile,
} from "./disk.ts";
import { diskSentence } from "./disk_error.ts";
import { NUMBER_MAX, STATE_BYTES_MAX } from "./limits.ts";
import { formatState, type Owner, parseState, type State, stateOf } from "./state.ts";

/** What a partial file is made of. */
export interface PartialParts {
  readonly directory: Directory;
  readonly offer: Offer;
  /** The name, maybe numbered, that the file gets if it is still free at the end. */
  readonly name: string;
  readonly handle: Handle;
  readonly lock: Disposable;
  /** Bytes that are there and durable. */
  readonly offset: number;
  /** Who receives it. */
  readonly owner?: Owner | undefined;
  /** Who holds it on when it breaks off. */
  readonly claims?: Claims | undefined;
  /** What the whole of it had as a SHA-256 when a rest came that did not fit. */
  readonly misfit?: string | undefined;
}

/** The name of a partial file. */
export function partName(name: string): string {
  return `${name}.part`;
}

/** The name of what is known of a partial file. */
export function stateName(name: string): string {
  return `${partName(name)}.state`;
}

/** The state beside a partial file; `undefined` when there is none that we wrote. */
export async function readState(directory: Directory, name: string): Promise<State | undefined> {
  const handle = await openRegular(directory.at(stateName(name)), "read");
  if (handle === undefined) return undefined;
  try {
    if ((await handle.stat()).size > STATE_BYTES_MAX) return undefined;
    // In a directory that others may write to, somebody could make us the session that he knows.
    if (!await isOwn(handle)) return undefined;
    const state = parseState(new TextDecoder().decode(await handle.readFile()));
    if (state?.owner === undefined || !await isOpenToOthers(handle)) return state;
    // Whoever could read the secret may have done so: it is nobody's any more.
    const { owner: _, ...rest } = state;
    return rest;
  } finally {
    await handle.close();
  }
}

/** Removes a partial file and what is known of it, in the order in which a crash in between does no harm. */
export async function removePart(directory: Directory, name: string): Promise<void> {
  await removeFile(directory.at(partName(name)));
  await removeFile(directory.at(stateName(name)));
}

/** A partial file that is held by this process. `openPartial` gives one. */
export class PartialFile implements AsyncDisposable {
  /** The open file, to be read; only this class writes to it. */
  readonly handle: Handle;
  readonly #parts: PartialParts;
  #length: number;
  #saved: number;
  /** After a failed sync nobody knows what is on the disk: what was saved before stands. */
  #doubtful = false;
  #misfit: string | undefined;
  #closed = false;

  constructor(parts: PartialParts) {
    this.#parts = parts;
    this.handle = parts.handle;
    this.#length = parts.offset;
    this.#saved = parts.offset;
    this.#misfit = parts.misfit;
  }

  /** Bytes that have arrived. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that will be there after any crash: where a resume begins. */
  get saved(): number {
    return this.#saved;
  }

  /** Adds bytes at the end. @throws When the disk refuses; the bytes before are safe. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const left = bytes.length - at;
      const { bytesWritten } = await this.handle.write(bytes, at, left, this.#length);
      at += bytesWritten;
      this.#length += bytesWritten;
    }
  }

  /** Makes durable what has arrived, and then says so in the state. */
  async save(): Promise<void> {
    if (this.#doubtful || this.#closed) return;
    const length = this.#length;
    await this.#sync(() => this.handle.datasync());
    await this.#tell(length);
    this.#saved = length;
  }

  /** Drops so many of the last bytes, but none that are saved. */
  async giveBack(bytes: number): Promise<void> {
    this.#length = Math.max(this.#saved, this.#length - bytes);
    await this.handle.truncate(this.#length);
  }

  /**
   * What was there up to `offset` and what came behind it are not the file. Drops the latter, for anybody can send that who
   * takes the sender's name. When the very same has come before, the beginning must be at fault: then nothing is done.
   *
   * @param sha256 Of all of it.
   * @returns Whether the beginning is kept.
   */
  async goBack(offset: number, sha256: string): Promise<boolean> {
    if (offset === 0 || this.#misfit === sha256) return false;
    this.#misfit = sha256;
    // The state first: a crash in between must not leave one that counts what is dropped.
    await this.#tell(offset);
    this.#length = this.#saved = offset;
    await this.handle.truncate(offset);
    return true;
  }

  /** Gives the whole file its name, or a numbered one if that is taken by now; the file's path. */
  async finish(): Promise<string> {
    return await this.#leave(this.#parts.name, cleanName(this.#parts.offer.name));
  }

  /** Keeps a file that is not what was offered, as `NAME.bad`; the file's path. */
  async setAside(): Promise<string> {
    const name = `${this.#parts.name}.bad`;
    return await this.#leave(name, name);
  }

  /** Takes it away: its bytes are here already, under a name of their own. */
  async discard(): Promise<void> {
    const { directory, name, lock } = this.#parts;
    await directory.check();
    if (await this.#isThere()) await removePart(directory, name);
    await directory.sync();
    this.#closed = true;
    await this.handle.close();
    lock[Symbol.dispose]();
  }

  /** Closes it and gives the lock back; what has arrived stays, also when the disk refuses even that. Idempotent. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { directory, name, handle, lock, claims } = this.#parts;
    let stays = this.#length > 0;
    try {
      if (!stays && await this.#isThere()) await removePart(directory, name);
    } catch (error) {
      // There is nothing to lose in it, and why the disk refuses was said before.
      if (diskSentence(error) === undefined) throw error;
      stays = false;
    } finally {
      // The lock last: whoever gets it finds things as they will stay.
      if (stays && claims !== undefined) await claims.keep(handle, lock).catch(() => {});
      await handle.close().catch(() => {});
      if (!stays || claims === undefined) lock[Symbol.dispose]();
    }
  }

  /** Says in the state that so many bytes are durable. */
  async #tell(length: number): Promise<void> {
    const { directory, offer, name, owner } = this.#parts;
    await directory.check();
    const state = { ...stateOf(offer, length, owner), misfit: this.#misfit };
    await replaceFile(directory.at(stateName(name)), formatState(state));
    await directory.sync();
  }

  async #leave(first: string, base: string): Promise<string> {
    const { directory, name } = this.#parts;
    await this.#sync(() => this.handle.sync());
    await directory.check();
    for (const candidate of [first, ...numbered(base)]) {
      const path = directory.at(candidate);
      if (!await publish(directory.at(partName(name)), path)) continue;
      await this.#demandOwn(path);
      await directory.sync();
      // Where there are no hard links it has moved away, and another receiver may have begun one of its name.
      if (await this.#isThere()) await removePart(directory, name);
      else await removeFile(directory.at(stateName(name)));
      await directory.sync();
      this.#closed = true;
      await this.handle.close();
      this.#parts.lock[Symbol.dispose]();
      return path;
    }
    throw noName(base);
  }

  /** Somebody may have put another file in the partial one's place: that one does not get the name. */
  async #demandOwn(path: string): Promise<void> {
    const found = await lookAt(path);
    if (found !== undefined && isSame(found, await this.handle.stat({ bigint: true }))) return;
    await removeFile(path);
    throw new Failure(`Somebody has exchanged ${partName(this.#parts.name)}.`);
  }

  async #sync(sync: () => Promise<void>): Promise<void> {
    try {
      await sync();
    } catch (error) {
      this.#doubtful = true;
      throw error;
    }
  }

  /** Whether it still stands where it was opened. */
  async #isThere(): Promise<boolean> {
    const { directory, name, handle } = this.#parts;
    const found = await lookAt(directory.at(partName(name)));
    return found !== undefined && isSame(found, await handle.stat({ bigint: true }));
  }
}

/** The names to try for a file, in order. */
export function* numbered(name: string): Generator<string> {
  for (let number = 1; number <= NUMBER_MAX; number++) yield numberedName(name, number);
}

/** What to say when every name is taken. */
export function noName(name: string): Failure {
  return new Failure(`There are ${NUMBER_MAX} files called ${name} already.`);
}
