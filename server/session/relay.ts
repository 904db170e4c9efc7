/**
 * The plain relay of `--anonymous`: every line goes verbatim to all connections, the sender included.
 *
 * No names, no commands, nothing stored; the smallest chat there is. It stands on the same log and cursors
 * as the rooms do, so it is as fast as they are.
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";
import { ANSWER_MS_PER_BYTE, DELIVERY_MS } from "../budget/mod.ts";
import { type ConnectionInfo, peerOf, type Session } from "../link/connection.ts";
import type { ServerEvent } from "../events.ts";
import type { Counters } from "../figures/counters.ts";
import { type Limits, LINE_BYTES_MAX } from "../limits.ts";
import type { Link } from "../link/link.ts";
import { placesShort } from "../admission/making_room.ts";
import { MEMORY_SHORT } from "../admission/making_room.ts";
import type { Keeper } from "../link/keeper.ts";
import { RoomLog } from "../rooms/room_log.ts";
import { httpAnswer, isHttp } from "../text/http.ts";
import { type Line, LineSplitter } from "../text/line_splitter.ts";
import { server } from "../text/server_line.ts";
import type { Crowd, Wakeable, Wakeups } from "../rooms/wakeups.ts";
import { concat, ERROR_SENTENCES } from "../wire/mod.ts";

const encoder = new TextEncoder();
const LF = new Uint8Array([0x0a]);

/** What a relay needs. */
export interface RelayParts {
  readonly wakeups: Wakeups;
  readonly limits: Limits;
  readonly onEvent: (event: ServerEvent) => void;
  readonly counters: Counters;
}

/** Everybody on one line. */
export class Relay implements Crowd {
  readonly parts: RelayParts;
  readonly #log = new RoomLog();
  readonly #links = new Set<Link>();

  constructor(parts: RelayParts) {
    this.parts = parts;
  }

