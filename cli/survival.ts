/**
 * Whether a server here would survive a crash, for `chat doctor`: what was acknowledged, and that it comes back. Pure.
 *
 * A disk keeps what it was told to keep if the system tells it to empty its cache at each sync, and it does. The first is seen here, the
 * second nobody sees but by pulling the plug.
 *
 * @module
 */

import prettyBytes from "pretty-bytes";
import type { Mounted } from "./ask_shell.ts";
import type { Finding } from "./examine.ts";

/** What is known. */
export interface ServerFacts {
  readonly mounted: Mounted | undefined;
  readonly clockIsSet: boolean | undefined;
  /** Bytes. */
  readonly memoryFree: number | undefined;
  readonly startedBy: "systemd" | "nothing";
  readonly openFiles: number | undefined;
  /** When the certificate ends that the server is to show, or why it cannot be read; left out where there is none. */
  readonly certificate?: { readonly endsMs: number } | { readonly why: string };
  readonly nowMs: number;
}

/** A server that is tight has less than this, in bytes: it takes 77 MB empty, and connections a quarter of the machine's. */
const MEMORY_BYTES_MIN = 256 << 20;
/** Descriptors with which a thousand come in, and files and the store have theirs. */
const OPEN_FILES_MIN = 4_096;
/** Whole days in which somebody notices that a certificate is not renewed: usual ones are with 30 left. */
const DAYS_MIN = 14;
const DAY_MS = 86_400_000;

/** File systems that are memory, or go with what they were made for. */
const PASSING: ReadonlySet<string> = new Set(["tmpfs", "ramfs", "overlay"]);
/** How a file system is mounted that tells its disk nothing at a sync. */
const NO_BARRIER: ReadonlySet<string> = new Set(["nobarrier", "barrier=0", "nofsc"]);

/** One finding each. */
export function survivalFindings(facts: ServerFacts): readonly Finding[] {
  return [
    disk(facts.mounted),
    time(facts.clockIsSet),
    memory(facts.memoryFree),
    descriptors(facts.openFiles),
    restart(facts.startedBy),
    ...(facts.certificate === undefined ? [] : [certificate(facts.certificate, facts.nowMs)]),
  ];
}

function disk(mounted: Mounted | undefined): Finding {
  const what = "disk";
  if (mounted === undefined) {
    return { what, state: "weak", text: "it is not known on which disk the store lies" };
  }
  const { kind, options, caches } = mounted;
  if (PASSING.has(kind)) {
    const text = `the store lies on ${kind}, which does not last: choose another place with --data`;
    return { what, state: "weak", text };
  }
  const without = options.find((option) => NO_BARRIER.has(option));
  if (without !== undefined && caches.includes("write back")) {
    const text = `${kind} is mounted with ${without}: a crash loses what the disk's cache holds`;
    return { what, state: "weak", text };
  }
  if (caches.length === 0) {
    return { what, state: "ok", text: `${kind}; whether its disk has a write cache is not known` };
  }
  return caches.includes("write back")
    ? { what, state: "ok", text: `${kind}; the disk's write cache is emptied at each sync` }
    : { what, state: "ok", text: `${kind}; the disk says that it has no write cache` };
}

function time(isSet: boolean | undefined): Finding {
  const what = "time";
  if (isSet === true) return { what, state: "ok", text: "the clock is set by others" };
  const text = isSet === false
    ? "nothing sets the clock: timedatectl set-ntp true"
    : "it is not known whether something sets the clock";
  return { what, state: "weak", text };
}

function memory(free: number | undefined): Finding {
  const what = "memory";
  if (free === undefined) return { what, state: "weak", text: "it is not known how much is free" };
  const text = `${prettyBytes(free)} are free`;
  return free >= MEMORY_BYTES_MIN ? { what, state: "ok", text } : {
    what,
    state: "weak",
    text: `only ${text}: the system may end the server; --memory says what connections may take`,
  };
}

function descriptors(max: number | undefined): Finding {
  const what = "descriptors";
  if (max === undefined) return { what, state: "ok", text: "no limit is known" };
  return max >= OPEN_FILES_MIN ? { what, state: "ok", text: `${max} for one process` } : {
    what,
    state: "weak",
    text: `only ${max} for one process: raise them with ulimit -n, or LimitNOFILE in its unit`,
  };
}

function restart(by: ServerFacts["startedBy"]): Finding {
  const what = "restart";
  return by === "systemd"
    ? { what, state: "ok", text: "systemd starts the server with the machine, and when it fails" }
    : {
      what,
      state: "weak",
      text: "nothing is known to start the server again: sudo chat service install",
    };
}

function certificate(
  found: NonNullable<ServerFacts["certificate"]>,
  nowMs: number,
): Finding {
  const what = "certificate";
  if ("why" in found) return { what, state: "no", text: found.why };
  const days = Math.floor((found.endsMs - nowMs) / DAY_MS);
  if (days < 0) return { what, state: "no", text: "it has ended: nobody comes in over TLS" };
  const text = days === 1 ? "it is good for 1 day" : `it is good for ${days} days`;
  return { what, state: days < DAYS_MIN ? "weak" : "ok", text };
}
