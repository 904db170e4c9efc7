/**
 * Failing system calls of a real process: one of each kind here; all of them by `deno task attack store --only calls`.
 *
 * @module
 */

import { assert } from "../../assert.ts";
import { testWith } from "../../skips.ts";
import { tryCall, warm } from "./calls.ts";

const FAULTS: readonly string[] = [
  "getdents64:error=EIO:when=1",
  "getdents64:error=EINTR:when=1",
  "pwrite64:error=EINTR:when=3",
  "pwrite64:error=EINTR:when=6+",
  "pwrite64:error=EIO:when=7",
  "pwrite64:error=ENOSPC:when=4+",
  "fdatasync:error=EIO:when=2",
  "fdatasync:error=EINTR:when=2",
  "fsync:error=EIO:when=1",
  "openat:error=EMFILE:when=2",
  "openat:error=EMFILE:when=9+",
  "linkat:error=EPERM:when=1",
  "linkat:error=EIO:when=1",
  "unlink:error=EIO:when=1",
  "mkdir:error=EINTR:when=1",
  "flock:error=EINTR:when=1",
  "pread64:error=EIO:when=1",
  "statx:error=EIO:when=9",
  "ftruncate:error=EINTR:when=1",
];

testWith(
  ["strace"],
  "whatever system call fails, nothing acknowledged is lost and the store opens again",
  async () => {
    await using writer = await warm();
    for (const inject of FAULTS) assert(await tryCall(writer, inject), `${inject} was not met`);
  },
);
