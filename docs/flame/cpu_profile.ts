/**
 * Reads a `.cpuprofile`, as `chat serve --profile` and DevTools write it. Pure.
 *
 * @module
 */

import {
  addUp,
  type Call,
  callAt,
  calledFrom,
  type Calls,
  kindOf,
  type Place,
  shortName,
} from "./calls.ts";

interface Node {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly Node[];
  readonly endTime: number;
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The engine's name for what is above all functions, and for doing nothing. */
const ROOT = "(root)", IDLE = "(idle)";

/** The calls in a profile's text. @throws {TypeError} When it is none. */
export function callsOfProfile(text: string): Calls {
  const profile = profileOf(text);
  const root = callAt({ name: "all", where: "", kind: "engine" });
  const calls = callsById(profile, root);
  const { samples, timeDeltas, startTime, endTime } = profile;
  let sum = 0;
  for (const delta of timeDeltas) sum += delta;
  for (let at = 0; at < samples.length; at++) {
    const last = at === samples.length - 1;
    // Where the program was at one look it is taken to be until the next.
    const spent = last ? endTime - startTime - sum : timeDeltas[at + 1] ?? 0;
    const call = calls.get(samples[at] ?? -1);
    if (call !== undefined && call.name !== IDLE) call.self += Math.max(0, spent);
  }
  addUp(root);
  return { root, unit: "microseconds", looks: samples.length };
}

/** Each node's call; nodes of the same function below the same one are one. */
function callsById({ nodes }: Profile, root: Call): Map<number, Call> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const calls = new Map<number, Call>();
  const first = nodes[0];
  if (first === undefined) return calls;
  calls.set(first.id, root);
  const waiting = [first];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const parent = calls.get(node.id) ?? root;
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      // A tree: each has one parent, whatever the file says.
      if (child === undefined || calls.has(id)) continue;
      calls.set(id, calledFrom(parent, placeOf(child)));
      waiting.push(child);
    }
  }
  return calls;
}

function placeOf({ callFrame: { functionName, url, lineNumber } }: Node): Place {
  // What has neither a name nor a script was called by FFI.
  if (functionName === "" && url === "") return { name: "(C, by FFI)", where: "", kind: "runtime" };
  const name = functionName === "" ? "(anonymous)" : functionName;
  const where = url === "" ? "" : `${shortName(url)}:${lineNumber + 1}`;
  return { name, where, kind: kindOf(url) };
}

function profileOf(text: string): Profile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TypeError("This is no profile: it is no JSON.", { cause });
  }
  if (isProfile(value)) return value;
  throw new TypeError("This is no profile: it has no nodes, samples and timeDeltas.");
}

function isProfile(value: unknown): value is Profile {
  if (typeof value !== "object" || value === null) return false;
  const { nodes, samples, timeDeltas, startTime, endTime } = value as Record<string, unknown>;
  return Array.isArray(nodes) && isNumbers(samples) && isNumbers(timeDeltas) &&
    isNumbers([startTime, endTime]) && nodes.every(isNode) &&
    nodes[0]?.callFrame.functionName === ROOT;
}

function isNode(value: unknown): value is Node {
  if (typeof value !== "object" || value === null) return false;
  const { id, callFrame, children = [] } = value as Record<string, unknown>;
  if (!isNumber(id) || typeof callFrame !== "object" || callFrame === null) return false;
  const { functionName, url, lineNumber } = callFrame as Record<string, unknown>;
  return typeof functionName === "string" && typeof url === "string" &&
    isNumber(lineNumber) && isNumbers(children);
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber);
}

/** Whether it is a number that can be added to millions of others, and told. */
function isNumber(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}
