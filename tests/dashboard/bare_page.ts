/**
 * A dashboard's page without a browser: it shows the token, and speaks the page's protocol.
 *
 * @module
 */

import type { Answer, Told } from "../../observe/dashboard/page_messages.ts";
import { protocolsWith } from "../../observe/dashboard/token.ts";
import { within } from "../harness.ts";

/** Where a page is, and what opens it. */
export interface Door {
  readonly origin: string;
  readonly token: string;
}

/** A page without a browser. */
export class BarePage implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #told: Told[] = [];
  /** Where to look next. */
  #read = 0;
  #wake = Promise.withResolvers<void>();
  readonly closed: PromiseWithResolvers<CloseEvent> = Promise.withResolvers();
  /** What the dashboard shows first. */
  seal: string | undefined;
  readonly opened: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(
    origin: string,
    headers: Record<string, string>,
    protocols: string[],
  ) {
    const url = `${origin.replace("http", "ws")}/socket`;
    this.#socket = new WebSocket(url, { headers, protocols });
    this.#socket.onopen = () => this.opened.resolve();
    this.#socket.onerror = () => this.opened.reject(new Error("refused"));
    this.#socket.onmessage = ({ data }) => {
      if (this.seal === undefined) {
        this.seal = data;
        return;
      }
      this.#told.push(JSON.parse(data));
      this.#wake.resolve();
      this.#wake = Promise.withResolvers<void>();
    };
    this.#socket.onclose = (event) => this.closed.resolve(event);
  }

  static async open({ origin, token }: Door): Promise<BarePage> {
    const page = new BarePage(origin, { origin }, protocolsWith(token));
    await within(page.opened.promise, "the WebSocket");
    return page;
  }

  send(data: unknown): void {
    this.#socket.send(typeof data === "string" ? data : JSON.stringify(data));
  }

  /** The first that fits, of what came and what comes. */
  async told<T>(find: (told: Told) => T | undefined, what: string): Promise<T> {
    const { found } = await within(this.#search(0, find), what);
    return found;
  }

  /** The first that fits, of what comes after the one that was found in this way before. */
  async next<T>(find: (told: Told) => T | undefined, what: string): Promise<T> {
    const { found, at } = await within(this.#search(this.#read, find), what);
    this.#read = at + 1;
    return found;
  }

  async #search<T>(
    from: number,
    find: (told: Told) => T | undefined,
  ): Promise<{ readonly found: T; readonly at: number }> {
    for (let at = from;;) {
      for (; at < this.#told.length; at++) {
        const one = this.#told[at];
        const found = one === undefined ? undefined : find(one);
        if (found !== undefined) return { found, at };
      }
      await this.#wake.promise;
    }
  }

  answer(re: string): Promise<Answer> {
    return this.told((one) => one.type === "answer" && one.re === re ? one.answer : undefined, re);
  }

  /** Forgets the answer to a question, so that the question can be asked again. */
  forget(re: string): void {
    const at = this.#told.findIndex((one) => one.type === "answer" && one.re === re);
    if (at >= 0) this.#told.splice(at, 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await within(this.closed.promise, "the page's end");
  }
}
