/**
 * Files between chat and pages: what somebody offers goes into a browser, and what a page has is offered.
 *
 * ```text
 *   page ─ take ──► path ◄─ GET ── browser        page ─ offer ──► offer ── somebody accepts
 *                    │ accepts                                        │
 *   sender ─ bytes ─►└─ saving.ts ─► answer       page ◄─ send: path ─┘
 *                                                 page ── POST ─► page_source.ts ─ bytes ─► receiver
 * ```
 *
 * What becomes of a transfer is the business of `server/wire/transfers`, as in the other clients. This file knows which page a
 * file belongs to: with the page, its offers and its downloads end.
 *
 * @module
 */

import {
  type Client,
  type ClientEvent,
  type TransferAddress,
  waysTo,
} from "../../../server/wire/mod.ts";
import {
  FileTransfers,
  type Peer,
  type Place,
  PlaceError,
  type TransferView,
} from "../../../server/wire/transfers/mod.ts";
import { FILES_PATH } from "../gate.ts";
import {
  FILE_IDLE_MS_MAX,
  FILE_OFFERS_PER_PAGE_MAX,
  FILES_OFFERED_MAX,
  FILES_TAKEN_MAX,
  FILES_UNANSWERED_MAX,
} from "../limits.ts";
import type { Answer, FileState, Told } from "../page_messages.ts";
import { attachment } from "./disposition.ts";
import { isHonest } from "./honest.ts";
import { pageFile, type Posting } from "./page_source.ts";
import { Saving } from "./saving.ts";
import { Tickets } from "./tickets.ts";
import { ToldFiles } from "./told_files.ts";

/** A page as files see it. */
export interface FilePage {
  /** Tells it something that is for it alone. */
  tell(told: Extract<Told, { type: "send" }>): void;
}

/** What files need. */
export interface PageFilesOptions {
  readonly client: Client;
  readonly server: TransferAddress;
  /** A file stands differently from now on. */
  readonly changed: (file: FileState) => void;
}

/** A file that a page announces. */
export interface Announced {
  readonly name: string;
  readonly size: number;
  readonly sha256?: string;
}

/** An answer to a browser's request for a file, or why there is none. */
export type Download =
  | {
    readonly kind: "file";
    readonly body: ReadableStream<Uint8Array>;
    readonly size: number;
    /** For `Content-Disposition`. */
    readonly disposition: string;
  }
  | Refusal;

/** Why a path gives or takes nothing. */
export interface Refusal {
  readonly kind: "refused";
  readonly status: 400 | 403 | 404 | 409;
  readonly why: string;
}

type Ticket =
  | { readonly way: "in"; readonly n: number; readonly page: FilePage }
  | { readonly way: "out"; readonly page: FilePage; readonly come: (posting: Posting) => void };

/** The files of all pages. Disposing it ends all. */
export class PageFiles implements AsyncDisposable {
  readonly #options: PageFilesOptions;
  readonly #transfers: FileTransfers;
  readonly #tickets = new Tickets<Ticket>(FILES_PATH);
  /** Transfer → the answer that it goes into. */
  readonly #savings = new Map<number, Saving>();
  /** Transfer → the page on which it depends. */
  readonly #pages = new Map<number, FilePage>();
  readonly #told: ToldFiles;
  #closed = false;

