/**
 * The second door, for machines and browsers: the page, metrics, health, words of programs, and the chat over a WebSocket.
 *
 * ```text
 *   connection ─ head ─┬─ GET /, … ──────► the page's files    ┐
 *                      ├─ GET /metrics ──► text for Prometheus │
 *                      ├─ GET /healthz ──► 200 or 503          │
 *                      ├─ GET /readyz ───► likewise            │
 *                      ├─ POST /hooks/… ─► said in a room      ├─► closed
 *                      ├─ otherwise ─────► 404, 405, …         ┘
 *                      └─ GET /ws ───────► 101, and from then on a member's connection like any other; of our own page
 *                         (`/ws?page`) with its browser's key, by which its secrets are sealed; `/ws?bytes` for files
 * ```
 *
 * It speaks HTTP by itself, on the same sockets as the chat's port. The runtime's own server takes a WebSocket
 * message of 64 MiB before it shows it, goes on reading from a peer that nobody answers, and cannot close one that
 * does not read; each of these would be a way around a limit. What is asked for here is small: one request a
 * connection, a bounded head, a bounded body where there is one to be said, a few seconds.
 *
 * A thousand pages that come at once come all alike: a WebSocket is opened in the call that brings its request, without a promise, a
 * buffer or a timer of its own.
 *
 * @module
 */

import { isLoopback, sameSecret } from "../../ground/mod.ts";
import type { Headroom } from "../budget/mod.ts";
import type { Address } from "../addresses/address.ts";
import { HTTP_MS_MAX } from "./limits.ts";
import type { ConnectionInfo } from "../link/connection.ts";
import { type Answer, encodeAnswer } from "./answer.ts";
import { type BrowserKey, browserKey } from "./browser_key.ts";
import { Caller, type CallerParts, type Heard } from "./caller.ts";
import { handshakeAnswer, handshakeFault } from "./handshake.ts";
import type { Head } from "./head.ts";
import { writeAll } from "./body.ts";
import { type HookPort, HOOKS_PATH } from "./hook_port.ts";
import type { Health } from "./health.ts";
import { METRICS_TYPE } from "./metrics.ts";
import { comesOverTls, isOurHost, mayComeFrom, type Origins } from "./origin.ts";
import { pageAnswer, type WebPage } from "./page.ts";
import type { Seal } from "../codec/seal.ts";
import type { AddressedSocket, Listening, Transport } from "../transport/mod.ts";
import { WebSocketWire } from "./web_socket.ts";
import type { WebSocketSpeech } from "./web_socket_reader.ts";

/** Where to listen. */
export interface HttpOptions {
  /** Address to listen on. Default: `127.0.0.1`. */
  readonly hostname?: string;
  /** Port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /**
   * Further addresses under which a browser finds this door, as origins: `https://chat.example` of a proxy that does TLS.
   * Its host is answered to, and its pages may open a WebSocket, whatever host the proxy passes on. Default: none.
   */
  readonly origins?: readonly string[];
  /** Who asks for metrics has to show this as a bearer's token: 16 characters or more. Default: anybody may ask. */
  readonly metricsToken?: string;
  /** What a browser is shown at `/`. Default: nothing. */
  readonly page?: WebPage;
}

/** What stands behind the door. */
export interface DoorParts {
  readonly metrics: () => string;
  /** Whoever asks for metrics shows it; without one, anybody may. */
  readonly metricsToken: string | undefined;
  /** Whether the server does its work. */
  readonly health: () => Promise<Health>;
  /** Whether others should be sent to it. */
  readonly ready: () => Promise<Health>;
  /** Largest body of a frame, in bytes. */
  readonly frameBytesMax: number;
  /** Requests at once that are not answered yet. */
  readonly requestsMax: number;
  /** What may come of what is not whole yet. */
  readonly headroom: Headroom;
  /** How long a request's head may take to come, in ms. */
  readonly headMsMax: number;
  /** What is shown at `/`, if anything. */
  readonly page: WebPage | undefined;
  /** Takes a WebSocket in; `closed` is to be called when it is. `undefined` where none are offered. Never throws. */
  readonly host:
    | ((webSocket: WebSocketWire, info: ConnectionInfo, closed: () => void) => void)
    | undefined;
  /** Takes what programs say; `undefined` where they cannot. */
  readonly hooks: HookPort | undefined;
}

