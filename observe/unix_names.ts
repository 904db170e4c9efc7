/**
 * Names of unix sockets: the kernel programs tell only the number of the inode, the path stands in /proc/net/unix.
 *
 * The file is read when a number is not known, and not more than once a second, since it lists every unix socket of
 * the machine. A connection's two ends: the accepted one has the listener's path, the other has none and keeps its number.
 *
 * @module
 */

/** Nanoseconds between two readings. */
const READ_NS = 1_000_000_000;
/** Nameless sockets that are remembered, so that they are not looked for again: 100 bytes each. */
const NAMELESS_MAX = 4096;
/** What must not get to a terminal, also the marks that turn the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Paths by inode from the text of /proc/net/unix; sockets without a path are left out. */
export function parseUnixTable(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split("\n")) {
    // Num RefCount Protocol Flags Type St Inode Path
    const [, inode, path] = /^\S+: (?:\S+ +){5}(\d+) (.+)$/.exec(line) ?? [];
    if (inode !== undefined && path !== undefined) {
      names.set(Number(inode), path.replace(UNPRINTABLE, "\ufffd"));
    }
  }
  return names;
}

/** Knows the names of unix sockets. */
export class UnixNames {
  readonly #read: () => string | undefined;
  #names: ReadonlyMap<number, string> = new Map();
  readonly #nameless: Set<number> = new Set();
  #readAt = -Infinity;

  /** @param read Gives the text of /proc/net/unix. */
  constructor(read: () => string | undefined) {
    this.#read = read;
  }

  /**
   * `unix:/path` for `unix:[inode]`; the same when it has no path.
   *
   * @param now Nanoseconds of the clock.
   */
  name(address: string, now: number): string {
    const inode = Number(/^unix:\[(\d+)\]$/.exec(address)?.[1]);
    if (Number.isNaN(inode)) return address;
    const isNew = !this.#names.has(inode) && !this.#nameless.has(inode);
    if (isNew && now - this.#readAt >= READ_NS) {
      this.#names = parseUnixTable(this.#read() ?? "");
      this.#readAt = now;
      if (this.#nameless.size >= NAMELESS_MAX) this.#nameless.clear();
      if (!this.#names.has(inode)) this.#nameless.add(inode);
    }
    const path = this.#names.get(inode);
    return path === undefined ? address : `unix:${path}`;
  }
}
