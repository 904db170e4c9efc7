/**
 * The page's end of the WebSocket: it comes back by itself, and questions get their answers as promises.
 *
 * @module
 */

import type { Answer, Asked, Told } from "../page_messages.ts";

/** How the page stands with the dashboard's process. */
export type Standing = "connecting" | "open" | "lost" | "locked";

type Question<T> = T extends unknown ? Omit<T, "id"> : never;
/** A question without its id. */
export type Asking = Question<Asked>;

/** Milliseconds before another try, and at most. */
const RETRY_MS = 500;
const RETRY_MS_MAX = 5_000;

/** What a connection tells. */
export interface Heard {
  readonly onTold: (told: Told) => void;
  readonly onStanding: (standing: Standing) => void;
}

/** Talks to the dashboard's process. */
export class Connection {
  readonly #open = new Map<string, (answer: Answer) => void>();
  #heard: Heard = { onTold: () => {}, onStanding: () => {} };
  #socket: WebSocket | undefined;
  #retryMs = RETRY_MS;

  /** Logs in with the token in the URL, if there is one, and connects. What is heard is told from then on. */
  async start(heard: Heard): Promise<void> {
    this.#heard = heard;
    const token = location.hash.slice(1);
    if (token !== "") {
      // Out of sight, out of the history, and out of the next screenshot.
      history.replaceState(null, "", location.pathname);
      const answer = await fetch("/login", { method: "POST", body: token }).catch(() => undefined);
      if (answer?.status === 401) return this.#heard.onStanding("locked");
    }
    this.#connect();
  }

  /** An id that nobody else uses, and nobody can guess. */
  freshId(): string {
    return crypto.randomUUID();
  }

  /** Asks. The answer is a refusal when there is no connection, or when it breaks meanwhile. */
  ask(asking: Asking, id: string = this.freshId()): Promise<Answer> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return Promise.resolve(broken());
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      socket.send(JSON.stringify({ ...asking, id }));
    });
  }

  #connect(): void {
    const url = new URL("/socket", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#retryMs = RETRY_MS;
      this.#heard.onStanding("open");
    };
    socket.onmessage = ({ data }) => this.#told(JSON.parse(data));
    socket.onclose = () => void this.#closed(opened);
  }

  #told(told: Told): void {
    if (told.type !== "answer") return this.#heard.onTold(told);
    this.#open.get(told.re)?.(told.answer);
    this.#open.delete(told.re);
  }

  async #closed(opened: boolean): Promise<void> {
    for (const resolve of this.#open.values()) resolve(interrupted());
    this.#open.clear();
    // A WebSocket does not say why it was refused; a plain request for it does.
    if (!opened && await this.#isLocked()) return this.#heard.onStanding("locked");
    this.#heard.onStanding("lost");
    setTimeout(() => this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2);
  }

  async #isLocked(): Promise<boolean> {
    const answer = await fetch("/socket").catch(() => undefined);
    return answer?.status === 401;
  }
}

/** The connection of this page. */
export const connection: Connection = new Connection();

function interrupted(): Answer {
  const sentence = "The dashboard went away before it was clear what became of this.";
  return { kind: "refused", sentence };
}

function broken(): Answer {
  return { kind: "refused", sentence: "The dashboard cannot be reached." };
}