/** What a request comes to. */
type Outcome =
  | { readonly kind: "answer"; readonly answer: Answer; readonly withBody: boolean }
  /** It takes more than its head to know. */
  | {
    readonly kind: "later";
    readonly answer: (caller: AddressedSocket) => Promise<Answer>;
    readonly withBody: boolean;
  }
  | {
    readonly kind: "web_socket";
    readonly opening: Uint8Array;
    readonly forwardedFor: string | undefined;
    readonly seal: Seal | undefined;
    readonly speaks: WebSocketSpeech;
  };

/** The address cannot be listened on; `cause` says why. */
export class HttpListenError extends Error {
  /** Always `HttpListenError`. */
  override readonly name = "HttpListenError";
}

/** What our own page asks for beside `/ws`. */
const PAGE_QUERY = "page";
/** What whoever carries a file asks for there. */
const BYTES_QUERY = "bytes";

/** Answers HTTP. */
export class Door {
  readonly #parts: DoorParts;
  /** Connections whose request is not answered yet. */
  readonly #asking = new Set<Caller>();
  readonly #hostname: string;
  readonly #origins: Origins;

  /** @param hostname The address that it is reached at. */
  constructor(parts: DoorParts, hostname: string, origins: Origins) {
    this.#parts = parts;
    this.#hostname = hostname;
    this.#origins = origins;
  }

