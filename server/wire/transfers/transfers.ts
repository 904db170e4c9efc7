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
import type { FileWays } from "../file_wire.ts";
import { Book } from "./book.ts";
import { Effects } from "./effects.ts";
import { type AnyEvent, type Routed, routed } from "./events.ts";
import type { InEvent } from "./incoming.ts";
import {
  CONFIRM_MS_MAX,
  OFFERED_AT_ONCE_MAX,
  PATIENCE_MS,
  PLACES_MS,
  PROGRESS_TOLD_MS,
  SPAWNED_MS,
} from "./limits.ts";
import type { ServerName } from "./matching.ts";
import { Offers } from "./offers.ts";
import { type OutEvent, type Outgoing, outgoing, spawned } from "./outgoing.ts";
import type { Hindrance, Place, Sendable } from "./place.ts";
import { Places } from "./places.ts";
import { doneOf } from "./progress.ts";
import { ProgressWords } from "./progress_words.ts";
import { stepIn } from "./step_in.ts";
import { stepOut } from "./step_out.ts";
import { Tasks } from "./tasks.ts";
import { Telling } from "./telling.ts";
import { Timers } from "./timers.ts";
import type { News, Peer, TransferView } from "./transfer.ts";
import {
  arrivedOf,
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
  /** The client's own server, by which a name there is told from the same one elsewhere. */
  readonly server: ServerName;
  /** How second connections to it come about. */
  readonly ways: FileWays;
  /** Where received files go. */
  readonly place: Place;
  /** Whether somebody's fresh offers are wanted; all others are declined at once, and are no news. Default: all are. */
  readonly wants?: ((from: string) => boolean) | undefined;
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
  readonly #book = new Book();
  readonly #work: Work;
  readonly #timers = new Timers();
  readonly #tasks = new Tasks();
  readonly #telling = new Telling();
  readonly #words: ProgressWords;
  readonly #effects: Effects;
  readonly #offers: Offers;
  readonly #places = new Places();
  #closed = false;

  constructor(options: FileTransfersOptions) {
    this.#options = options;
    this.#work = new Work({ ...options, arrived: (n, sent) => arrivedOf(this.#book.get(n), sent) });
    this.#words = new ProgressWords(options.client);
    this.#effects = new Effects({
      client: options.client,
      work: this.#work,
      tasks: this.#tasks,
      timers: this.#timers,
      telling: this.#telling,
      onIn: (n, event) => this.#in(n, event),
      onOut: (n, event) => this.#out(n, event),
      onNamed: (id, n) => this.#book.name(id, n),
      onSpawn: (spawn, of) => this.#spawn(spawn, of),
      onNews: (kind) => this.#tell(kind),
      view: (transfer) => this.#view(transfer),
    });
    this.#offers = new Offers({
      ...options,
      book: this.#book,
      work: this.#work,
      tasks: this.#tasks,
      closed: () => this.#closed,
      onIn: (n, event) => this.#in(n, event),
      onOffered: (n) => this.#tellOf(n),
    });
  }

  /** Rejects when something here is broken; never settles otherwise. */
  get failed(): Promise<never> {
    return this.#tasks.failed;
  }

  /** All that are under way, and the last ones that ended, in the order of their numbers. */
  list(): TransferView[] {
    return this.#book.all.map((transfer) => this.#view(transfer));
  }

  /** Offers a file. @returns The transfer's number; what becomes of it is news. */
  offer(file: Sendable, to: Peer): number {
    const transfer = outgoing(this.#book.next(), to, file.name);
    const { n } = transfer;
    this.#book.set(transfer);
    this.#tasks.run(async () => void this.#out(n, await this.#work.read(n, file)));
    return n;
  }

  /** Takes an offered file. @returns Whether there is one of that number to be taken. */
  accept(n: number): boolean {
    return this.#book.isOffered(n) && this.#in(n, { kind: "yes" });
  }

  /** Declines it. @param hindrance Why, when somebody may have wanted it. */
  decline(n: number, hindrance?: Hindrance): boolean {
    return this.#book.isOffered(n) && this.#in(n, { kind: "no", hindrance });
  }

  /** Stops a transfer, in either direction. */
  cancel(n: number): boolean {
    const transfer = this.#book.get(n);
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
        // The offers are gone with the connection; those that are still meant come again.
        this.#telling.broke();
        this.#offers.broke();
        for (const { n } of this.#book.all) this.#any(n, route.event);
        return;
      case "outgoing":
        for (const one of route.events) this.#outs(one);
        return;
      case "offer":
        return this.#of(route);
      case "offered":
        return this.#offers.hear(route.offer);
      default:
        route satisfies never;
    }
  }

  /** Waits until every sender whose file has ended here has been told, or could not be. */
  whenTold(): Promise<void> {
    return this.#telling.quiet();
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
    const before = this.#book.get(n);
    if (event === undefined || before === undefined || !isIncoming(before) || this.#closed) {
      return false;
    }
    const { transfer, effects } = stepIn(before, event);
    this.#book.set(transfer);
    for (const effect of effects) this.#effects.onIn(transfer, effect);
    this.#after(before, transfer);
    return true;
  }

  #out(n: number, event: OutEvent | undefined): boolean {
    const before = this.#book.get(n);
    if (event === undefined || before === undefined || isIncoming(before) || this.#closed) {
      return false;
    }
    const { transfer, effects } = stepOut(before, event);
    this.#book.set(transfer);
    for (const effect of effects) this.#effects.onOut(transfer, effect);
    if (event.kind === "progressed") {
      this.#work.heard(n);
      // Whoever still writes is waited for.
      this.#timers.stop(n, "sent");
    }
    this.#after(before, transfer);
    return true;
  }

  #any(n: number, event: AnyEvent): boolean {
    return this.#in(n, event) || this.#out(n, event);
  }

  /** To the transfer whose offer the event names. */
  #of({ id, incoming, outgoing }: Extract<Routed, { to: "offer" }>): void {
    if (incoming?.kind === "cancelled") this.#offers.cancelled(id);
    const n = this.#book.named(id)?.n;
    if (n !== undefined && !this.#in(n, incoming)) this.#out(n, outgoing);
  }

  #outs(event: OutEvent): void {
    for (const { n } of this.#book.outs) this.#out(n, event);
  }

  // ── What follows ───────────────────────────────────────────────────────────────────────────────

  /** What follows from every step: news, timers, and room for others. */
  #after(before: Transfer, transfer: Transfer): void {
    const { n } = transfer;
    for (const news of newsOf(before, transfer, this.#view(transfer))) this.#tell(news);
    if (isOver(transfer)) {
      this.#timers.stop(n);
      if (!isOver(before)) this.#ended(transfer);
    } else this.#watch(transfer);
    if (isIncoming(transfer) && transfer.state.kind === "receiving") this.#report();
    this.#pump();
  }

  #ended(transfer: Transfer): void {
    const { n } = transfer;
    const owed = isIncoming(transfer) && transfer.state.kind === "ended" && transfer.state.owed;
    if (owed && owed.kind === "no") this.#telling.begin(n);
    this.#offers.ended(n);
    for (const forgotten of this.#book.forget()) this.#work.forget(forgotten);
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
    const { outs } = this.#book;
    const room = OFFERED_AT_ONCE_MAX - outs.filter(isMoving).length;
    const waiting = outs.filter(({ state }) => state.kind === "queued");
    for (const { n } of waiting.slice(0, Math.max(0, room))) this.#out(n, { kind: "slot" });
    this.#letIn();
  }

  /** The same for those that come; when all places are taken, somebody may have to give way. */
  #letIn(): void {
    const turn = this.#places.look(
      this.#book.ins,
      (n) => this.#work.progress(n),
      performance.now(),
    );
    if (turn.kind === "start") this.#in(turn.n, { kind: "slot" });
    if (turn.kind !== "wait") return;
    this.#timers.once(0, "places", PLACES_MS, () => this.#letIn());
    const { ends } = turn;
    if (ends !== undefined) {
      this.#tasks.run(() => this.#work.drop(ends, "Others had to have a turn."));
    }
  }

  /** Says now and then how much of what comes is here. */
  #report(): void {
    this.#timers.once(0, "progress", PROGRESS_TOLD_MS, () => {
      const arriving = this.#book.ins.flatMap(({ n, state }) => {
        const progress = this.#work.progress(n);
        if (state.kind !== "receiving" || progress === undefined) return [];
        return [{ n, id: state.next ?? state.id, done: doneOf(progress) }];
      });
      this.#words.look(arriving);
      if (arriving.length > 0) this.#report();
    });
  }

  /** A file goes on to somebody who was cut off in a room. */
  #spawn(to: Parameters<typeof spawned>[1], of: Outgoing): void {
    const next = spawned(this.#book.next(), to, of);
    this.#book.set(next);
    this.#timers.again(next.n, "retry", SPAWNED_MS, () => this.#out(next.n, { kind: "retry" }));
    this.#watch(next);
  }

  #view(transfer: Transfer): TransferView {
    return viewOf(transfer, this.#work.progress(transfer.n));
  }

  /** Somebody is to be asked whether it is wanted. */
  #tellOf(n: number): void {
    const transfer = this.#book.get(n);
    if (transfer !== undefined) this.#tell({ kind: "offered", transfer: this.#view(transfer) });
  }

  #tell(news: News): void {
    this.#options.onNews(news);
  }
}
