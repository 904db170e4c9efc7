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
/** What must not get to a terminal, also the marks that turn the direction of writing; and the sign by which they are shown. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffd\\]/gu;
/** As the kernel prints a socket: Num, RefCount, Protocol, Flags, Type, St, Inode, and a path where there is one. */
const SOCKET =
  /^[0-9a-f]{8,16}: [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{4} [0-9A-F]{2} +(?<inode>\d+)(?: (?<path>.*))?$/s;

/**
 * Paths by inode from the text of /proc/net/unix; sockets without a path are left out.
 *
 * A path may hold line feeds, which the kernel prints as they are, and behind one whatever looks like another socket. But
 * every socket is listed, so an inode that somebody made up stands there twice: then neither path is believed. What looks
 * like no socket goes on the path before.
 */
export function parseUnixTable(text: string): ReadonlyMap<number, string> {
  const seen = new Set<number>();
  const names = new Map<number, string>();
  let named: number | undefined;
  for (const line of text.split("\n").slice(1, -1)) {
    const { inode: digits, path } = SOCKET.exec(line)?.groups ?? {};
    if (digits === undefined) {
      const before = named === undefined ? undefined : names.get(named);
      if (named !== undefined && before !== undefined) names.set(named, `${before}\n${line}`);
      continue;
    }
    const inode = named = Number(digits);
    if (seen.has(inode)) names.delete(inode);
    else if (path !== undefined && path !== "") names.set(inode, path);
    seen.add(inode);
  }
  return new Map([...names].map(([inode, path]) => [inode, path.replace(UNPRINTABLE, escaped)]));
}

/** A character as C writes it: `\x0a`, `\u202e`; a backslash twice, so that nobody can write what looks like one of these. */
function escaped(character: string): string {
  if (character === "\\") return "\\\\";
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
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

  /** What has addresses, with the names of both ends. @param now Nanoseconds of the clock. */
  named<Ends extends { readonly local?: string; readonly remote?: string }>(
    of: Ends,
    now: number,
  ): Ends {
    const { local, remote } = of;
    return {
      ...of,
      ...(local === undefined ? {} : { local: this.name(local, now) }),
      ...(remote === undefined ? {} : { remote: this.name(remote, now) }),
    };
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
