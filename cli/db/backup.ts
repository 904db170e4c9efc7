/**
 * `chat db backup` and `chat db restore`: a store as it is at one moment, into a new directory, and back.
 *
 * A backup is a store: it can be looked at, verified and served like any. On the same file system it shares the
 * files that never change, and so takes neither time nor space; against the loss of the disk it must go to
 * another. Restoring copies every byte, so that what happens to the store cannot happen to its backup, and
 * reads all of it first: a damaged backup is not put into use unseen. The restored store has an id of its own, so that
 * files of the old one and of it are never taken for one log.
 *
 * A backup is never written again, so what is deleted later stays in it: whoever is to erase something makes a new one and
 * removes the older. One that was made between a deletion and its erasing says so.
 *
 * @module
 */

import { openReadOnly, StoreError, type StoreStat, verifyStore } from "../../db/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import { keepOnly } from "../privileges.ts";
import { print } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { contentsOf } from "./contents.ts";
import { erasingSince } from "./erasing.ts";
import { progressBar } from "./progress.ts";
import { openSeries } from "./backup_series.ts";
import { damagedStore, explained, explainedInto, refuseName } from "./refusal.ts";
import { showBytes, showCount } from "./text.ts";

/** How to report. */
export interface ReportFlags {
  readonly json: boolean;
}

/** Copies the store in `from` into the new directory `to`. */
export async function backup(from: string, to: string, flags: ReportFlags): Promise<void> {
  keepOnly("read", "write");
  refuseName(from);
  const copied = await copyWhole(from, to, { what: "Copying" });
  print(reportOf("Backed up", copied, to, flags));
}

/**
 * Adds a backup to those in the directory `to`, named by its time, reads all of it, and removes the oldest beyond `keep`. What is in
 * the one before is shared with it, unless that turns out to be damaged. Nothing is removed for one that is.
 */
export async function backupAmong(
  from: string,
  to: string,
  { keep, now, ...flags }: ReportFlags & { readonly keep: number; readonly now: Date },
): Promise<void> {
  keepOnly("read", "write");
  refuseName(from);
  refuseName(to);
  const series = await openSeries(to);
  const path = series.next(now);
  const before = series.newest;
  let copied = await copyWhole(from, path, { what: "Copying", before });
  if (before !== undefined && !await isGood(path)) {
    await series.remove(path);
    copied = await copyWhole(from, path, { what: "Copying again" });
  }
  if (!await isGood(path)) {
    // Twice the same: what was copied is so.
    await series.remove(path);
    throw damagedStore(from);
  }
  const removed = await series.keepNewest(keep, path);
  print(reportOf("Backed up", copied, path, flags));
  if (!flags.json && removed > 0) print(`Removed ${showCount(removed, "older backup")}.\n`);
}

async function isGood(directory: string): Promise<boolean> {
  const { damages } = await explained(directory, async () => {
    using progress = progressBar("Checking");
    return await verifyStore(directory, { onProgress: progress.update });
  });
  return damages.length === 0;
}

/** Makes the store `to` out of the backup in `from`. @throws {Failure} When the backup is damaged. */
export async function restore(from: string, to: string, flags: ReportFlags): Promise<void> {
  keepOnly("read", "write");
  const { damages } = await explained(from, async () => {
    using progress = progressBar("Checking");
    return await verifyStore(from, { onProgress: progress.update });
  });
  if (damages.length > 0) {
    throw new Failure(
      `The backup in ${safeText(from)} is damaged; 'chat db verify' shows the damage, ` +
        "'chat db repair' saves the rest into a new directory.",
      EXIT.damage,
    );
  }
  const copied = await copyWhole(from, to, { what: "Copying", anew: true });
  print(reportOf("Restored", copied, to, flags));
}

/** What was copied. */
interface Copied {
  readonly stat: StoreStat;
  /** What was said and whispered. */
  readonly messages: number;
  /** Since when words are due to be erased that are in the copy, too, in ms since 1970. */
  readonly erasingSince: number | undefined;
}

/** How to copy. */
interface How {
  /** What is said of it meanwhile. */
  readonly what: string;
  /** Whether it becomes a store of its own. */
  readonly anew?: boolean;
  /** A backup with which files may be shared. */
  readonly before?: string | undefined;
}

/** Copies that are begun at most while a server takes files away that are to be copied. */
const TRIES_MAX = 5;

async function copyWhole(
  from: string,
  to: string,
  how: How,
): Promise<Copied> {
  for (let tries = 1;; tries++) {
    try {
      return await copyOnce(from, to, how);
    } catch (error) {
      // Compaction was faster than the copy: what is there now is another set of files, and as good.
      const gone = error instanceof Failure && error.cause instanceof StoreError &&
        error.cause.code === "busy";
      if (!gone || tries === TRIES_MAX) throw error;
    }
  }
}

async function copyOnce(
  from: string,
  to: string,
  { what, anew = false, before }: How,
): Promise<Copied> {
  using progress = progressBar(what);
  return await explainedInto({ from, to }, async (part) => {
    using store = await openReadOnly(from);
    await store.backup(part, { anew, before, onProgress: progress.update });
    const { messages } = contentsOf(store);
    return { stat: store.stat(), messages, erasingSince: erasingSince(store) };
  });
}

function reportOf(
  done: "Backed up" | "Restored",
  { stat, messages, erasingSince }: Copied,
  to: string,
  { json }: ReportFlags,
): string {
  const { segments, keys, lsn } = stat;
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  if (json) {
    const due = erasingSince === undefined ? {} : { erasing_since: erasingSince };
    return `${
      JSON.stringify({
        directory: to,
        segments: segments.length,
        bytes,
        messages,
        keys,
        lsn,
        ...due,
      })
    }\n`;
  }
  const report = `${done} ${showCount(messages, "message")} and ${showCount(keys, "key")} (${
    showBytes(bytes)
  }) into ${safeText(to)}.\n`;
  return erasingSince === undefined ? report : report + dueText(done, new Date(erasingSince));
}

/** A backup keeps what it was made of; what is restored is a server's again, which goes on with it. */
function dueText(done: "Backed up" | "Restored", since: Date): string {
  const what = `words that were edited or deleted since ${since.toISOString()}`;
  return done === "Backed up"
    ? `In it are ${what}, and stay there: the server erases them from its own files within minutes. ` +
      "Back up again when 'chat db stat' speaks of none, and remove this one.\n"
    : `In it are ${what}: the server that runs on it erases them within minutes.\n`;
}
