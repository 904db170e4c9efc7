/**
 * Files on the server's own page: what the dashboard's process does for its pages (`files/page_files.ts`), done in the page, by the same
 * machines as in all clients. The bytes go over `/ws?bytes` of the same port.
 *
 * ```text
 *   File of the reader ─ slice ─► /ws?bytes ─► receiver        sender ─► /ws?bytes ─ piece ─► landing.ts ─► saved or shown
 * ```
 *
 * An offer is its page's: with the tab both end, and what has come in part is gone.
 *
 * @module
 */

import {
  type Client,
  type ClientEvent,
  webSocketWays,
} from "../../../../server/wire/in_browser/mod.ts";
import {
  FileTransfers,
  type Offer,
  PlaceError,
  type Prepared,
  type Sendable,
  type Source,
  type TransferView,
} from "../../../../server/wire/transfers/mod.ts";
import { isHonest } from "../../files/honest.ts";
import { ToldFiles } from "../../files/told_files.ts";
import { FILE_IDLE_MS_MAX, FILE_OFFERS_PER_PAGE_MAX, FILES_UNANSWERED_MAX } from "../../limits.ts";
import type { Answer, Asked, FileState } from "../../page_messages.ts";
import { keepBytes } from "./kept_bytes.ts";
import { Landing } from "./landing.ts";

/** Bytes of a file that are read at once. */
const SLICE_BYTES: number = 256 << 10;
/** Files that come at once: each holds a connection, and up to 1 MiB that has come and is not put away. */
const TAKEN_MAX = 8;
/** Milliseconds after which a file that has landed is given up here: whoever wanted it has saved it. */
const LANDED_MS: number = 10 * 60_000;
/** Transfers of one visit: numbers of the next one begin behind these. */
const PER_VISIT = 1_000_000;

/** What files need. */
export interface VisitorFilesOptions {
  readonly client: Client;
  /** Counts the visits of this page: no number is used twice. */
  readonly visit: number;
  /** A file of the reader's that was offered; `undefined` when there is none any more. */
  readonly ownFile: (n: number) => File | undefined;
  /** A file stands differently from now on. */
  readonly changed: (file: FileState) => void;
  /** A file is here, and what was offered. */
  readonly landed: (n: number, name: string, whole: Blob) => void;
}

/** The files of one visit. */
export class VisitorFiles {
  readonly #options: VisitorFilesOptions;
  readonly #transfers: FileTransfers;
  readonly #told: ToldFiles;
  readonly #landings = new Map<number, Landing>();
  readonly #base: number;

