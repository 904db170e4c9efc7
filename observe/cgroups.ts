/**
 * Control groups by the names that people have for them.
 *
 * ```text
 *   /sys/fs/cgroup/system.slice/chat.service    where it is
 *   /system.slice/chat.service                  as /proc/PID/cgroup and systemd call it
 *   chat.service, chat                          a unit of the system
 * ```
 *
 * Only the unified hierarchy (cgroup v2) is known: the kernel programs can ask for no other.
 *
 * @module
 */

import type { Fd, Libbpf } from "./libbpf.ts";
import { openFolder, readText } from "./system.ts";
import { ObserveUnavailable } from "./unavailable.ts";

/** Where the unified hierarchy is mounted, by the text of `/proc/self/mountinfo`. Pure. */
export function unifiedMount(mounts: string): string | undefined {
  for (const line of mounts.split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    if (after.startsWith("cgroup2 ")) return before.split(" ")[4];
  }
  return undefined;
}

/** Where a group of that name can be, the most likely first. Pure. */
export function placesOf(name: string, mount: string): readonly string[] {
  if (name === mount || name.startsWith(`${mount}/`)) return [name];
  if (name.startsWith("/")) return [`${mount}${name}`];
  if (name.includes("/")) return [`${mount}/${name}`];
  const units = name.includes(".") ? [name] : [`${name}.service`, `${name}.slice`, name];
  return units.flatMap((unit) => unitPlaces(unit).map((place) => `${mount}/${place}`));
}

function unitPlaces(unit: string): readonly string[] {
  const [stem = "", instance] = unit.split("@");
  if (unit.endsWith(".slice")) {
    // a-b.slice lies in a.slice.
    const parts = unit.slice(0, -".slice".length).split("-");
    return [parts.map((_, end) => `${parts.slice(0, end + 1).join("-")}.slice`).join("/")];
  }
  const own = instance === undefined ? [] : [`system.slice/system-${stem}.slice/${unit}`];
  return [`system.slice/${unit}`, ...own, unit];
}

/** Control groups, held by descriptors. */
export class Cgroups implements Disposable {
  readonly #library: Libbpf;
  /** In the order of their names. */
  readonly fds: Fd[] = [];

  /**
   * Finds them.
   *
   * @throws {ObserveUnavailable} When one does not exist.
   */
  constructor(library: Libbpf, names: readonly string[]) {
    this.#library = library;
    if (names.length === 0) return;
    const mount = unifiedMount(readText(library, "/proc/self/mountinfo") ?? "");
    if (mount === undefined) {
      throw new ObserveUnavailable(
        "no_cgroup",
        "This machine has no unified control groups (cgroup v2): name the processes by --pid or --comm",
      );
    }
    for (const name of names) {
      const fd = placesOf(name, mount).map((path) => openFolder(library, path))
        .find((fd) => fd >= 0);
      if (fd === undefined) {
        this[Symbol.dispose]();
        throw new ObserveUnavailable(
          "no_cgroup",
          `There is no control group '${name}' below ${mount}: give its path as /proc/PID/cgroup has it`,
        );
      }
      this.fds.push(fd as Fd);
    }
  }

  /** Lets them go. Idempotent. */
  [Symbol.dispose](): void {
    for (const fd of this.fds.splice(0)) this.#library.c.close(fd);
  }
}
