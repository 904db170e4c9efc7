/**
 * What a store should hold, as plain arrays, and a picture of what one does hold, to compare.
 *
 * @module
 */

import { DamageError } from "../../../db/errors.ts";
import type { ReadStore } from "../../../db/reader.ts";

/** A write, as it changes the model. */
export type Change = (model: Model) => void;

/** What a store should hold. */
export class Model {
  readonly #streams = new Map<
    string,
    { last: number; lastAt: number; messages: Map<number, [number, string]> }
  >();
  readonly #keys = new Map<string, string>();
  /** How far the seqs of streams had come that have ended. */
  readonly #floors = new Map<string, number>();

  append(name: string, body: string, at: number): number {
    const stream = this.#streams.get(name) ??
      { last: this.#floors.get(name) ?? 0, lastAt: 0, messages: new Map() };
    this.#streams.set(name, stream);
    stream.lastAt = Math.max(stream.lastAt, at);
    stream.messages.set(++stream.last, [stream.lastAt, body]);
    return stream.last;
  }

  /** Gives up all seqs up to this one that were not given out. */
  give(name: string, last: number): void {
    const stream = this.#streams.get(name) ?? { last: 0, lastAt: 0, messages: new Map() };
    this.#streams.set(name, stream);
    stream.last = Math.max(stream.last, last);
  }

  edit(name: string, seq: number, body: string): boolean {
    const message = this.#streams.get(name)?.messages.get(seq);
    if (message !== undefined) message[1] = body;
    return message !== undefined;
  }

  remove(name: string, seq: number): boolean {
    return this.#streams.get(name)?.messages.delete(seq) ?? false;
  }

  trim(name: string, before: number): void {
    for (const seq of this.#streams.get(name)?.messages.keys() ?? []) {
      if (seq < before) this.remove(name, seq);
    }
  }

  /** Keeps of each stream what is not below its first seq; a stream that is not named has ended. */
  keepFrom(firsts: ReadonlyMap<string, number>): void {
    for (const [name, { last }] of this.#streams) {
      const first = firsts.get(name);
      if (first !== undefined) this.trim(name, first);
      else {
        this.#floors.set(name, last);
        this.#streams.delete(name);
      }
    }
  }

  put(key: string, value: string): void {
    this.#keys.set(key, value);
  }

  delete(key: string): void {
    this.#keys.delete(key);
  }

  /** Last seq of a stream. */
  last(name: string): number {
    return this.#streams.get(name)?.last ?? 0;
  }

  /** Seqs that are there. */
  seqs(name: string): number[] {
    return [...this.#streams.get(name)?.messages.keys() ?? []].sort((a, b) => a - b);
  }

  /** Everything, in a form that compares. */
  picture(): string {
    const streams = [...this.#streams].sort(byName).map(([name, { last, messages }]) =>
      `${name} ${last}: ` +
      [...messages].sort(([a], [b]) => a - b).map(([seq, [at, body]]) => `${seq}@${at}=${body}`)
        .join(" ")
    );
    const keys = [...this.#keys].sort(byName).map(([key, value]) => `${key}=${value}`);
    return short([...streams, ...keys].join("\n"));
  }
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Text as bytes. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Everything that a store holds, in the form of `Model.picture`. Throws on damage. */
export async function pictureOf(store: ReadStore): Promise<string> {
  const streams: string[] = [];
  for (const { name, last } of [...store.streams()].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const entries = await store.read(name, { after: 0, limit: 10_000 });
    const messages = entries.map((entry) => {
      if (entry.kind === "damaged") throw new DamageError("Cannot read", [entry.damage]);
      return `${entry.seq}@${entry.at}=${decoder.decode(entry.body)}`;
    });
    streams.push(`${name} ${last}: ` + messages.join(" "));
  }
  const keys: string[] = [];
  for (const key of [...store.keys()].sort()) {
    keys.push(`${key}=${decoder.decode(await store.get(key))}`);
  }
  return short([...streams, ...keys].join("\n"));
}

/** Long fillings are told by their length. */
function short(picture: string): string {
  return picture.replaceAll(/x{9,}/g, (run) => `x*${run.length}`);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
