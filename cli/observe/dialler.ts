/**
 * Connects to an observer's socket again and again, also when this program has given up files long since.
 *
 * Connecting to a socket needs the permission to read and write at its path. A program that listens to strangers must not keep
 * that for all paths, and cannot keep it for one. So a thread is made while it may be made, with the permission for this one path,
 * and hands on what comes:
 *
 * ```text
 *   here ── connect, read, close ─► dialler_thread.ts ─► the socket
 *        ◄─ connected, bytes, end ─
 * ```
 *
 * A piece is read when one is asked for, so the socket fills when nobody asks: nothing is queued here.
 *
 * @module
 */

import { type ObserverConnection, refusedAt } from "./listen.ts";

type Order =
  | { readonly kind: "connect"; readonly path: string }
  | { readonly kind: "read" }
  | { readonly kind: "close" };
/** What the thread is told; each order is answered once, under its number. */
export type DiallerOrder = Order & { readonly id: number };

/** What the thread answers. */
export type DiallerNews =
  & { readonly id: number }
  & (
    | { readonly kind: "connected" }
    | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> }
    | { readonly kind: "end" }
    | { readonly kind: "failed"; readonly name: string; readonly message: string }
  );

/** Connects to one path, one connection at a time. */
export class Dialler implements Disposable {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (news: DiallerNews) => void>();
  #nextId = 1;
  /** Why the thread is not there any more. */
  #over: string | undefined;

  /** @param path Absolute. */
  constructor(path: string) {
    this.#path = path;
    this.#worker = new Worker(new URL("dialler_thread.ts", import.meta.url), {
      type: "module",
      name: "dialler",
      deno: { permissions: { net: [`unix:${path}`], read: [path], write: [path] } },
    });
    this.#worker.onmessage = ({ data }: MessageEvent<DiallerNews>) => {
      this.#waiting.get(data.id)?.(data);
      this.#waiting.delete(data.id);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#endAll(event.message);
    };
  }

  /**
   * Connects. The connection before must be closed.
   *
   * @throws {NoObserver} When nobody is there.
   */
  async connect(): Promise<ObserverConnection> {
    const news = await this.#ask({ kind: "connect", path: this.#path });
    if (news.kind === "failed") throw refusedAt(this.#path, news);
    let isClosed = false;
    const close = () => {
      if (isClosed) return;
      isClosed = true;
      void this.#ask({ kind: "close" });
    };
    const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: async (controller) => {
        const news = isClosed ? undefined : await this.#ask({ kind: "read" });
        if (news?.kind === "bytes" && !isClosed) return controller.enqueue(news.bytes);
        close();
        controller.close();
      },
      cancel: close,
    }, { highWaterMark: 0 });
    return { readable, close };
  }

  /** Ends the thread, and what it is connected to. Idempotent. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
    this.#endAll("The dialler has ended.");
  }

  #ask(order: Order): Promise<DiallerNews> {
    const id = this.#nextId++;
    const over = this.#over;
    if (over !== undefined) {
      return Promise.resolve({ id, kind: "failed", name: "Error", message: over });
    }
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ ...order, id } satisfies DiallerOrder);
    });
  }

  #endAll(message: string): void {
    this.#over = message;
    for (const [id, resolve] of this.#waiting) {
      resolve({ id, kind: "failed", name: "Error", message });
    }
    this.#waiting.clear();
  }
}