  /** Whether other machines may come here. */
  get open(): boolean {
    return !isLoopback(this.#hostname);
  }

  /** Sees to a connection. Never throws. */
  serve(parts: CallerParts): void {
    if (this.#asking.size >= this.#parts.requestsMax) this.#closeOne();
    const caller = new Caller(parts, performance.now() + this.#parts.headMsMax, this.#hears);
    this.#asking.add(caller);
    caller.open();
  }

  /** Closes those whose time is over. To be called about once a second: nobody is closed later than that. */
  checkDeadlines(nowMs: number): void {
    for (const caller of this.#asking) if (nowMs >= caller.dueMs) this.#dismiss(caller);
  }

  /** Closes all whose request is not answered yet. */
  close(): void {
    for (const caller of this.#asking) this.#dismiss(caller);
  }

  readonly #hears = {
    onHead: (caller: Caller, heard: Heard, rest: Uint8Array): Promise<void> | undefined =>
      this.#hear(caller, heard, rest),
    onGone: (caller: Caller) => {
      this.#asking.delete(caller);
      caller.parts.closed();
    },
  };

  /** What somebody asks for is known. Who was dismissed before is nobody's any more. */
  #hear(caller: Caller, heard: Heard, rest: Uint8Array): Promise<void> | undefined {
    if (!this.#asking.has(caller)) return undefined;
    const outcome = heard.kind === "head"
      ? this.#route(heard.head, rest, caller)
      : answered({ status: heard.status, body: "This request cannot be read.\n" });
    if (outcome.kind === "web_socket") return this.#open(caller, outcome, rest);
    caller.dueMs = performance.now() + HTTP_MS_MAX;
    void this.#answer(caller, outcome);
    return undefined;
  }

  /** A WebSocket has opened. */
  #open(
    caller: Caller,
    { opening, speaks, forwardedFor, seal }: Extract<Outcome, { kind: "web_socket" }>,
    rest: Uint8Array,
  ): Promise<void> | undefined {
    this.#asking.delete(caller);
    const { wire, remote, local, address, account, closed } = caller.parts;
    const { frameBytesMax, headroom } = this.#parts;
    const parts = { opening, frameBytesMax, account, headroom, speaks };
    const webSocket = new WebSocketWire(wire, parts);
    caller.passTo(webSocket);
    const info = {
      remote,
      local,
      client: remote,
      address,
      webSocket: true,
      isSecure: caller.isSecure,
      forwardedFor,
      ...(seal === undefined ? {} : { seal }),
    };
    this.#parts.host?.(webSocket, info, closed);
    return rest.length === 0 ? undefined : webSocket.onBytes(rest);
  }

  /** Answers, and closes. */
  async #answer(
    caller: Caller,
    outcome: Exclude<Outcome, { kind: "web_socket" }>,
  ): Promise<void> {
    const socket = caller.socket();
    try {
      const { answer, withBody } = outcome;
      const known = typeof answer === "function" ? await answer(socket) : answer;
      await tell(socket, encodeAnswer(known, withBody));
    } catch {
      // The caller is gone, or took too long.
    }
    this.#asking.delete(caller);
    socket.close();
    caller.parts.closed();
  }

  /** Closes somebody whose request is not answered yet. */
  #dismiss(caller: Caller): void {
    if (this.#asking.delete(caller)) caller.close();
  }

  /**
   * Makes room for somebody who comes: of the address that has most of them, the one goes that has been asking longest. A
   * request that is a request was answered long before, so who asks slowly keeps nobody out.
   */
  #closeOne(): void {
    const counts = new Map<Address, number>();
    for (const { parts: { address } } of this.#asking) {
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    for (const caller of this.#asking) {
      if (counts.get(caller.parts.address) === most) return this.#dismiss(caller);
    }
  }

  #route(head: Head, rest: Uint8Array, caller: Caller): Outcome {
    const { method, path, headers } = head;
    const withBody = method !== "HEAD";
    if (!isOurHost(headers.get("host"), this.#hostname, this.#origins)) {
      return answered({ status: 421, body: "This machine is not called that.\n" }, withBody);
    }
    const { hooks, health, ready } = this.#parts;
    if (path.startsWith(HOOKS_PATH) && hooks !== undefined) {
      const { address, account } = caller.parts;
      // Its memory is somebody else's when the body is read.
      const asked = { head, rest: rest.slice(), address, account };
      return { kind: "later", answer: (caller) => hooks.answer({ ...asked, caller }), withBody };
    }
    if (method !== "GET" && method !== "HEAD") {
      const body = "Here one can only GET.\n";
      return answered({ status: 405, body, headers: { Allow: "GET, HEAD" } });
    }
    switch (path) {
      case "/metrics":
        return answered(this.#metrics(headers.get("authorization")), withBody);
      case "/healthz":
        return { kind: "later", answer: async () => healthAnswer(await health()), withBody };
      case "/readyz":
        return { kind: "later", answer: async () => healthAnswer(await ready()), withBody };
      case "/ws":
        return this.#webSocket(head, caller.isSecure);
      default: {
        const { page } = this.#parts;
        const file = page && pageAnswer(page, head);
        return answered(file ?? { status: 404, body: "There is nothing here.\n" }, withBody);
      }
    }
  }

  #metrics(authorization = ""): Answer {
    const { metrics, metricsToken } = this.#parts;
    const [, shown = ""] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (metricsToken === undefined || sameSecret(shown, metricsToken)) {
      return { status: 200, body: metrics(), type: METRICS_TYPE };
    }
    const headers = { "WWW-Authenticate": "Bearer" };
    return { status: 401, body: "Metrics are for those with their token.\n", headers };
  }

  #webSocket(head: Head, isSecure: boolean): Outcome {
    const { method, headers } = head;
    if (this.#parts.host === undefined) {
      return answered({ status: 404, body: "A plain relay has no WebSocket.\n" });
    }
    if (method !== "GET") return answered({ status: 405, body: "", headers: { Allow: "GET" } });
    if (!mayComeFrom(headers.get("origin"), headers.get("host"), this.#origins)) {
      return answered({ status: 403, body: "Pages of other sites may not come in.\n" });
    }
    const fault = handshakeFault(head);
    if (fault !== undefined) return answered(fault);
    const forwardedFor = headers.get("x-forwarded-for");
    const key = this.#keyFor(head, isSecure);
    const opening = handshakeAnswer(head, key?.setCookie);
    const speaks = head.query === BYTES_QUERY ? "bytes" : "messages";
    return { kind: "web_socket", opening, forwardedFor, seal: key?.seal, speaks };
  }

  /** The browser's key, of whoever says that it is our own page: programs keep their secrets themselves. */
  #keyFor(head: Head, isSecure: boolean): BrowserKey | undefined {
    if (this.#parts.page === undefined || head.query !== PAGE_QUERY) return undefined;
    const host = head.headers.get("host");
    return browserKey(head, isSecure || comesOverTls(host, this.#origins));
  }
}

/** Listens. @throws {HttpListenError} When that is not possible. */
export function listenHttp(
  transport: Transport,
  { hostname = "127.0.0.1", port = 0 }: HttpOptions,
): Listening {
  try {
    return transport.listen({ hostname, port });
  } catch (cause) {
    throw new HttpListenError(`Cannot listen on ${hostname}, port ${port}`, { cause });
  }
}

function healthAnswer(health: Health): Answer {
  return health.kind === "well"
    ? { status: 200, body: "ok\n" }
    : { status: 503, body: `${health.reason}\n` };
}

function answered(answer: Answer, withBody = true): Extract<Outcome, { kind: "answer" }> {
  return { kind: "answer", answer, withBody };
}

/** Answers, and waits until it was heard: closing with bytes unread would take the answer back. */
async function tell(caller: AddressedSocket, answer: Uint8Array): Promise<void> {
  await writeAll(caller, answer);
  await caller.closeWrite();
  const thrownAway = new Uint8Array(1_024);
  while (await caller.read(thrownAway) !== null);
}
