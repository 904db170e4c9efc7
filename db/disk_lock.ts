/**
 * The lock file of a store on the real disk: a `flock`, which ends with the process at the latest. Nothing is written to it before
 * it is known to be what bears its name.
 *
 * @module
 */

import * as fs from "node:fs";
import { identityAt, identityOf, identityOfName, persist } from "./disk_calls.ts";
import { isFull, otherThanFile, StoreError, systemCode } from "./errors.ts";
import { LOCK_TRIES_MAX } from "./limits.ts";
import { type Lock, LOCK_NAME, type LockOutcome, type LockPurpose } from "./storage.ts";

/**
 * `flock` on the lock file, which also keeps out a second store in the same process. Who writes holds it alone; who only
 * keeps writers out shares it with others of that kind.
 */
export function lockFile(directory: string, purpose: LockPurpose): LockOutcome {
  const path = `${directory}/${LOCK_NAME}`;
  for (let again = 0; again < LOCK_TRIES_MAX; again++) {
    const outcome = tryLock(directory, path, purpose);
    if (outcome !== undefined) return outcome;
  }
  throw new StoreError("busy", `Cannot lock ${path}: it is removed again and again`);
}

/** Once; `undefined` when the file that was locked has lost its name meanwhile, and so keeps nobody out. */
function tryLock(directory: string, path: string, purpose: LockPurpose): LockOutcome | undefined {
  const writes = purpose === "write";
  const file = openLock(path, writes);
  if (file === undefined) return undefined;
  try {
    if (!persist(() => file.tryLockSync(writes))) {
      // The file tells who wrote last. Where the lock is shared that is somebody who has gone long since.
      const shared = writes && persist(() => file.tryLockSync(false));
      file.close();
      return shared
        ? { kind: "taken", by: "keep_out", pid: undefined }
        : { kind: "taken", by: "write", pid: ownerOf(path) };
    }
    if (identityOf(file.statSync()) !== identityOfName(path)) {
      file.close();
      return undefined;
    }
    if (writes) signLock(file);
    return { kind: "held", lock: heldLock(file, directory, path) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Opens the lock file, which is made if it is missing and to be written; `undefined` when it has come or gone meanwhile.
 * A link is not followed, so that nothing elsewhere is made or overwritten, and a FIFO is not waited for.
 */
function openLock(path: string, writes: boolean): Deno.FsFile | undefined {
  try {
    const what = otherThanFile(persist(() => fs.lstatSync(path)));
    if (what !== undefined) {
      throw new StoreError("busy", `Cannot lock ${path}: it is ${what}, and must be a file`);
    }
    return persist(() => Deno.openSync(path, { read: true, write: writes }));
  } catch (error) {
    if (!writes || systemCode(error) !== "ENOENT") throw error;
  }
  try {
    const options = { createNew: true, read: true, write: true, mode: 0o600 };
    return persist(() => Deno.openSync(path, options));
  } catch (error) {
    if (systemCode(error) === "EEXIST") return undefined;
    throw error;
  }
}

/** Who holds the lock is a help for people; a full disk must not keep anybody from reading. */
function signLock(file: Deno.FsFile): void {
  try {
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

function heldLock(file: Deno.FsFile, directory: string, path: string): Lock {
  const locked = [identityAt(directory), identityOfName(path)];
  let held = true;
  return {
    holds: () => held && locked[0] === identityAt(directory) && locked[1] === identityOfName(path),
    [Symbol.dispose]: () => {
      if (held) file.close();
      held = false;
    },
  };
}

function ownerOf(path: string): number | undefined {
  try {
    const pid = Number.parseInt(fs.readFileSync(path, "utf8"), 10);
    return Number.isSafeInteger(pid) ? pid : undefined;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
