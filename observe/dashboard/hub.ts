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
  type TransferAddress,
} from "../../server/wire/mod.ts";
import type { AccountKeeping } from "./account.ts";
import { Conversations } from "./conversations.ts";
import { type FilePage, PageFiles } from "./files/page_files.ts";
import type { IgnoreKeeping } from "./ignored.ts";
import type { KernelSource } from "./kernel_source.ts";
import { KernelWatch } from "./kernel_watch.ts";
import { PING_EVERY, SECOND_MS } from "./limits.ts";
import { type Outgoing, textOf } from "./outgoing.ts";
import type { Answer, Asked, ChatEvent } from "./page_messages.ts";
import { Sampler } from "./sampler.ts";
import type { Inspector } from "./server_report.ts";
import { wayOf } from "./way_of.ts";

/** What a page asks about files. */
type FileAsked = Extract<Asked, { type: "offer" | "take" | "decline" | "stop" }>;

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
  /** Whether rooms that want it are told when its user types. Default: yes. */
  readonly tellsTyping?: boolean;
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
  readonly #sampler: Sampler;
  readonly #pages = new Set<Listener>();
  /** The files of all pages. */
  readonly files: PageFiles;
  readonly #since = Date.now();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #chat: Promise<void>;
  readonly #failed = Promise.withResolvers<never>();
  readonly #kernel: KernelWatch;
  readonly #conversations: Conversations;
  #asking: Promise<void> | undefined;
  #nextAskMs = 0;
  #beats = 0;
  #finish: (() => void) | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    const { client, kernel, where, keeping, tellsTyping } = options;
    this.#sampler = new Sampler((room) => client.isIn(room));
    this.#conversations = new Conversations({
      client,
      where,
      keeping,
      tellsTyping,
      told: (state) => this.#told(state),
      said: (event) => this.#say(event),
    });
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
    this.#chat = this.#followChat().catch(this.#failed.reject);
    this.#failed.promise.catch(() => {});
    this.#timer = setInterval(() => this.#second(), SECOND_MS);
    void this.#ask();
    for (const room of options.rooms) void this.#conversations.enter(room);
  }

  /** Rejects when something here is broken; never settles otherwise. */
  get failed(): Promise<never> {
    return Promise.race([this.#failed.promise, this.files.failed]);
  }

  /** A page opens: it is told how things stand, and from here on what happens. */
  open(page: Listener): void {
    this.#pages.add(page);
    page.outgoing.state({
      type: "hello",
      ...this.#conversations.standing,
      kernel: this.#kernel.state,
      server: this.#options.inspector.state,
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
  async answer(request: Asked, page: FilePage): Promise<Answer> {
    switch (request.type) {
      case "login":
        return { kind: "refused", sentence: "The dashboard is logged in already." };
      case "offer":
      case "take":
      case "decline":
      case "stop":
        return await this.#answerFile(request, page);
      case "way":
        return await wayOf(this.#options.client.traces, request, this.#sampler.kernelView());
      case "calls":
        return this.#sampler.calls(request);
      default:
        return await this.#conversations.answer(request);
    }
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

  async #answerFile(request: FileAsked, page: FilePage): Promise<Answer> {
    try {
      return await this.#doFile(request, page);
    } catch (error) {
      if (!(error instanceof ChatError || error instanceof ClosedError)) throw error;
      return { kind: "refused", sentence: error.message };
    }
  }

  #doFile(request: FileAsked, page: FilePage): Answer | Promise<Answer> {
    switch (request.type) {
      case "offer": {
        const { name, size, sha256, room, to } = request;
        const file = { name, size, ...(sha256 === undefined ? {} : { sha256 }) };
        if (room !== undefined && to === undefined) return this.files.offer(page, file, { room });
        if (to !== undefined && room === undefined) {
          return this.files.offer(page, file, { user: to });
        }
        return { kind: "refused", sentence: "A file is offered to a room or to a user." };
      }
      case "take":
        return this.files.take(page, request.n);
      case "decline":
        return this.files.decline(request.n);
      case "stop":
        return this.files.stop(request.n);
      default:
        return request satisfies never;
    }
  }

  async #followChat(): Promise<void> {
    for await (const event of this.#options.client) this.#onEvent(event);
  }

  #onEvent(event: ClientEvent): void {
    this.files.hear(event);
    if (event.type === "Status") {
      if (event.status.kind === "online") this.#options.inspector.loggedIn();
      else this.#sampler.cut();
    }
    if (event.type === "NewMessage" && !this.#conversations.hides(event)) {
      this.#sampler.heard(event.room, event.content);
    }
    this.#conversations.hear(event);
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
