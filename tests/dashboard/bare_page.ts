/**
 * A dashboard's page without a browser: it logs in, and speaks the page's protocol.
 *
 * @module
 */

import type { Answer, Told } from "../../observe/dashboard/page_messages.ts";
import { assertEquals } from "../assert.ts";
import { within } from "../harness.ts";

/** Where a page is, and what opens it. */
export interface Door {
  readonly origin: string;
  readonly token: string;
}

/** Logs in and gives the cookie. */
export async function cookieOf({ origin, token }: Door): Promise<string> {
  const answer = await fetch(`${origin}/login`, {
    method: "POST",
    body: token,
    headers: { origin },
  });
  await answer.body?.cancel();
  assertEquals(answer.status, 204);
  return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

/** A page without a browser. */
export class BarePage implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #told: Told[] = [];
  /** Where to look next. */
  #read = 0;
  #wake = Promise.withResolvers<void>();
  readonly closed: PromiseWithResolvers<CloseEvent> = Promise.withResolvers();
  readonly opened: PromiseWithResolvers<void> = Promise.withResolvers();

  /** What it logged in with. */
  readonly cookie: string;

  constructor(origin: string, headers: Record<string, string>) {
    this.cookie = headers["cookie"] ?? "";
    this.#socket = new WebSocket(`${origin.replace("http", "ws")}/socket`, { headers });
    this.#socket.onopen = () => this.opened.resolve();
    this.#socket.onerror = () => this.opened.reject(new Error("refused"));
    this.#socket.onmessage = ({ data }) => {
      this.#told.push(JSON.parse(data));
      this.#wake.resolve();
      this.#wake = Promise.withResolvers<void>();
    };
    this.#socket.onclose = (event) => this.closed.resolve(event);
  }

  static async open(stage: Door): Promise<BarePage> {
    const page = new BarePage(stage.origin, {
      origin: stage.origin,
      cookie: await cookieOf(stage),
    });
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
