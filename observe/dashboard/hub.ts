/**
 * The middle of the dashboard: one chat client, one observer and one server to ask, told to every page that is open.
 *
 * ```text
 *   chat client ─ events ──────┬───────────────► each page's queue
 *   observer ─ calls, sums ─┐  │ heard
 *   server ─ report ────────┴─►sampler ─ a Second each second ─► each page's queue
 * ```
 *
 * @module
 */

import {
  ChatError,
  type Client,
  type ClientEvent,
  ClosedError,
  foldText,
  type OrderKept,
  type TransferAddress,
  type Welcome,
} from "../../server/wire/mod.ts";
import { putsOut } from "../../talk/mod.ts";
import { type AccountKeeping, accountOf } from "./account.ts";
import { answerTo } from "./answers.ts";
import { chatEventOf, linkOf } from "./chat_events.ts";
import { type FilePage, PageFiles } from "./files/page_files.ts";
import { Ignored, type IgnoreKeeping } from "./ignored.ts";
import type { KernelSource } from "./kernel_source.ts";
import { KernelWatch } from "./kernel_watch.ts";
import { PARTNERS_MAX, PING_EVERY, ROOMS_TOLD_MAX, SECOND_MS } from "./limits.ts";
import { type Outgoing, textOf } from "./outgoing.ts";
import type { AccountState, Answer, Asked, ChatEvent, UnreadPlace } from "./page_messages.ts";
import { isAskable } from "./requests.ts";
import { type PlaceRead, Positions } from "./positions.ts";
import { Sampler } from "./sampler.ts";
import type { Inspector } from "./server_report.ts";

/** What the hub joins. */
export interface HubOptions {
  /** Logged in. The hub reads its events, and whoever made it closes it. */
  readonly client: Client;
  /** Rooms to enter beside the lobby. */
  readonly rooms: readonly string[];
  /** Where files' own connections go: the client's server. */
  readonly server: TransferAddress;
  /** HOST:PORT of the chat server, for people. */
  readonly where: string;
  readonly kernel: KernelSource;
  readonly inspector: Inspector;
  /** What this machine keeps of accounts, and whom its user ignores; without it, nothing. */
  readonly keeping?: AccountKeeping & IgnoreKeeping;
}

/** A page that is open. */
export interface Listener extends FilePage {
  readonly outgoing: Outgoing;
  /** Something waits for it. */
  wake(): void;
}