  constructor(options: PageFilesOptions) {
    this.#options = options;
    const place: Place = {
      begun: () => Promise.resolve(0),
      prepare: async (n) => {
        const sink = await this.#savings.get(n)?.sink();
        if (sink !== undefined) return { kind: "ready", sink };
        return { kind: "refused", reason: "The browser does not wait for it any more." };
      },
    };
    this.#transfers = new FileTransfers({
      client: options.client,
      server: options.server,
      ways: waysTo(options.server),
      place,
      patienceMs: FILE_IDLE_MS_MAX,
      openOffersMax: FILES_UNANSWERED_MAX,
      onNews: ({ transfer: { n }, kind }) => {
        // Told after the step that it is news of.
        queueMicrotask(() => {
          if (kind === "ended") this.#ended(n);
          this.#show();
        });
      },
    });
    this.#told = new ToldFiles({
      list: () => this.#transfers.list(),
      me: () => options.client.name,
      changed: options.changed,
    });
  }

  /** Rejects when something here is broken; never settles otherwise. */
  get failed(): Promise<never> {
    return this.#transfers.failed;
  }

  /** How all files stand that are remembered. */
  get files(): readonly FileState[] {
    return this.#told.all;
  }

  /** Hears an event of the client. An offer that no honest server passes on is none: it would be kept, for every page. */
  hear(event: ClientEvent): void {
    if (event.type === "FileOffer" && !isHonest(event)) return;
    this.#transfers.hear(event);
    if (event.type !== "Status" || event.status.kind !== "closed") return;
    // Nobody comes back to go on: browsers need not wait.
    for (const { n } of this.#open()) this.#transfers.cancel(n);
  }

  /** A page offers a file of its own, to a room or to a user. */
  offer(page: FilePage, what: Announced, to: Peer): Answer {
    const open = this.#open().filter(({ way }) => way === "out");
    const own = open.filter(({ root }) => this.#pages.get(root) === page);
    if (own.length >= FILE_OFFERS_PER_PAGE_MAX || open.length >= FILES_OFFERED_MAX) {
      return refusal(`${own.length} of this page's offers are open. Take one back first.`);
    }
    const n = this.#transfers.offer(
      pageFile({
        ...what,
        isThere: () => this.#pages.get(n) === page,
        ask: (offset, signal) => this.#ask(n, page, offset, signal),
      }),
      to,
    );
    this.#pages.set(n, page);
    this.#show();
    return { kind: "offered", n };
  }

  /** A page wants an offered file: it gets the path from which its browser saves it. */
  take(page: FilePage, n: number): Answer {
    const view = this.#view(n);
    if (view?.phase !== "offered") return refusal("This file is not offered any more.");
    const { size } = this.#savings;
    if (size >= FILES_TAKEN_MAX) {
      return refusal(`${size} files come already. Wait until one is there.`);
    }
    const path = this.#tickets.issue({ way: "in", n, page }, () => {});
    return { kind: "path", path };
  }

  /** A page declines an offered file. */
  decline(n: number): Answer {
    return this.#did(this.#transfers.decline(n));
  }

  /** A page stops a file, in either direction. */
  stop(n: number): Answer {
    return this.#did(this.#transfers.cancel(n));
  }

  /** A browser fetches a path: that accepts the file. @param completed When the answer is through. */
  download(path: string, completed: Promise<void>): Download {
    const ticket = this.#tickets.redeem(path);
    if (ticket === undefined) return noPath();
    if (ticket.way !== "in") return refused(400, "Here a file is posted.");
    const { n, page } = ticket;
    const view = this.#view(n);
    if (view?.size === undefined || view.phase !== "offered" || this.#closed) {
      return refused(409, "This file is not offered any more.");
    }
    const { size, name } = view;
    const offer = { size, sha256: view.sha256 };
    const saving = new Saving({ offer, completed, onGone: () => this.#transfers.cancel(n) });
    this.#savings.set(n, saving);
    this.#pages.set(n, page);
    this.#transfers.accept(n);
    this.#show();
    return { kind: "file", body: saving.body, size, disposition: attachment(name) };
  }

  /** A browser posts a file's bytes to a path. @returns Why not all were taken, when they were not. */
  upload(path: string, request: Pick<Posting, "body" | "length">): Promise<Refusal | undefined> {
    const ticket = this.#tickets.redeem(path);
    if (ticket === undefined) return Promise.resolve(noPath());
    if (ticket.way !== "out") return Promise.resolve(refused(400, "Here a file is fetched."));
    return new Promise((resolve) =>
      ticket.come({
        ...request,
        answer: (why) => resolve(why === undefined ? undefined : refused(409, why)),
      })
    );
  }

  /** A page closes, and with it go its offers and its downloads. */
  close(page: FilePage): void {
    this.#tickets.revoke((ticket) => ticket.page === page);
    const own = this.#open().filter(({ n, root }) =>
      (this.#pages.get(n) ?? this.#pages.get(root)) === page
    );
    for (const [n, owner] of this.#pages) if (owner === page) this.#pages.delete(n);
    for (const { n } of own) this.#transfers.cancel(n);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#told.close();
    this.#tickets.revoke();
    for (const saving of this.#savings.values()) saving.end();
    await this.#transfers[Symbol.asyncDispose]();
  }

  /** Asks a page to post a file from an offset on, and waits until it does. */
  #ask(n: number, page: FilePage, offset: number, signal: AbortSignal): Promise<Posting> {
    const { promise, resolve, reject } = Promise.withResolvers<Posting>();
    const late = () => reject(new PlaceError("The page did not send the file."));
    const ticket: Ticket = { way: "out", page, come: resolve };
    const path = this.#tickets.issue(ticket, late);
    const stop = (): void => {
      this.#tickets.revoke((one) => one === ticket);
      reject(new PlaceError("The transfer was stopped."));
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    page.tell({ type: "send", n, path, offset });
    return promise.finally(() => signal.removeEventListener("abort", stop));
  }

  #ended(n: number): void {
    const saving = this.#savings.get(n);
    this.#savings.delete(n);
    this.#tickets.revoke((ticket) => ticket.way === "in" && ticket.n === n);
    saving?.end();
    if (this.#open().every(({ root }) => root !== n)) this.#pages.delete(n);
  }

  #open(): TransferView[] {
    return this.#transfers.list().filter(({ phase }) => phase !== "ended");
  }

  #view(n: number): TransferView | undefined {
    return this.#transfers.list().find((view) => view.n === n);
  }

  #did(done: boolean): Answer {
    this.#show();
    return done ? { kind: "done" } : refusal("That is over already.");
  }

  #show(): void {
    this.#told.show();
  }
}

function refusal(sentence: string): Answer {
  return { kind: "refused", sentence };
}

function refused(status: Refusal["status"], why: string): Refusal {
  return { kind: "refused", status, why };
}

function noPath(): Refusal {
  return refused(404, "This path was used, or is too old: ask for the file again.");
}