  constructor(options: VisitorFilesOptions) {
    const { client, visit, changed } = options;
    this.#options = options;
    this.#base = visit * PER_VISIT;
    const ways = new URL("/ws?bytes", location.href);
    ways.protocol = ways.protocol.replace("http", "ws");
    this.#transfers = new FileTransfers({
      client,
      server: { host: ways.hostname, port: Number(ways.port) },
      ways: webSocketWays(ways),
      place: {
        begun: () => Promise.resolve(0),
        prepare: (n, offer) => this.#prepare(n, offer),
      },
      patienceMs: FILE_IDLE_MS_MAX,
      openOffersMax: FILES_UNANSWERED_MAX,
      onNews: ({ transfer: { n }, kind }) => {
        // Told after the step that it is news of.
        queueMicrotask(() => {
          if (kind === "ended") this.#ended(n);
          this.#told.show();
        });
      },
    });
    this.#transfers.failed.catch(reportError);
    this.#told = new ToldFiles({
      list: () => this.#transfers.list(),
      me: () => client.name,
      changed: (file) => changed({ ...file, n: this.#base + file.n, root: this.#base + file.root }),
    });
  }

  /** Hears an event of the client. */
  hear(event: ClientEvent): void {
    if (event.type === "FileOffer" && !isHonest(event)) return;
    this.#transfers.hear(event);
    if (event.type !== "Status" || event.status.kind !== "closed") return;
    for (const { n } of this.#open()) this.#transfers.cancel(n);
  }

  /** Does what the page asks for. */
  answer(asked: Extract<Asked, { type: "offer" | "take" | "decline" | "stop" }>): Answer {
    if (asked.type === "offer") return this.#offer(asked);
    const n = asked.n - this.#base;
    switch (asked.type) {
      case "take":
        return this.#take(n);
      case "decline":
        return this.#did(this.#transfers.decline(n));
      case "stop":
        return this.#did(this.#transfers.cancel(n));
      default:
        return asked satisfies never;
    }
  }

  #offer({ name, size, sha256, room, to = "" }: Extract<Asked, { type: "offer" }>): Answer {
    const own = this.#open().filter(({ way }) => way === "out");
    if (own.length >= FILE_OFFERS_PER_PAGE_MAX) {
      return refusal(`${own.length} of this page's offers are open. Take one back first.`);
    }
    const file = { name, size, ...(sha256 === undefined ? {} : { sha256 }) };
    const n: number = this.#transfers.offer(
      sendable(file, () => this.#options.ownFile(this.#base + n)),
      room === undefined ? { user: to } : { room },
    );
    this.#told.show();
    return { kind: "offered", n: this.#base + n };
  }

  #take(n: number): Answer {
    const taken = this.#open().filter(({ way, phase }) => way === "in" && phase !== "offered");
    if (taken.length >= TAKEN_MAX) {
      return refusal(`${taken.length} files come already. Wait until one is there.`);
    }
    const { phase } = this.#transfers.list().find((view) => view.n === n) ?? {};
    if (phase !== "offered") return refusal("This file is not offered any more.");
    return this.#did(this.#transfers.accept(n));
  }

  async #prepare(n: number, offer: Offer): Promise<Prepared> {
    const known = this.#landings.get(n);
    if (known !== undefined) return { kind: "ready", sink: await known.sink() };
    const kept = await keepBytes(offer.size);
    if (kept === undefined) {
      const reason = "It is too large for this browser: take it in the terminal's client.";
      return { kind: "refused", reason, hindrance: "too_large" };
    }
    const landing = new Landing(offer, kept, (whole) => {
      this.#options.landed(this.#base + n, offer.name, whole);
    });
    this.#landings.set(n, landing);
    return { kind: "ready", sink: await landing.sink() };
  }

  #ended(n: number): void {
    const landing = this.#landings.get(n);
    this.#landings.delete(n);
    if (landing === undefined) return;
    const { end } = this.#transfers.list().find((view) => view.n === n) ?? {};
    if (end?.kind === "done") setTimeout(() => void landing.drop(), LANDED_MS);
    else void landing.drop();
  }

  #open(): TransferView[] {
    return this.#transfers.list().filter(({ phase }) => phase !== "ended");
  }

  #did(done: boolean): Answer {
    this.#told.show();
    return done ? { kind: "done" } : refusal("That is over already.");
  }
}

/** A file of the reader's as something that can be sent. */
function sendable(
  what: Pick<Source, "name" | "size" | "sha256">,
  file: () => File | undefined,
): Sendable {
  const source: Source = {
    ...what,
    // That it has changed shows when it is read: a browser gives nothing of such a file.
    demandSame: () => Promise.resolve(),
    read: (offset, signal) => slices(file(), { ...what, offset, signal }),
  };
  return { name: what.name, open: () => Promise.resolve(source) };
}

async function* slices(
  file: File | undefined,
  { size, offset, signal }: {
    readonly size: number;
    readonly offset: number;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<Uint8Array, void, void> {
  for (let at = offset; at < size && !signal.aborted; at += SLICE_BYTES) {
    yield await sliceOf(file, at, Math.min(size, at + SLICE_BYTES));
  }
}

async function sliceOf(file: File | undefined, from: number, to: number): Promise<Uint8Array> {
  const bytes = await file?.slice(from, to).arrayBuffer().catch(() => undefined);
  if (bytes?.byteLength === to - from) return new Uint8Array(bytes);
  throw new PlaceError("The page could not send the file: it is gone, or has changed.");
}

function refusal(sentence: string): Answer {
  return { kind: "refused", sentence };
}
