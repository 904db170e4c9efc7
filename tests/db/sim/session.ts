/**
 * A run of a store on a simulated disk, with the model beside it and a timeline of what must hold when.
 *
 * The contract that `mustHold` checks after a crash: what is there equals the state after some number of
 * writes in the order in which they were made; no acknowledged one is missing, and none that was
 * rejected as not written is there. In the mode `os` an acknowledged write may be missing all the same after a power
 * failure, unless something has promised since that it is on the disk: an opening, or a compaction of everything.
 *
 * @module
 */

import assert from "node:assert/strict";
import { StoreError } from "../../../db/errors.ts";
import { openStore } from "../../../db/open.ts";
import type { Store } from "../../../db/store.ts";
import { verifyStore } from "../../../db/verify.ts";
import type { Written } from "../../../db/store.ts";
import { SimDisk } from "./disk.ts";
import { bytesOf, type Change, Model, pictureOf } from "./model.ts";
import { type Mount, mount } from "./mount.ts";
import { Pictures } from "./pictures.ts";
import { simWorld } from "./world.ts";

/** What holds from a place in the trace on: each of the pictures from `acked` on is allowed. */
interface Moment {
  readonly index: number;
  readonly acked: number;
  /** How many changes a power failure cannot take back. */
  readonly hard: number;
  readonly pictures: readonly string[];
}

/** How to run. */
export interface SessionOptions {
  readonly seed?: number;
  readonly segmentBytes?: number;
  readonly durability?: "durable" | "os";
  readonly disk?: SimDisk;
}

/** A store on a simulated disk, and what it must hold. */
export class Session implements AsyncDisposable {
  readonly disk: SimDisk;
  readonly start: ReadonlyMap<string, Uint8Array>;
  readonly origins: ReadonlyMap<string, number>;
  readonly troubles: unknown[] = [];
  readonly #options: SessionOptions;
  readonly #timeline: Moment[] = [];
  #changes: Change[] = [];
  readonly #drawn = new Pictures();
  #acked = 0;
  #hard = 0;
  #mount: Mount | undefined;
  #store: Store | undefined;
  #openings = 0;
  #waiting: Promise<void>[] = [];
  #onCommit = (): void => {};

  constructor(options: SessionOptions = {}) {
    this.#options = options;
    this.disk = options.disk ?? new SimDisk();
    this.start = this.disk.contents();
    this.origins = this.disk.origins();
    this.#mark();
  }

  /** The store. */
  store(): Store {
    if (this.#store === undefined) throw new Error("The session is not open");
    return this.#store;
  }

  /** What the store should hold now, if all writes succeed. */
  model(): Model {
    const model = new Model();
    for (const change of this.#changes) change(model);
    return model;
  }

  /** Opens the store; what it shows then is promised from then on. */
  async open(): Promise<void> {
    const process = mount(this.disk);
    this.#mount = process;
    this.#store = await openStore("sim", {
      storage: process.storage,
      world: simWorld((this.#options.seed ?? 1) + 1000 * this.#openings++),
      segmentBytes: this.#options.segmentBytes ?? 4096,
      durability: this.#options.durability ?? "durable",
      autoCompact: false,
      onCommit: () => this.#onCommit(),
      onTrouble: (error) => this.troubles.push(error),
    });
    const picture = await pictureOf(this.#store);
    const count = this.#pictures().indexOf(picture, this.#acked);
    assert.notEqual(count, -1, `The store shows what was never written:\n${picture}`);
    this.#changes = this.#changes.slice(0, count);
    this.#acked = this.#hard = count;
    this.#mark();
  }

  /** Ends the process as `kill -9` does, and opens the store again. */
  async killAndOpen(): Promise<void> {
    this.#mount?.kill();
    this.#store = undefined;
    await this.settle();
    await this.open();
  }

  /** Closes the store and opens it again. */
  async reopen(): Promise<void> {
    await this.store().close();
    await this.settle();
    await this.open();
  }

  append(stream: string, body: string, at = 1000): void {
    this.#write(() => this.store().append(stream, bytesOf(body), { at }), (model) => {
      model.append(stream, body, at);
    });
  }

  batch(appends: readonly (readonly [string, string])[], key?: string): void {
    this.#write(() =>
      this.store().batch([
        ...appends.map(([stream, body]) => ({
          kind: "append" as const,
          stream,
          body: bytesOf(body),
          at: 2000,
        })),
        ...(key === undefined ? [] : [{ kind: "put" as const, key, value: bytesOf("batch") }]),
      ]), (model) => {
      for (const [stream, body] of appends) model.append(stream, body, 2000);
      if (key !== undefined) model.put(key, "batch");
    });
  }

