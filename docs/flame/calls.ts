/**
 * Calls as a tree with times: what a flame graph is drawn of, whoever has looked where the program was. Pure.
 *
 * @module
 */

/** A function, as far as it is told from others. */
export interface Place {
  readonly name: string;
  /** The file and the line in it, or the library; empty when that is not known. */
  readonly where: string;
  /** Whose it is; it decides the colour. */
  readonly kind: Kind;
}

/** Whose a function is. */
export type Kind = "sockets" | "chat" | "store" | "other" | "runtime" | "engine" | "kernel";

/** A function at one place of the tree. */
export interface Call extends Place {
  /** What was spent in it, with all that it called; and in itself alone. In microseconds, or in looks. */
  total: number;
  self: number;
  readonly calls: Map<string, Call>;
}

/** Everything that was seen. */
export interface Calls {
  readonly root: Call;
  readonly unit: "microseconds" | "looks";
  /** How often it was looked. */
  readonly looks: number;
}

/** A call that nothing was seen in yet. */
export function callAt({ name, where, kind }: Place): Call {
  return { name, where, kind, total: 0, self: 0, calls: new Map() };
}

/** The one that was called from `call` there; the same one each time. */
export function calledFrom(call: Call, place: Place): Call {
  const key = `${place.name}\n${place.where}`;
  const known = call.calls.get(key);
  if (known !== undefined) return known;
  const made = callAt(place);
  call.calls.set(key, made);
  return made;
}

/** Adds up what was spent in each, with all that it called. */
export function addUp(call: Call): void {
  // Not by recursion: stacks may be deeper than ours.
  const order = [call];
  for (let at = 0; at < order.length; at++) {
    for (const called of order[at]?.calls.values() ?? []) order.push(called);
  }
  for (const one of order.reverse()) {
    one.total = one.self;
    for (const called of one.calls.values()) one.total += called.total;
  }
}

/**
 * The same calls, but for those of a function, which begin at the root wherever they were called from.
 *
 * @throws {TypeError} When there is no such function.
 */
export function beginningAt({ root, ...rest }: Calls, name: string): Calls {
  const all = callAt(root);
  all.self = root.self;
  let isThere = false;
  const waiting: (readonly [from: Call, to: Call, within: boolean])[] = [[root, all, false]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [from, to, within] = next;
    for (const call of from.calls.values()) {
      const begins = !within && call.name === name;
      isThere ||= begins;
      const copy = calledFrom(begins ? all : to, call);
      copy.self += call.self;
      waiting.push([call, copy, within || begins]);
    }
  }
  if (!isThere) throw new TypeError(`No function that was seen has the name ${name}.`);
  addUp(all);
  return { root: all, ...rest };
}

/** Whose the function of a script is, by the script's address. */
export function kindOf(url: string): Kind {
  if (url === "") return "engine";
  if (!url.startsWith("file:")) return "runtime";
  if (/\/server\/transport\//.test(url)) return "sockets";
  if (/\/db\//.test(url)) return "store";
  return /\/(?:server|talk|ground)\//.test(url) ? "chat" : "other";
}

/** A script's address as people say it: without where the project is. */
export function shortName(url: string): string {
  return url.replace(/^file:\/\/.*?\/(?=(?:cli|db|ground|load|observe|server|talk|tests)\/)/, "")
    .replace(/^file:\/\/.*\//, "");
}
