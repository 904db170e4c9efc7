/**
 * The processes that are watched, held by descriptors: so their end is noticed, and a number that is given to another
 * process later is not taken for theirs.
 *
 * @module
 */

import { errnoWords } from "./errno.ts";
import type { Fd, Libbpf } from "./libbpf.ts";
import { openPid, readable } from "./system.ts";
import { ObserveUnavailable } from "./unavailable.ts";

const ENOENT = 2;
const ESRCH = 3;
const EINVAL = 22;
const ENOSYS = 38;

/** Processes, held. */
export class Processes implements Disposable {
  readonly #library: Libbpf;
  readonly #fds: Fd[] = [];
  readonly #pids: readonly number[];
  #running: readonly Fd[] = [];

  /**
   * Finds processes.
   *
   * @param pids Their numbers as this process sees them.
   * @throws {ObserveUnavailable} When one does not exist.
   */
  constructor(library: Libbpf, pids: readonly number[]) {
    this.#library = library;
    this.#pids = pids;
    try {
      for (const pid of pids) {
        const fd = openPid(library, pid);
        if (fd < 0) throw unavailable(pid, -fd);
        this.#fds.push(fd as Fd);
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
    this.#running = [...this.#fds];
  }

  /** Descriptors that become readable when a process ends. */
  get fds(): readonly Fd[] {
    return this.#fds;
  }

  /** The numbers of those that have ended by now: they may be somebody else's already. */
  ended(): readonly number[] {
    const ended = readable(this.#library, this.#fds);
    return this.#pids.filter((_, place) => ended.includes(this.#fds[place] as Fd));
  }

  /** Whether all have ended. */
  haveEnded(): boolean {
    const ended = readable(this.#library, this.#running);
    if (ended.length > 0) this.#running = this.#running.filter((fd) => !ended.includes(fd));
    return this.#running.length === 0;
  }

  /** Lets them go. Idempotent. */
  [Symbol.dispose](): void {
    for (const fd of this.#fds.splice(0)) this.#library.c.close(fd);
    this.#running = [];
  }
}

function unavailable(pid: number, errno: number): ObserveUnavailable {
  switch (errno) {
    case ESRCH:
      return new ObserveUnavailable("no_process", `There is no process ${pid}`);
    case ENOENT:
    case EINVAL:
      return new ObserveUnavailable(
        "no_process",
        `${pid} is a thread and not a process: take the number of its process`,
      );
    case ENOSYS:
      return new ObserveUnavailable("old_kernel", "This kernel is too old: Linux 5.8 is needed");
    default:
      return new ObserveUnavailable(
        "no_process",
        `Process ${pid} cannot be watched: ${errnoWords(errno)}`,
      );
  }
}
