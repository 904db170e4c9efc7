/**
 * Before somebody is logged in: pages are asked for the password of the account whose name the dashboard was started with.
 *
 * ```text
 *   page ── login{password} ──► the process comes in ──► hub: every page is told how things stand
 *                               └ refused: a sentence, and the page asks again
 * ```
 *
 * The password goes over the page's own connection and is nowhere kept; the token that the server gives for it is
 * (`AccountKeeping`). One page tries at a time: a server slows down guesses, and closes after three.
 *
 * @module
 */

import { ChatError, ClosedError } from "../../server/wire/mod.ts";
import type { FilePage, PageFiles } from "./files/page_files.ts";
import { Hub, type HubOptions, type Listener } from "./hub.ts";
import type { Served } from "./page_server.ts";
import type { Answer, Asked } from "./page_messages.ts";

/** How somebody comes in. */
export interface Entering {
  /** The account. */
  readonly name: string;
  /** HOST:PORT of the chat server, for people. */
  readonly where: string;
  /** Why a password is asked for, as a sentence. */
  readonly why: string;
  /** Comes in. @throws {ChatError | ClosedError} When it is refused, or the server cannot be reached. */
  enter(password: string): Promise<HubOptions>;
  /** Nobody comes in any more. */
  close(): Promise<void>;
}

/** Lets pages in to the hub once somebody is logged in. */
export class Entrance implements Served, AsyncDisposable {
  readonly #entering: Entering;
  readonly #pages = new Set<Listener>();
  readonly #failed = Promise.withResolvers<never>();
  #hub: Hub | undefined;
  #trying: Promise<Answer> | undefined;
  #closed = false;

  constructor(entering: Entering) {
    this.#entering = entering;
    this.#failed.promise.catch(() => {});
  }

  get files(): PageFiles | undefined {
    return this.#hub?.files;
  }

  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** A page opens: it is asked for the password, or told how things stand. */
  open(page: Listener): void {
    this.#pages.add(page);
    if (this.#hub !== undefined) return this.#hub.open(page);
    const { name, where, why } = this.#entering;
    page.outgoing.state({ type: "door", name, where, why });
    page.wake();
  }

  /** A page closes. */
  close(page: Listener): void {
    this.#pages.delete(page);
    this.#hub?.close(page);
  }

  /** Does what a page asks for: at first, only to let it in. */
  async answer(request: Asked, page: FilePage): Promise<Answer> {
    if (this.#hub !== undefined) return await this.#hub.answer(request, page);
    if (request.type !== "login") return refused("Nobody is logged in yet.");
    if (this.#trying !== undefined) return refused("Another page is logging in. Wait a moment.");
    this.#trying = this.#enter(request.password);
    const answer = await this.#trying;
    this.#trying = undefined;
    return answer;
  }

  /** Ends once whoever is logging in is done, and the hub. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#entering.close();
    await this.#trying;
    await this.#hub?.[Symbol.asyncDispose]();
  }

  async #enter(password: string): Promise<Answer> {
    try {
      const options = await this.#entering.enter(password);
      if (this.#closed) {
        await options.client.close();
        return refused("The dashboard has ended.");
      }
      this.#hub = new Hub(options);
    } catch (error) {
      if (error instanceof ChatError || error instanceof ClosedError) return refused(error.message);
      // Not the page's fault, nor the server's.
      this.#failed.reject(error);
      return refused("The dashboard has a defect.");
    }
    this.#hub.failed.catch(this.#failed.reject);
    for (const page of this.#pages) this.#hub.open(page);
    return { kind: "done" };
  }
}

function refused(sentence: string): Answer {
  return { kind: "refused", sentence };
}