  /** Edits a message that is there, and appends another one, or neither. */
  async editBeside(stream: string, seq: number, body: string, other: string): Promise<void> {
    await this.settle();
    const [entry] = await this.store().read(stream, { after: seq - 1, limit: 1 });
    assert.ok(entry?.kind === "message" && entry.seq === seq);
    const { at } = entry;
    this.#write(() =>
      this.store().batch([
        { kind: "edit", stream, seq, at, body: bytesOf(body) },
        { kind: "append", stream: other, body: bytesOf(`edited ${seq}`), at: 1000 },
      ]), (model) => {
      model.edit(stream, seq, body);
      model.append(other, `edited ${seq}`, 1000);
    });
  }

  put(key: string, value: string): void {
    this.#write(() => this.store().put(key, bytesOf(value)), (model) => model.put(key, value));
  }

  delete(key: string): void {
    this.#write(() => this.store().delete(key), (model) => model.delete(key));
  }

  /** Edits a message that is there. */
  async edit(stream: string, seq: number, body: string): Promise<void> {
    await this.settle();
    await this.#await(
      this.store().edit(stream, seq, bytesOf(body)),
      (m) => m.edit(stream, seq, body),
    );
  }

  /** Removes a message that is there. */
  async remove(stream: string, seq: number): Promise<void> {
    await this.settle();
    await this.#await(this.store().remove(stream, seq), (m) => m.remove(stream, seq));
  }

  /** Removes all messages below a seq. */
  async trim(stream: string, before: number): Promise<void> {
    await this.settle();
    await this.#await(this.store().trim(stream, before), (m) => m.trim(stream, before));
  }

  /** Deletes what is older; streams of which nothing is left end. */
  async retain(since: number): Promise<void> {
    await this.#follows(() => this.store().retain(() => since));
    for (const { name } of this.store().streams()) {
      const [oldest] = await this.store().read(name, { after: 0, limit: 1 });
      const young = oldest?.kind !== "message" || oldest.at >= since;
      assert.ok(young, `${name} holds what is too old: ${JSON.stringify(oldest)}`);
    }
  }

  /** Deletes the oldest until the store has so few bytes, as far as that can be. */
  async shrink(bytes: number): Promise<void> {
    await this.#follows(() => this.store().shrink(bytes));
  }

  /** Compacts all that can be, which must change nothing that is seen. */
  async compact(): Promise<void> {
    await this.settle();
    await this.store().compact({ reach: "all" });
    this.#hard = this.#acked;
    this.#mark();
    await this.check();
  }

  /** Compacts wherever something is dead, after which no dead body may be in any file that counts. */
  async erase(): Promise<void> {
    await this.settle();
    await this.store().compact({ reach: "dead" });
    await this.check();
    const { dead, damages } = await verifyStore("sim", { storage: this.disk });
    assert.deepEqual({ dead, damages }, { dead: 0, damages: [] });
  }

  /** Compacts what is worth it among what is complete, and ends no segment for that. */
  async compactWorthwhile(): Promise<void> {
    await this.settle();
    await this.store().compact();
    await this.check();
  }

  /** Waits until every write is acknowledged or rejected. */
  async settle(): Promise<void> {
    await this.#store?.flush();
    await Promise.all(this.#waiting);
    this.#waiting = [];
  }

  /** Checks that the store shows what the model says. */
  async check(): Promise<void> {
    await this.settle();
    assert.equal(await pictureOf(this.store()), this.model().picture());
  }

  /** Checks what a store shows that was opened after a crash behind the first `end` ops of the trace. */
  mustHold(picture: string, end: number): void {
    const moment = this.#timeline.findLast(({ index }) => index <= end);
    if (moment === undefined) throw new Error(`Nothing is known about ${end}`);
    const count = moment.pictures.indexOf(picture, moment.hard);
    if (count === -1) {
      const acked = moment.pictures[moment.hard];
      throw new assert.AssertionError({
        message: `After a crash behind op ${end} the store shows\n${picture}\n` +
          `which is no state from the acknowledged one on:\n${acked}`,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store?.close();
    await this.settle();
  }

  #write(start: () => Written, change: Change): void {
    const { done } = start();
    this.#issue(change);
    this.#waiting.push(this.#follow(done, change));
  }

  async #await(done: Promise<unknown>, change: Change): Promise<void> {
    this.#issue(change);
    await this.#follow(done, change);
  }

  /** Does what deletes by ranges that the store chooses; the model follows it, group by group. */
  async #follows(run: () => Promise<unknown>): Promise<void> {
    await this.settle();
    this.#mark();
    const from = this.#timeline.length - 1;
    this.#onCommit = () => {
      const firsts = new Map([...this.store().streams()].map(({ name, first }) => [name, first]));
      this.#changes.push((model) => model.keepFrom(firsts));
      this.#acked = this.#changes.length;
      this.#mark();
    };
    try {
      await run();
    } finally {
      this.#onCommit = () => {};
    }
    // A group may be on the disk before it is acknowledged.
    const pictures = this.#pictures();
    for (const [i, moment] of this.#timeline.entries()) {
      if (i >= from) this.#timeline[i] = { ...moment, pictures };
    }
    await this.check();
  }

  #issue(change: Change): void {
    this.#changes.push(change);
    this.#mark();
  }

  async #follow(done: Promise<unknown>, change: Change): Promise<void> {
    try {
      await done;
      this.#acked = Math.max(this.#acked, this.#changes.indexOf(change) + 1);
    } catch (error) {
      if (!(error instanceof StoreError)) return;
      if (error.outcome === "not_written") {
        this.#changes = this.#changes.filter((other) => other !== change);
      }
    }
    this.#mark();
  }

  #mark(): void {
    const index = this.disk.trace.length;
    if (this.#options.durability !== "os") this.#hard = this.#acked;
    this.#timeline.push({
      index,
      acked: this.#acked,
      hard: this.#hard,
      pictures: this.#pictures(),
    });
  }

  #pictures(): readonly string[] {
    return this.#drawn.of(this.#changes);
  }
}
