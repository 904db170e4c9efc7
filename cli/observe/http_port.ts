/**
 * A port that answers HTTP requests whoever sends them: each connection has one request and one answer.
 *
 * ```text
 *   accept ─► at most so many at once ─► request ─► answer ─► closed
 *     │          the oldest gives way       └── one limit of time ──┘
 *     └─ no room on this machine: the oldest gives way, and a moment later the next try
 * ```
 *
 * So nobody can end the program, nor keep others from being answered for long: who only holds a connection makes room for
 * who asks.
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";
import { endOfHead, type HttpRequest, parseRequest } from "./http_request.ts";
import {
  ACCEPT_REST_MS,
  ASK_BYTES_MAX,
  ASK_MS,
  ASKERS_MAX,
  METRICS_FAREWELL_MS,
} from "./limits.ts";

/** What is answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Answers from now on. Disposing it lets nobody in any more, and waits for those who are being answered. */
export class HttpPort implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #answer: (request: HttpRequest) => HttpAnswer;
  readonly #askMs: number;
  /** The oldest first. */
  readonly #askers = new Map<Asker, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #accepting: Promise<void>;

  /** @param askMs A test may want less patience. */
  constructor(
    listener: Deno.TcpListener,
    answer: (request: HttpRequest) => HttpAnswer,
    askMs: number = ASK_MS,
  ) {
    this.#listener = listener;
    this.#answer = answer;
    this.#askMs = askMs;
    this.#accepting = this.#accept();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#listener.close();
    for (const asker of this.#askers.keys()) asker.finish();
    const late = () => this.#askers.forEach((_done, asker) => asker.cut());
    const timer = setTimeout(late, METRICS_FAREWELL_MS);
    await Promise.all([this.#accepting, ...this.#askers.values()]);
    clearTimeout(timer);
  }

  async #accept(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        this.#welcome(await this.#listener.accept());
      } catch {
        // Closed; or this machine has no room for another one just now.
        if (signal.aborted) return;
        this.#makeRoom();
        await wait(ACCEPT_REST_MS, signal);
      }
    }
  }

  #welcome(connection: Deno.TcpConn): void {
    if (this.#closing.signal.aborted) return connection.close();
    if (this.#askers.size >= ASKERS_MAX) this.#makeRoom();
    const asker = new Asker(connection, this.#answer, this.#askMs);
    this.#askers.set(asker, asker.done.finally(() => this.#askers.delete(asker)));
  }

  #makeRoom(): void {
    const [oldest] = this.#askers.keys();
    if (oldest === undefined) return;
    oldest.cut();
    // Now, and not when it has noticed: the next one to go is another.
    this.#askers.delete(oldest);
  }
}

/** One who asks. */
class Asker {
  /** Resolves when the connection is closed. */
  readonly done: Promise<void>;
  readonly #connection: Deno.TcpConn;
  readonly #buffer = new Uint8Array(ASK_BYTES_MAX);
  #isAnswered = false;
  #isFinishing = false;
  #isClosed = false;

  constructor(
    connection: Deno.TcpConn,
    answer: (request: HttpRequest) => HttpAnswer,
    askMs: number,
  ) {
    this.#connection = connection;
    this.done = this.#serve(answer, askMs);
  }

  /** Closes it as soon as what it asked for is answered. */
  finish(): void {
    this.#isFinishing = true;
    if (!this.#isAnswered) this.cut();
  }

  /** Closes it at once. */
  cut(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
  }

  async #serve(answer: (request: HttpRequest) => HttpAnswer, askMs: number): Promise<void> {
    const timer = setTimeout(() => this.cut(), askMs);
    try {
      // It left, or was cut off.
      const head = await this.#head().catch(() => undefined);
      if (head === undefined) return;
      this.#isAnswered = true;
      const request = head === "" ? undefined : parseRequest(head);
      const bytes = request === undefined
        ? answerBytes(head === "" ? TOO_LONG : NOT_HTTP)
        : answerBytes(answer(request), request.method === "HEAD");
      await this.#tell(bytes).catch(() => {});
    } finally {
      clearTimeout(timer);
      this.cut();
    }
  }

  /** The head of the request, empty when it is too long; nothing when it left before. */
  async #head(): Promise<string | undefined> {
    const decoder = new TextDecoder("latin1");
    for (let text = ""; text.length < ASK_BYTES_MAX;) {
      const count = await this.#connection.read(this.#buffer);
      if (count === null) return undefined;
      // The empty line may have begun with what came before; all of it anew would cost who gets it letter by letter.
      const from = Math.max(0, text.length - 3);
      text += decoder.decode(this.#buffer.subarray(0, count));
      const end = endOfHead(text.slice(from));
      if (end !== undefined) return text.slice(0, from + end);
    }
    return "";
  }

  async #tell(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
    await this.#connection.closeWrite();
    // What closes with bytes unread takes its answer back: a body is thrown away, up to a bound.
    for (let left = ASK_BYTES_MAX; left > 0 && !this.#isFinishing;) {
      const count = await this.#connection.read(this.#buffer);
      if (count === null) return;
      left -= count;
    }
  }
}

const PLAIN = "text/plain; charset=utf-8";
const NOT_HTTP: HttpAnswer = { status: 400, type: PLAIN, body: "This is no HTTP request.\n" };
const TOO_LONG: HttpAnswer = { status: 431, type: PLAIN, body: "The request is too long.\n" };

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
};

function answerBytes({ status, type, body }: HttpAnswer, isHead = false): Uint8Array {
  const bytes = new TextEncoder().encode(body);
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ""}`,
    `content-type: ${type}`,
    `content-length: ${bytes.length}`,
    ...(status === 405 ? ["allow: GET, HEAD"] : []),
    "x-content-type-options: nosniff",
    "cache-control: no-store",
    "connection: close",
  ].map((line) => `${line}\r\n`).join("");
  const begin = new TextEncoder().encode(`${head}\r\n`);
  if (isHead) return begin;
  const all = new Uint8Array(begin.length + bytes.length);
  all.set(begin);
  all.set(bytes, begin.length);
  return all;
}
