/**
 * All transfers of one client: hears what the client hears, runs the machines, and does what they want done.
 *
 * ```text
 *   client events ─► hear ─┐                        ┌─► the client: offer, accept, confirm …
 *   offer, accept, cancel ─┼─► stepIn / stepOut ────┼─► second connections and the place (carry.ts)
 *   what came of effects ──┘        pure            └─► news, for people
 * ```
 *
 * It stands on a `Client` and a `Place` and knows neither terminal nor disk: the full-screen client, `chat send --file`,
 * `chat receive` and the dashboard's pages are faces of it. The client's events are the caller's; each has to be
 * given to `hear`.
 *
 * @module
 */

import type { Client, ClientEvent } from "../client_types.ts";
import type { FileOffered } from "../messages.ts";
import type { TransferAddress } from "../transfer.ts";
import {
  awaitsOffer,
  type Incoming,
  incoming,
  type InEffect,
  type InEvent,
  offerOf,
  stepIn,
} from "./incoming.ts";
import {
  CONFIRM_MS_MAX,
  ENDED_KEPT_MAX,
  OFFERED_AT_ONCE_MAX,
  OPEN_OFFERS_MAX,
  PATIENCE_MS,
  RECEIVED_AT_ONCE_MAX,
  SPAWNED_MS,
} from "./limits.ts";
import {
  type OutEffect,
  type OutEvent,
  type Outgoing,
  outgoing,
  spawned,
  stepOut,
} from "./outgoing.ts";
import type { Place, Sendable } from "./place.ts";
import type { News, Peer, TransferView } from "./transfer.ts";
import { type AnyEvent, routed } from "./events.ts";
import { Tasks, Timers } from "./parts.ts";
import {
  isAlone,
  isIncoming,
  isMoving,
  isOver,
  isUnconfirmed,
  newsOf,
  type Transfer,
  viewOf,
} from "./view.ts";
import { Work } from "./work.ts";

/** What transfers need. */
export interface FileTransfersOptions {
  readonly client: Client;
  /** Where second connections go: the client's own server. */
  readonly server: TransferAddress;
  /** Where received files go. */
  readonly place: Place;
  /** Offers that are remembered at once without having been answered. */
  readonly openOffersMax?: number | undefined;
  /** Bytes per second, in either direction; 0 for no limit. */
  readonly rate?: number | undefined;
  /** Milliseconds for which somebody who has left is waited for. */
  readonly patienceMs?: number | undefined;
  /** Milliseconds for which a receiver's word is waited for when all bytes are through. */
  readonly confirmMsMax?: number | undefined;
  readonly onNews: (news: News) => void;
}

/** The transfers of a client. Disposing it stops all; what has arrived stays in its place. */
export class FileTransfers implements AsyncDisposable {
  readonly #options: FileTransfersOptions;
  readonly #all = new Map<number, Transfer>();
  /** The server's name of an offer → the transfer, also for names that are used up. */
  readonly #byOffer = new Map<string, number>();
  readonly #work: Work;
  readonly #timers = new Timers();
  readonly #tasks = new Tasks();
  readonly #telling = new Set<Promise<unknown>>();
  #next = 1;
  #closed = false;

  constructor(options: FileTransfersOptions) {
    this.#options = options;
    this.#work = new Work(options);
  }

  /** Rejects when something here is broken; never settles otherwise. */
  get failed(): Promise<never> {
    return this.#tasks.failed;
  }