  /** Lets a connection in: it hears all from now on. */
  enter(link: Link): void {
    link.outbox.follow(this.#log);
    this.#links.add(link);
  }

  /** Lets a connection go. Idempotent. */
  exit(link: Link): void {
    this.#links.delete(link);
    if (this.#links.size === 0) this.trim();
  }

  /** Bytes that its log holds beside what is kept for those who lag behind. */
  get logBytes(): number {
    return this.#log.heldBytes;
  }

  /** See `RoomLog.trim`. */
  trim(): void {
    this.#log.trim();
  }

  /** How many hear it. */
  get size(): number {
    return this.#links.size;
  }

  /** Passes parts on to everybody, as one piece: nothing of others comes in between. */
  publish(...parts: readonly Uint8Array[]): void {
    const piece = concat(parts);
    const { counters } = this.parts;
    this.#log.append(piece);
    counters.roomMessages++;
    counters.deliveries += this.#links.size;
    counters.roomBytes += this.#links.size * piece.length;
    this.parts.wakeups.addAll(this);
  }

  /** See `Room.woken`. */
  *woken(): Iterable<Wakeable> {
    for (const link of this.#links) yield link.outbox;
  }
}

/** One connection to a relay. */
export class RelaySession implements Session, Keeper {
  readonly speech = "text";
  silentMs = 0;
  /** Nobody logs in here, and nobody has a name. */
  readonly awaitsLogin = false;
  readonly user = undefined;
  readonly #relay: Relay;
  readonly #link: Link;
  readonly #info: ConnectionInfo;
  /** Ends a wait that an abandoned connection would keep. */
  #leaving: AbortController | undefined;
  readonly #splitter = new LineSplitter(LINE_BYTES_MAX);
  #first = true;
  /** A browser: nothing that it sends is passed on. */
  #strayed = false;

  constructor(relay: Relay, link: Link, info: ConnectionInfo) {
    this.#relay = relay;
    this.#link = link;
    this.#info = info;
    relay.enter(link);
    link.outbox.keeper = this;
  }

  /** See `Keeper`. */
  onGoOn(): void {
    this.#relay.parts.wakeups.goOn(this.#link.outbox);
  }

  /** See `Keeper`. */
  onSlow(): void {
    this.#relay.exit(this.#link);
    this.#relay.parts.counters.slowConsumers++;
    this.#link.finish(encoder.encode(server(ERROR_SENTENCES.slow_consumer)), "drop");
  }

  hear(chunk: Uint8Array): Promise<void> | undefined {
    return this.#takeAll(this.#splitter.feed(chunk));
  }

  /** Takes lines for as long as this turn lasts. */
  #takeAll(lines: Iterator<Line>): Promise<void> | undefined {
    const { account } = this.#link;
    for (let line = lines.next(); !line.done && !this.#strayed; line = lines.next()) {
      const earlyMs = this.#msTooEarly();
      if (earlyMs > 0) return this.#takeLater(earlyMs, line.value, lines);
      const bytes = line.value.kind === "line" ? line.value.bytes : undefined;
      this.#take(bytes);
      const eachMs = DELIVERY_MS + (bytes?.length ?? 0) * ANSWER_MS_PER_BYTE;
      const { price } = this.#relay.parts.wakeups;
      const workMs = this.#relay.size * eachMs;
      const nowMs = performance.now();
      account.spend({ messages: 1, workMs: workMs * price.at(nowMs) });
      price.spend(nowMs, workMs);
      if (account.sliceSpent) return account.serve(() => this.#takeAll(lines));
    }
    return undefined;
  }

  /** Milliseconds that a line comes too early for its address. Nobody is refused here: who is too fast is slowed. */
  #msTooEarly(): number {
    const { address } = this.#info;
    return address.exempt ? 0 : address.message(performance.now(), undefined);
  }

  async #takeLater(ms: number, line: Line, lines: Iterator<Line>): Promise<void> {
    const { signal } = this.#leaving ??= new AbortController();
    for (let left = ms; left > 0 && !signal.aborted; left = this.#msTooEarly()) {
      await wait(left, signal);
    }
    if (signal.aborted) return;
    this.#take(line.kind === "line" ? line.bytes : undefined);
    await this.#takeAll(lines);
  }

  hearEnd(error?: unknown): undefined {
    const last = error === undefined && !this.#strayed ? this.#splitter.end() : undefined;
    if (last?.kind === "line") this.#take(last.bytes);
    if (error !== undefined) {
      this.#relay.parts.onEvent({ kind: "failed", peer: peerOf(this.#info.client), error });
    }
    this.#relay.exit(this.#link);
  }

  /** There are none here. */
  roomNames(): readonly [] {
    return [];
  }

  /** The server closes. */
  shutDown(): void {
    this.#link.finish(encoder.encode(server(ERROR_SENTENCES.shutting_down)), "send");
  }

  endForPlace(): void {
    this.#relay.exit(this.#link);
    this.#link.finish(encoder.encode(server(placesShort(this.silentMs).msg)), "send");
  }

  get heldBytes(): number {
    return this.#splitter.heldBytes;
  }

  endForMemory(): void {
    this.#relay.exit(this.#link);
    const { busy } = this.#link.outbox;
    this.#link.finish(encoder.encode(server(MEMORY_SHORT)), "drop");
    if (busy) this.#link.close();
  }

  /** Closes the connection without waiting for anything. */
  abort(): void {
    this.#leaving?.abort();
    this.#link.close();
  }

  /** Cuts off a peer that takes nothing any more. */
  checkDeadlines(nowMs: number): void {
    const { silentMs, stalledMs } = this.#link.check(nowMs);
    this.silentMs = silentMs;
    if (stalledMs > this.#relay.parts.limits.silenceMsMax) this.#link.close();
  }

  #take(line: Uint8Array | undefined): void {
    const first = this.#first;
    this.#first = false;
    if (line === undefined) {
      this.#link.outbox.queue(encoder.encode(server(ERROR_SENTENCES.too_long)));
      this.#relay.parts.wakeups.add(this.#link.outbox);
    } else if (first && isHttp(new TextDecoder().decode(line))) {
      this.#strayed = true;
      this.#link.finish(httpAnswer(), "drop");
    } else {
      this.#relay.publish(line, LF);
    }
  }
}
