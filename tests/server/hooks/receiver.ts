/**
 * A program that hooks post to: it checks the signature as Standard Webhooks say, and answers what it is told to.
 *
 * @module
 */

import { createHmac } from "node:crypto";
import type { NewMessage } from "../../../server/wire/mod.ts";
import { within } from "../../harness.ts";

/** What came. */
export interface Came {
  readonly id: string;
  readonly message: NewMessage;
  /** Whether it was signed by the secret, and just now. */
  readonly genuine: boolean;
}

/** A receiver. */
export class Receiver implements AsyncDisposable {
  /** The secret, as it was told. */
  secret = "";
  /** What to answer to the next ones; then 204. */
  readonly answers: (() => Response | Promise<Response>)[] = [];
  readonly came: Came[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #wake = Promise.withResolvers<void>();

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#take(request),
    );
  }

  /** Where it is. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/chat?x=1`;
  }

  /** Waits until so much came. */
  async until(count: number): Promise<readonly Came[]> {
    while (this.came.length < count) await within(this.#wake.promise, `${count} posts`);
    return this.came;
  }

  async #take(request: Request): Promise<Response> {
    const body = await request.text();
    const id = request.headers.get("webhook-id") ?? "";
    const at = request.headers.get("webhook-timestamp") ?? "";
    const key = Uint8Array.fromBase64(this.secret.replace(/^whsec_/, ""));
    const signature = createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64");
    const genuine = request.headers.get("webhook-signature") === `v1,${signature}` &&
      Math.abs(Date.now() / 1_000 - Number(at)) < 60;
    this.came.push({ id, message: JSON.parse(body), genuine });
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
    return await this.answers.shift()?.() ?? new Response(null, { status: 204 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}