  /** All that are under way, and the last ones that ended, in the order of their numbers. */
  list(): TransferView[] {
    return [...this.#all.values()].map((transfer) => this.#view(transfer));
  }

  /** Offers a file. @returns The transfer's number; what becomes of it is news. */
  offer(file: Sendable, to: Peer): number {
    const transfer = outgoing(this.#next++, to, file.name);
    const { n } = transfer;
    this.#all.set(n, transfer);
    this.#tasks.run(async () => void this.#out(n, await this.#work.read(n, file)));
    return n;
  }

  /** Takes an offered file. @returns Whether there is one of that number to be taken. */
  accept(n: number): boolean {
    return this.#isOffered(n) && this.#in(n, { kind: "yes" });
  }

  /** Declines it. */
  decline(n: number): boolean {
    return this.#isOffered(n) && this.#in(n, { kind: "no" });
  }

  /** Stops a transfer, in either direction. */
  cancel(n: number): boolean {
    const transfer = this.#all.get(n);
    if (transfer === undefined || isOver(transfer)) return false;
    return this.#any(n, { kind: "cancel" });
  }

  /** Hears an event of the client. */
  hear(event: ClientEvent): void {
    const route = routed(event);
    switch (route.to) {
      case "nobody":
        return;
      case "everything":
        for (const n of [...this.#all.keys()]) this.#any(n, route.event);
        return;
      case "outgoing":
        for (const one of route.events) this.#outs(one);
        return;
      case "offer":
        return this.#of(route.id, route.event);
      case "offered":
        return this.#offered(route.offer);
      default:
        route satisfies never;
    }
  }

  /** Waits until every sender whose file is here has been told, or could not be. */
  async told(): Promise<void> {
    await Promise.allSettled(this.#telling);
  }

  /** Stops everything. What has arrived stays in its place, so that it can go on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#timers.clear();
    this.#work.stop();
    await this.#tasks.idle();
    await this.#work[Symbol.asyncDispose]();
  }

  // ── Events into machines ───────────────────────────────────────────────────────────────────────

  #in(n: number, event: InEvent | undefined): boolean {
    const before = this.#all.get(n);
    if (event === undefined || before === undefined || !isIncoming(before) || this.#closed) {
      return false;
    }
    const { transfer, effects } = stepIn(before, event);
    this.#all.set(n, transfer);
    for (const effect of effects) this.#doIn(transfer, effect);
    this.#after(before, transfer);
    return true;
  }

  #out(n: number, event: OutEvent | undefined): boolean {
    const before = this.#all.get(n);
    if (event === undefined || before === undefined || isIncoming(before) || this.#closed) {
      return false;
    }
    const { transfer, effects } = stepOut(before, event);
    this.#all.set(n, transfer);
    for (const effect of effects) this.#doOut(transfer, effect);
    this.#after(before, transfer);
    return true;
  }

  #any(n: number, event: AnyEvent): boolean {
    return this.#in(n, event) || this.#out(n, event);
  }

  /** To the transfer whose offer the event names. */
  #of(id: string, event: InEvent | OutEvent): void {
    const transfer = this.#all.get(this.#byOffer.get(id) ?? 0);
    if (transfer === undefined) return;
    if (isIncoming(transfer)) this.#in(transfer.n, event as InEvent);
    else this.#out(transfer.n, event as OutEvent);
  }

  #outs(event: OutEvent): void {
    for (const transfer of [...this.#all.values()]) {
      if (!isIncoming(transfer)) this.#out(transfer.n, event);
    }
  }

  #offered(event: FileOffered): void {
    const { from, offer: id, room } = event;
    if (id === undefined || this.#closed) return;
    const offer = offerOf(event, this.#options.server);
    const ins = [...this.#all.values()].filter(isIncoming);
    const known = ins.find((transfer) => awaitsOffer(transfer, offer));
    if (known !== undefined) {
      this.#byOffer.set(id, known.n);
      this.#in(known.n, { kind: "offer", id });
      return;
    }
    const { place, openOffersMax = OPEN_OFFERS_MAX } = this.#options;
    if (ins.filter((one) => !isOver(one)).length >= openOffersMax) return;
    const transfer = incoming(this.#next++, from, offer, id, room);
    const { n } = transfer;
    this.#all.set(n, transfer);
    this.#byOffer.set(id, n);
    this.#tasks.run(async () => {
      // Whoever said yes to this very file before is not asked again.
      const begun = await place.begun(offer);
      if (this.#closed) return;
      if (begun > 0) this.#in(n, { kind: "yes" });
      else if (this.#isOffered(n)) this.#tell({ kind: "offered", transfer: this.#view(transfer) });
    });
  }

  #isOffered(n: number): boolean {
    return this.#all.get(n)?.state.kind === "offered";
  }

  /** What follows from every step: news, timers, and room for others. */
  #after(before: Transfer, transfer: Transfer): void {
    const { n } = transfer;
    for (const news of newsOf(before, transfer, this.#view(transfer))) this.#tell(news);
    if (isOver(transfer)) {
      this.#timers.stop(n);
      if (!isOver(before)) this.#forget();
    } else this.#watch(transfer);
    this.#pump();
  }

  #watch(transfer: Transfer): void {
    const { n } = transfer;
    const { patienceMs = PATIENCE_MS, confirmMsMax = CONFIRM_MS_MAX } = this.#options;
    const ms = !isIncoming(transfer) && transfer.unsaid ? confirmMsMax : patienceMs;
    if (isAlone(transfer)) this.#timers.once(n, "late", ms, () => this.#any(n, { kind: "late" }));
    else this.#timers.stop(n, "late");
    const ask = () => this.#out(n, { kind: "unconfirmed" });
    if (isUnconfirmed(transfer)) this.#timers.once(n, "sent", confirmMsMax, ask);
    else this.#timers.stop(n, "sent");
  }

  /** Those that wait may begin, as far as there is room. */
  #pump(): void {
    const all = [...this.#all.values()];
    for (const comes of [true, false]) {
      const side = all.filter((one) => isIncoming(one) === comes);
      const room = (comes ? RECEIVED_AT_ONCE_MAX : OFFERED_AT_ONCE_MAX) -
        side.filter(isMoving).length;
      const waiting = side.filter(({ state }) => state.kind === "queued");
      for (const { n } of waiting.slice(0, Math.max(0, room))) this.#any(n, { kind: "slot" });
    }
  }

  #forget(): void {
    const over = [...this.#all.values()].filter(isOver);
    for (const { n } of over.slice(0, Math.max(0, over.length - ENDED_KEPT_MAX))) {
      this.#all.delete(n);
      this.#work.forget(n);
      for (const [id, of] of this.#byOffer) if (of === n) this.#byOffer.delete(id);
    }
  }

  // ── Effects ────────────────────────────────────────────────────────────────────────────────────

  #doIn(transfer: Incoming, effect: InEffect): void {
    const { client } = this.#options;
    const { n, from, offer } = transfer;
    const named = (id: string) => ({ from, filename: offer.name, offer: id });
    switch (effect.do) {
      case "slot":
        return;
      case "prepare":
        return this.#tasks.run(async () => void this.#in(n, await this.#work.prepare(n, offer)));
      case "accept":
        return this.#tasks.ask(
          () => client.acceptFile(named(effect.id), effect.offset),
          (code, reason) => this.#in(n, { kind: "refused", code, reason }),
        );
      case "reject":
        return this.#tasks.ask(() => client.rejectFile(named(effect.id), effect.hindrance));
      case "cancel":
        return this.#tasks.ask(() => client.cancelFile(effect.id));
      case "confirm": {
        const { id, sha256 } = effect;
        const telling = client.confirmFile(named(id), sha256);
        this.#telling.add(telling);
        return this.#tasks.ask(async () => {
          await telling.finally(() => this.#telling.delete(telling));
          this.#in(n, { kind: "told", id });
        });
      }
      case "download":
        return this.#tasks.run(async () =>
          void this.#in(n, await this.#work.download(n, effect.token))
        );
      case "drop":
        return this.#tasks.run(() => this.#work.drop(n));
      case "retry":
        return this.#timers.again(n, "retry", effect.ms, () => this.#in(n, { kind: "retry" }));
      case "resuming": {
        const { offset } = effect;
        return this.#tell({ kind: "resuming", transfer: this.#view(transfer), offset });
      }
      case "stopped": {
        const { reason } = effect;
        return this.#tell({ kind: "stopped", transfer: this.#view(transfer), reason });
      }
      default:
        effect satisfies never;
    }
  }

  #doOut(transfer: Outgoing, effect: OutEffect): void {
    const { client } = this.#options;
    const { n, source } = transfer;
    switch (effect.do) {
      case "slot":
        return;
      case "offer":
        return this.#tasks.run(() => this.#offer(n, transfer));
      case "upload":
        if (source === undefined) return;
        return this.#tasks.run(async () =>
          void this.#out(n, await this.#work.upload(n, source, effect))
        );
      case "cancel":
        return this.#tasks.ask(() => client.cancelFile(effect.id));
      case "drop":
        return this.#tasks.run(() => this.#work.drop(n));
      case "retry":
        return this.#timers.again(n, "retry", effect.ms, () => this.#out(n, { kind: "retry" }));
      case "accepted": {
        const view = this.#view(transfer);
        const { by, offset } = effect;
        this.#tell({ kind: "accepted", transfer: view, by });
        if (offset > 0 && offset < (view.size ?? 0)) {
          this.#tell({ kind: "resuming", transfer: view, offset });
        }
        return;
      }
      case "spawn": {
        const next = spawned(this.#next++, effect.user, transfer);
        this.#all.set(next.n, next);
        this.#timers.again(next.n, "retry", SPAWNED_MS, () => this.#out(next.n, { kind: "retry" }));
        return this.#watch(next);
      }
      default:
        effect satisfies never;
    }
  }

  async #offer(n: number, { source, to }: Outgoing): Promise<void> {
    if (source === undefined) return;
    const changed = await this.#work.demandSame(source);
    if (changed !== undefined) return void this.#out(n, changed);
    const { name: filename, size, sha256 } = source;
    const file = { filename, size, ...(sha256 === undefined ? {} : { sha256 }) };
    this.#tasks.ask(async () => {
      const ack = await this.#options.client.offerFile(file, to);
      this.#byOffer.set(ack.offer, n);
      this.#out(n, { kind: "ack", id: ack.offer, users: ack.users ?? 1 });
    }, (code, reason) => this.#out(n, { kind: "refused", code, reason }));
  }

  #view(transfer: Transfer): TransferView {
    return viewOf(transfer, this.#work.progress(transfer.n));
  }

  #tell(news: News): void {
    this.#options.onNews(news);
  }
}
