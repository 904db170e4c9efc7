/**
 * Chooses how to watch by trying: what a kernel says that it can do, and what it lets one do, are two things.
 *
 * Each attempt is a kernel object of its own and leaves nothing behind when it is refused. Programs that are not
 * needed are left out when the kernel does not have what they attach to, and all of them when it refuses the rest because of them. A
 * try takes 30 to 50 ms.
 *
 * @module
 */

import { LoadError, SystemError } from "./errno.ts";
import { KernelObject } from "./kernel_object.ts";
import type { KernelTypes, Libbpf } from "./libbpf.ts";
import type { Probe, Way } from "./probes.ts";
import type { Surroundings } from "./surroundings.ts";
import { explainRefusals, noBtf, type Refusal } from "./unavailable.ts";

/** What is the same for every way. */
export interface Common {
  readonly object: Uint8Array<ArrayBuffer>;
  readonly ringBytes: number;
  readonly socketsMax: number;
  /** The bytes of `struct settings` for a way. */
  settings(way: Way): Uint8Array<ArrayBuffer>;
}

/** The way that works here. */
export interface Chosen {
  readonly object: KernelObject;
  readonly way: Way;
  /** What is attached, by name of the kernel's function or tracepoint. */
  readonly probes: readonly string[];
  /** What this cannot see, as sentences. */
  readonly blind: readonly string[];
  /** The ways that were refused before. */
  readonly refusals: readonly Refusal[];
}

/**
 * Attaches the first way that works. Nothing counts until it is armed.
 *
 * @param backend What was asked for, for the sentence when nothing works.
 * @throws {ObserveUnavailable} When none works.
 */
export function attachFirst(
  library: Libbpf,
  backend: string,
  ways: readonly Way[],
  common: Common,
  here: Surroundings,
): Chosen {
  using types = library.kernelTypes();
  if (types === undefined) throw noBtf();
  const refusals: Refusal[] = [];
  for (const way of ways) {
    const hopeless = backend === "auto" && way.backend === "kprobe" && !here.kprobes;
    const chosen = hopeless
      ? refusal(way, "this kernel has no kprobes")
      : tryWay(library, way, common, types);
    if ("object" in chosen) return { ...chosen, refusals };
    refusals.push(chosen);
  }
  throw explainRefusals(backend, refusals, here);
}

function tryWay(
  library: Libbpf,
  way: Way,
  common: Common,
  types: KernelTypes,
): Omit<Chosen, "refusals"> | Refusal {
  const here = way.probes.filter((probe) => isThere(probe, types));
  const missing = way.probes.find((probe) => probe.optional === undefined && !here.includes(probe));
  if (missing !== undefined) return refusal(way, `this kernel has no ${missing.target}`);
  const needed = here.filter(({ optional }) => optional === undefined);
  // By the same sign as the programs: what the kernel has learned in one version.
  const threadsKeep = types.hasFunction("bpf_task_pt_regs");
  try {
    return open(library, way, here, common, threadsKeep);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const isHopeless = !(error instanceof LoadError) || needed.length === here.length;
    if (isHopeless) return refusal(way, error);
  }
  const attached = here.filter(({ kind }) => kind !== "iterator");
  try {
    return open(library, way, attached, common, threadsKeep);
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
  }
  try {
    return open(library, way, needed, common, threadsKeep);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return refusal(way, error);
  }
}

function open(
  library: Libbpf,
  way: Way,
  probes: readonly Probe[],
  common: Common,
  threadsKeep: boolean,
): Omit<Chosen, "refusals"> {
  const object = KernelObject.open(library, {
    object: common.object,
    programs: probes.map(({ program, optional }) => ({
      name: program,
      optional: optional !== undefined,
    })),
    settings: common.settings(way),
    ringBytes: common.ringBytes,
    socketsMax: common.socketsMax,
    threadsKeep,
  });
  const attached = way.probes.filter(({ program }) => object.programs.includes(program));
  const absent = way.probes.filter((probe) => !attached.includes(probe));
  return {
    object,
    way,
    probes: [...new Set(attached.filter(isAttached).map(({ target }) => target))],
    blind: [...way.blind, ...absent.flatMap(({ optional }) => optional ?? [])],
  };
}

/** Iterators are attached to nothing that happens. */
function isAttached({ kind }: Probe): boolean {
  return kind !== "iterator";
}

function isThere({ kind, target }: Probe, types: KernelTypes): boolean {
  switch (kind) {
    case "tracepoint":
      return types.hasTracepoint(target);
    case "typed function":
    case "iterator":
      return types.hasFunction(target);
    case "function":
      return true;
    default:
      return kind satisfies never;
  }
}

function refusal({ backend, exit }: Way, why: unknown): Refusal {
  const what = `${backend}, exit ${exit}`;
  if (!(why instanceof SystemError)) return { what, why: String(why), log: "" };
  const log = why instanceof LoadError ? why.log : "";
  return { what, why: why.message, errno: why.errno, log };
}
