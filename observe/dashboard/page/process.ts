/**
 * The page's end of the WebSocket: it comes back by itself, and questions get their answers as promises. Nothing is asked
 * or believed before the other end has shown the seal (`token.ts`).
 *
 * @module
 */

import type { Answer, Asked, Told } from "../page_messages.ts";
import { authorizationWith, protocolsWith, sealOf } from "../token.ts";
import { heedLinks, ownToken } from "./own_token.ts";
import type { Heard, Source } from "./source.ts";

/** Milliseconds before another try, and at most. */
const RETRY_MS = 500;
const RETRY_MS_MAX = 5_000;

/** Talks to the dashboard's process. */
export class ProcessSource implements Source {
  readonly #open = new Map<string, (answer: Answer) => void>();
  #heard: Heard = { onTold: () => {}, onStanding: () => {} };
  #socket: WebSocket | undefined;
  #retryMs = RETRY_MS;

  /** Connects, if there is a token. What is heard is told from then on. */
  start(heard: Heard): void {
    this.#heard = heard;
    heedLinks();
    const token = ownToken();
    if (typeof token === "string") this.#connect(token);
    else this.#heard.onStanding(token.none);
  }

  ask(asked: Asked): Promise<Answer> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return Promise.resolve(broken());
    return new Promise((resolve) => {
      this.#open.set(asked.id, resolve);
      socket.send(JSON.stringify(asked));
    });
  }

  #connect(token: string): void {
    const url = new URL("/socket", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url, protocolsWith(token));
    let opened = false;
    socket.onmessage = ({ data }) => {
      if (opened) return this.#told(JSON.parse(data));
      if (data !== sealOf(token)) return socket.close();
      opened = true;
      this.#socket = socket;
      this.#retryMs = RETRY_MS;
      this.#heard.onStanding("open");
    };
    socket.onclose = () => void this.#closed(token, opened);
  }

  #told(told: Told): void {
    if (told.type !== "answer") return this.#heard.onTold(told);
    this.#open.get(told.re)?.(told.answer);
    this.#open.delete(told.re);
  }

  async #closed(token: string, opened: boolean): Promise<void> {
    for (const resolve of this.#open.values()) resolve(interrupted());
    this.#open.clear();
    // A WebSocket does not say why it was refused; a plain request for it does.
    if (!opened && await isWrong(token)) return this.#heard.onStanding("wrong");
    this.#heard.onStanding("lost");
    setTimeout(() => this.#connect(token), this.#retryMs);
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2);
  }
}

/** Whether the token is not, or no longer, the right one. */
async function isWrong(token: string): Promise<boolean> {
  const headers = { authorization: authorizationWith(token) };
  const answer = await fetch("/socket", { headers }).catch(() => undefined);
  return answer?.status === 401;
}

function interrupted(): Answer {
  const sentence = "The dashboard went away before it was clear what became of this.";
  return { kind: "refused", sentence };
}

function broken(): Answer {
  return { kind: "refused", sentence: "The dashboard cannot be reached." };
}
