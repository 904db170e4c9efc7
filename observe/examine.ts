/**
 * What an observer would find on this machine: said beforehand, and by trying where that is allowed.
 *
 * @module
 */

import { attachFirst } from "./attach.ts";
import { Libbpf } from "./libbpf.ts";
import { RING_BYTES_MIN } from "./limits.ts";
import { unpackObject } from "./object.ts";
import type { Backend } from "./observation.ts";
import { accountingFor, waysFor } from "./probes.ts";
import { encodeSettings } from "./settings.ts";
import { lookAround, ownPidNamespace, type Surroundings } from "./surroundings.ts";
import { ownPid } from "./system.ts";
import { noBtf, noPermission, ObserveUnavailable } from "./unavailable.ts";

/** What an observer would find here. */
export interface ObserverExamination {
  /** libbpf's version and path; absent when it cannot be opened. */
  readonly library?: { readonly version: string; readonly path: string };
  /** What one can see without trying; absent without libbpf. */
  readonly surroundings?: Surroundings;
  /** The backend that would run, what it attaches and what it cannot see; absent when none would, or none could be tried. */
  readonly works?: {
    readonly backend: Backend;
    readonly exit: string;
    readonly probes: readonly string[];
    readonly blind: readonly string[];
    /** Why the ones before it were refused, as sentences. */
    readonly refused: readonly string[];
  };
  /** Why it cannot be, and what to do. */
  readonly unavailable?: ObserveUnavailable;
}

/** Examines this machine. Where it is allowed, everything is attached for a moment, to watch nobody. */
export async function examineObserver(
  options: { readonly library?: string } = {},
): Promise<ObserverExamination> {
  let library: Libbpf;
  try {
    library = Libbpf.open(options.library);
  } catch (unavailable) {
    if (unavailable instanceof ObserveUnavailable) return { unavailable };
    throw unavailable;
  }
  using opened = library;
  const surroundings = lookAround(opened);
  const found = { library: { version: opened.version, path: opened.path }, surroundings };
  if (!surroundings.btf) return { ...found, unavailable: noBtf() };
  if (surroundings.capable === false) return { ...found, unavailable: noPermission() };
  try {
    return { ...found, works: await tried(opened, surroundings) };
  } catch (unavailable) {
    if (unavailable instanceof ObserveUnavailable) return { ...found, unavailable };
    throw unavailable;
  }
}

async function tried(
  library: Libbpf,
  here: Surroundings,
): Promise<NonNullable<ObserverExamination["works"]>> {
  const asked = { backend: "auto", exit: "auto", durations: true, functions: undefined } as const;
  const namespace = ownPidNamespace(library);
  const whom = { kind: "processes", pids: [], children: false } as const;
  const ways = accountingFor(whom, waysFor(asked));
  const nobody = { whom, self: ownPid(), events: false, wakeup: false };
  const { object, way, probes, blind, refusals } = attachFirst(library, "auto", ways, {
    object: await unpackObject(),
    ringBytes: RING_BYTES_MIN,
    socketsMax: 1,
    settings: ({ entryRequired }) => encodeSettings({ ...nobody, ...namespace, entryRequired }),
  }, here);
  object[Symbol.dispose]();
  const refused = refusals.map(({ what, why }) => `${what}: ${why}`);
  return { backend: way.backend, exit: way.exit, probes, blind, refused };
}