/** Tells pages what happens, and does what they ask. */
export class Hub implements AsyncDisposable {
  readonly #options: HubOptions;
  readonly #sampler = new Sampler();
  readonly #pages = new Set<Listener>();
  /** The files of all pages. */
  readonly files: PageFiles;
  readonly #partners = new Set<string>();
  readonly #rooms = new Set<string>();
  readonly #since = Date.now();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #chat: Promise<void>;
  readonly #failed = Promise.withResolvers<never>();
  readonly #kernel: KernelWatch;
  readonly #ignored: Ignored;
  readonly #positions = new Positions();
  /** Whether the server takes positions: an older one does not. */
  #takesPositions = true;
  #welcome: Welcome | undefined;
  #asking: Promise<void> | undefined;
  #nextAskMs = 0;
  #beats = 0;
  #finish: (() => void) | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#ignored = new Ignored(options.keeping);
    const { client, kernel } = options;
    this.#kernel = new KernelWatch({
      source: kernel,
      sampler: this.#sampler,
      told: (state) => this.#told({ type: "kernel", kernel: state }),
    });
    this.files = new PageFiles({
      client,
      server: options.server,
      changed: (file) => this.#told({ type: "file", file }),
    });
    if (client.status.kind === "online") this.#entered(client.status.welcome);
    this.#chat = this.#followChat().catch(this.#failed.reject);
    this.#failed.promise.catch(() => {});
    this.#timer = setInterval(() => this.#second(), SECOND_MS);
    void this.#ask();
    for (const room of options.rooms) void this.#enter(room);
  }

  /** Rejects when something here is broken; never settles otherwise. */
  get failed(): Promise<never> {
    return Promise.race([this.#failed.promise, this.files.failed]);
  }

  /** A page opens: it is told how things stand, and from here on what happens. */
  open(page: Listener): void {
    const { client, where, inspector } = this.#options;
    this.#pages.add(page);
    page.outgoing.state({
      type: "hello",
      me: client.name,
      where,
      link: linkOf(client.status),
      ...this.#account(),
      rooms: [...this.#rooms],
      partners: [...this.#partners],
      ...this.#unread(),
      kernel: this.#kernel.state,
      server: inspector.state,
      ignored: this.#ignored.names,
      since: this.#since,
    });
    for (const file of this.files.files) page.outgoing.state({ type: "file", file });
    page.outgoing.past(this.#sampler.seconds);
    page.wake();
  }

  /** A page closes. */
  close(page: Listener): void {
    this.#pages.delete(page);
    this.files.close(page);
  }

  /** Does what a page asks for. */
  answer(request: Asked, page: FilePage): Promise<Answer> {
    return answerTo(request, {
      page,
      files: this.files,
      client: this.#options.client,
      keeping: this.#options.keeping,
      changed: () => {
        const { status } = this.#options.client;
        if (status.kind === "online") this.#positions.welcomed(status.welcome);
        this.#moved();
      },
      told: (change) => this.#heard(change),
      sampler: this.#sampler,
      read: (where) => this.#read(where),
      ignore: (name, on) =>
        this.#ignored.set(
          name,
          on,
          () => this.#told({ type: "ignored", names: this.#ignored.names }),
        ),
      moved: (room, where, seq) => {
        if (where === "in") this.#in(room);
        if (seq !== undefined) this.#positions.entered(room, seq);
        else this.#rooms.delete(room);
        this.#moved();
      },
    });
  }

  /** Ends once the client and the observer have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#finish = undefined;
    await this.#kernel[Symbol.asyncDispose]();
    await this.files[Symbol.asyncDispose]();
    await this.#options.client.close();
    await Promise.all([this.#chat, this.#asking]);
  }

  async #followChat(): Promise<void> {
    for await (const event of this.#options.client) this.#onEvent(event);
  }

  #onEvent(event: ClientEvent): void {
    this.files.hear(event);
    if (event.type === "Status") {
      const { status } = event;
      if (status.kind === "online") this.#options.inspector.loggedIn();
      else this.#sampler.cut();
      const anew = status.kind === "online" && this.#entered(status.welcome);
      return this.#told({
        type: "link",
        link: linkOf(status),
        ...(status.kind === "online" ? { ...this.#place(), ...this.#unread() } : {}),
        ...(anew ? { anew } : {}),
      });
    }
    if (event.type === "Renamed") this.#moved();
    if (event.type === "Order") this.#ordered(event);
    this.#heard(event);
  }

  /** Something in the conversation. */
  #heard(event: ClientEvent): void {
    if (this.#ignored.hides(event)) return;
    const said = chatEventOf(event, this.#options.client.name);
    if (said === undefined) return;
    if (event.type === "NewMessage") this.#sampler.heard(event.room, event.content);
    if (said.kind === "line") {
      const { mention = false, from } = said;
      const mine = foldText(from) === foldText(this.#options.client.name);
      const hidden = !mine && this.#ignored.has(from);
      this.#positions.heard({ ...said, mine, mention, hidden });
      if (said.with !== undefined && !hidden) this.#partner(said.with);
    }
    if (said.kind === "read") this.#positions.read(said, said.seq);
    this.#say(this.#ignored.quieted(said));
  }

  /** A page has shown all up to there: the account has read it, and the other pages and devices hear that. */
  async #read({ room, with: other, seq }: PlaceRead & { readonly seq: number }): Promise<void> {
    const place = room === undefined ? { with: other ?? "" } : { room };
    if (!this.#positions.active || !this.#takesPositions) return;
    this.#positions.read(place, seq);
    this.#say({ kind: "read", ...place, seq });
    try {
      await this.#options.client.markRead(place, seq);
    } catch (error) {
      if (error instanceof ClosedError) return;
      if (!(error instanceof ChatError)) throw error;
      if (error.code === "unknown_type") this.#takesPositions = false;
    }
  }

  #unread(): { readonly unread?: readonly UnreadPlace[] } {
    if (!this.#positions.active) return {};
    const unread = this.#positions.unread.filter(({ with: other }) =>
      other === undefined || !this.#ignored.has(other)
    );
    return { unread };
  }

  /** Who is put out of a room is not in it any more. */
  #ordered({ act, room, user }: OrderKept): void {
    const { name } = this.#options.client;
    if (room === undefined || user === undefined || foldText(user) !== foldText(name)) return;
    if (!putsOut({ act })) return;
    this.#rooms.delete([...this.#rooms].find((one) => foldText(one) === foldText(room)) ?? room);
    this.#moved();
  }

  /** Enters a room that was asked for at the start; a refusal is told to whoever is there. */
  async #enter(room: string): Promise<void> {
    const answer = await this.answer({ type: "join", id: "start", room }, NO_PAGE);
    if (answer.kind !== "refused") return;
    this.#say({ kind: "error", sentence: answer.sentence });
  }

  /** @returns Whether the server's history is another one than before. */
  #entered(welcome: Welcome): boolean {
    const anew = this.#welcome !== undefined && this.#welcome.epoch !== welcome.epoch;
    this.#welcome = welcome;
    this.#takesPositions = true;
    this.#positions.welcomed(welcome);
    for (const { with: other } of this.#unread().unread ?? []) {
      if (other !== undefined) this.#partner(other);
    }
    for (const room of welcome.rooms) this.#in(room);
    return anew;
  }

  /** The client is in a room. Of rooms that no honest server has, pages are told nothing. */
  #in(room: string): void {
    if (isAskable(room) && this.#rooms.size < ROOMS_TOLD_MAX) this.#rooms.add(room);
  }

  /** The client is elsewhere, or somebody else. */
  #moved(): void {
    this.#told({ type: "link", link: linkOf(this.#options.client.status), ...this.#place() });
  }

  #place(): {
    readonly me: string;
    readonly account?: AccountState;
    readonly rooms: readonly string[];
  } {
    return { me: this.#options.client.name, ...this.#account(), rooms: [...this.#rooms] };
  }

  #account(): { readonly account?: AccountState } {
    const account = accountOf(this.#options.client);
    return account === undefined ? {} : { account };
  }

  #partner(name: string): void {
    this.#partners.delete(name);
    this.#partners.add(name);
    for (const oldest of this.#partners) {
      if (this.#partners.size <= PARTNERS_MAX) break;
      this.#partners.delete(oldest);
    }
  }

  /**
   * A second ends. The kernel is read now and the server is asked now, so that their figures are of the same moment;
   * the second is told when the server has answered, or at the latest when the next one ends.
   */
  #second(): void {
    this.#finish?.();
    const at = Date.now();
    const { client } = this.#options;
    this.#kernel.second();
    const finish = () => {
      if (this.#finish !== finish) return;
      this.#finish = undefined;
      const trip = client.status.kind === "online" ? client.roundTripMs : undefined;
      const second = this.#sampler.second(at, trip);
      for (const { outgoing } of this.#pages) {
        for (const one of this.#sampler.amended) outgoing.second(one);
        outgoing.second(second);
      }
      this.#wake();
    };
    this.#finish = finish;
    void this.#ask().then(finish);
    this.#ping();
  }

  /** The client's own heartbeat is too rare for a chart. */
  #ping(): void {
    const { client } = this.#options;
    if (client.status.kind !== "online" || ++this.#beats % PING_EVERY !== 1) return;
    client.ping().catch(() => {
      // The link's state tells of a break.
    });
  }

  /** Asks the server for its figures, unless it is being asked or was a moment ago. */
  async #ask(): Promise<void> {
    const { client, inspector } = this.#options;
    const now = performance.now();
    if (this.#asking !== undefined || client.status.kind !== "online") return;
    if (now < this.#nextAskMs) return;
    this.#nextAskMs = now + inspector.everyMs - SECOND_MS / 2;
    const before = inspector.state;
    this.#asking = inspector.ask().then(
      (report) => {
        this.#sampler.report(report);
        this.#kernel.serverIs(report.pid);
      },
      () => {
        // The link's state tells of a break; without figures their charts have a gap.
      },
    );
    await this.#asking;
    this.#asking = undefined;
    if (inspector.state !== before) this.#told({ type: "server", server: inspector.state });
  }

  #say(event: ChatEvent): void {
    if (this.#pages.size === 0) return;
    const text = textOf(event);
    for (const { outgoing } of this.#pages) outgoing.chat(text);
    this.#wake();
  }

  #told(state: Parameters<Outgoing["state"]>[0]): void {
    for (const { outgoing } of this.#pages) outgoing.state(state);
    this.#wake();
  }

  #wake(): void {
    for (const page of this.#pages) page.wake();
  }
}

/** Who asks for what is done at the start: it has no files. */
const NO_PAGE: FilePage = { tell: () => {} };
