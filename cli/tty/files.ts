/**
 * Joins the transfers of files with the loop: effects about files go in, news and the list come out as events.
 *
 * The list is told with each piece of news, and now and then while something moves, so that the screen is drawn for
 * files no oftener than people look.
 *
 * @module
 */

import type { Client, ClientEvent, TransferAddress } from "../../server/wire/mod.ts";
import { PATIENCE_AT_TERMINAL_MS, SHOWN_MS } from "../files/limits.ts";
import { removeOldParts } from "../files/old_parts.ts";
import { completions, expanded } from "../files/paths.ts";
import { oldPartsText } from "../files/transfer_text.ts";
import type { Claims } from "../files/claims.ts";
import { Transfers } from "../files/transfers.ts";
import type { FileEffect } from "./effects.ts";
import type { Event } from "./model.ts";

/** Where files come from and go to. */
export interface FileOptions {
  readonly server: TransferAddress;
  /** Where received files go. */
  readonly directory: string;
  /** Bytes of a received file at most. */
  readonly fileBytesMax: number;
  /** What is held of what lies there unfinished. */
  readonly claims?: Claims | undefined;
  /** Bytes per second, in either direction; 0 for no limit. */
  readonly rate: number;
  /** What `~` stands for. */
  readonly home: string | undefined;
}

/** The transfers of a terminal client. Disposing it stops them; what has arrived stays. */
export class Files implements AsyncDisposable {
  readonly #options: FileOptions;
  readonly #dispatch: (event: Event) => void;
  readonly #transfers: Transfers;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #tidying: Promise<void>;
  #moved = false;

  constructor(client: Client, options: FileOptions, dispatch: (event: Event) => void) {
    this.#options = options;
    this.#dispatch = dispatch;
    this.#transfers = new Transfers({
      ...options,
      client,
      patienceMs: PATIENCE_AT_TERMINAL_MS,
      onNews: (news) => {
        this.#show();
        dispatch({ kind: "news", news });
      },
    });
    this.#timer = setInterval(() => this.#look(), SHOWN_MS);
    this.#tidying = this.#tidy();
  }

  /** Rejects when something here is broken. */
  get failed(): Promise<never> {
    return this.#transfers.failed;
  }

  /** Hears an event of the client. */
  hear(event: ClientEvent): void {
    this.#transfers.hear(event);
  }

  /** Does what the model wants. */
  async perform(effect: FileEffect): Promise<void> {
    const { home } = this.#options;
    switch (effect.kind) {
      case "sendFile":
        this.#transfers.send(expanded(effect.path, home), effect.to);
        return this.#show();
      case "fileAnswer": {
        const { answer, n } = effect;
        if (this.#transfers[answer](n)) return this.#show();
        const sentence = answer === "cancel"
          ? `There is no transfer ${n} that could be stopped.`
          : `There is no offer ${n} that waits for an answer.`;
        return this.#dispatch({ kind: "refused", view: "", sentence });
      }
      case "paths": {
        const paths = await completions(effect.typed, home);
        return this.#dispatch({ ...effect, paths });
      }
      default:
        effect satisfies never;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#tidying;
    await this.#transfers[Symbol.asyncDispose]();
  }

  /** Takes away what nobody went on with, and says so. */
  async #tidy(): Promise<void> {
    const removed = await removeOldParts(this.#options.directory);
    if (removed.length > 0) this.#dispatch({ kind: "done", sentence: oldPartsText(removed) });
  }

  /** Once more after the last one has stopped, so that its row goes away. */
  #look(): void {
    const moves = this.#transfers.list().some(({ phase }) => phase === "moving");
    if (moves || this.#moved) this.#show();
    this.#moved = moves;
  }

  #show(): void {
    const list = this.#transfers.list();
    this.#dispatch({ kind: "files", files: { list, at: performance.now() } });
  }
}
