/**
 * Asks the system's shell for what Deno does not tell: limits of the process and settings of the kernel.
 *
 * Reading `/proc` from Deno needs every permission there is, a shell only the one to run it, and that one is
 * given up before anything comes from outside.
 *
 * @module
 */

/** What a line of shell prints; `undefined` when there is no shell or it fails. */
function ask(script: string, ...words: readonly string[]): string | undefined {
  try {
    const { success, stdout } = new Deno.Command("/bin/sh", {
      args: ["-c", script, "sh", ...words],
      stderr: "null",
    })
      .outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return;
    throw error;
  }
}

/** How many files this process may have open; `undefined` when that is unknown or unlimited. */
export function openFilesMax(): number | undefined {
  const number = Number(ask("ulimit -n"));
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** After how many seconds of silence the kernel asks a TCP peer for a sign of life. */
export function keepAliveSeconds(): number | undefined {
  const number = Number(ask("cat /proc/sys/net/ipv4/tcp_keepalive_time") || NaN);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Whether one may write into a directory, and its file system lets anybody; `undefined` when that cannot be told. */
export function canWrite(directory: string): boolean | undefined {
  const said = ask('test -w "$1" && echo yes || echo no', directory);
  return said === undefined ? undefined : said === "yes";
}

/** Where a directory lies, as the system's tools tell it. */
export interface Mounted {
  readonly kind: string;
  /** How it is mounted. */
  readonly options: readonly string[];
  /** What the disks below it are told to do with what is written: `write back` or `write through`. */
  readonly caches: readonly string[];
}

/** The file system of a directory, and the disks below that; `undefined` when that cannot be told. */
export function mountOf(directory: string): Mounted | undefined {
  const text = ask(
    `findmnt -nvo FSTYPE,OPTIONS -T "$1" &&
     for disk in $(lsblk -nslo NAME "$(findmnt -nvo SOURCE -T "$1")" 2>/dev/null); do
       cat "/sys/block/$disk/queue/write_cache" 2>/dev/null
     done; true`,
    directory,
  );
  const [first = "", ...caches] = text?.split("\n") ?? [];
  const [kind, options = ""] = first.split(/\s+/);
  return kind ? { kind, options: options.split(","), caches } : undefined;
}

/** Whether something sets the clock by others; `undefined` when that cannot be told. */
export function isClockSet(): boolean | undefined {
  const said = ask("timedatectl show -p NTPSynchronized --value 2>/dev/null");
  return said === "yes" ? true : said === "no" ? false : undefined;
}

/** Bytes of memory that are free to be used here, also by a limit on this process's group. */
export function memoryFree(): number | undefined {
  const kib = Number(ask("sed -n 's/^MemAvailable: *//p' /proc/meminfo | cut -d' ' -f1") || NaN);
  const group = ask('cat "/sys/fs/cgroup$(sed -n "s/^0:://p" /proc/self/cgroup)/memory.max"');
  const free = Math.min(kib * 1_024, Number(group) || Infinity);
  return Number.isFinite(free) ? free : undefined;
}

/** What starts a server again: systemd, if it runs the machine and was told to. */
export function startedBy(): "systemd" | "nothing" {
  return ask("systemctl is-enabled chat.service 2>/dev/null") === "enabled" ? "systemd" : "nothing";
}
