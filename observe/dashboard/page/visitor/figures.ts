/**
 * The server's figures for an operator, in the page: what the dashboard's process does each second, without a kernel.
 *
 * ```text
 *   each second ─► Inspect ─ answer ─► sampler ─► a Second ─► told
 *                     └ refused: its reader is no operator, and nothing more is asked until the next login
 * ```
 *
 * @module
 */

import { ChatError, type Client, ClosedError } from "../../../../server/wire/in_browser/mod.ts";
import { reportOf } from "../../inspectors.ts";
import { PING_EVERY, SECOND_MS } from "../../limits.ts";
import type { Told } from "../../page_messages.ts";
import { Sampler } from "../../sampler.ts";

/** The figures of one client's server. */
export class Figures {
  readonly #client: Client;
  readonly #told: (told: Told) => void;
  readonly #sampler = new Sampler();
  #timer: ReturnType<typeof setInterval> | undefined;
  #asking = false;
  #beats = 0;

  /** @param told Hears what there is to be shown: first that there is something. */
  constructor(client: Client, told: (told: Told) => void) {
    this.#client = client;
    this.#told = told;
  }

  /** Somebody is logged in: it is looked whether they may see figures. */
  async begin(): Promise<void> {
    this.end();
    if (!await this.#ask()) return;
    this.#told({ type: "server", server: { kind: "full" } });
    this.#timer ??= setInterval(() => void this.#second(), SECOND_MS);
  }

  /** The connection is gone, or nobody looks any more. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#sampler.cut();
  }

  /** A message was heard. */
  heard(room: string, content: string): void {
    if (this.#timer !== undefined) this.#sampler.heard(room, content);
  }

  async #second(): Promise<void> {
    // A server that is slow to answer is not asked again meanwhile: its charts have a gap.
    if (this.#asking) return;
    const at = Date.now();
    if (this.#client.status.kind === "online" && ++this.#beats % PING_EVERY === 1) {
      this.#client.ping().catch(() => {});
    }
    if (!await this.#ask() && this.#timer === undefined) return;
    this.#told({
      type: "seconds",
      seconds: [this.#sampler.second(at, this.#client.roundTripMs)],
    });
  }

  /** @returns Whether there was an answer. */
  async #ask(): Promise<boolean> {
    this.#asking = true;
    try {
      const at = Date.now();
      this.#sampler.report(reportOf(await this.#client.inspect(), at));
      return true;
    } catch (error) {
      if (error instanceof ClosedError) return false;
      if (!(error instanceof ChatError)) throw error;
      // Who is no operator any more sees no more from here on.
      this.end();
      this.#told({ type: "server", server: { kind: "limited", why: error.message } });
      return false;
    } finally {
      this.#asking = false;
    }
  }
}
