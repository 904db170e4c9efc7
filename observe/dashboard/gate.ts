/**
 * Who may come in: a decision about one HTTP request from its headers alone. Pure.
 *
 * The page itself is no secret; the data are. In the order in which it is checked:
 *
 * 1. **Host.** A hostile site can let its own name point to 127.0.0.1 (DNS rebinding), and its scripts would
 *    then speak to us as to their own origin. A browser puts that name into `Host`, so only literal
 *    addresses and `localhost` are answered.
 * 2. **Origin.** Scripts of other sites may open WebSockets to us and post to us. Browsers say in `Origin` from where, so what
 *    changes something or gives data needs an `Origin`, and it must be our own.
 * 3. **Token.** It stands in the URL's fragment, which browsers do not send. The page's scripts keep it, and show it to open the
 *    WebSocket (`token.ts`). Nothing lets a request in that a browser adds by itself, as it does a cookie, also to other ports.
 * 4. **Path.** What gives or takes a file is asked for over that WebSocket, and gets a path that nobody can guess
 *    (`files/tickets.ts`): a browser that follows a link shows nothing else.
 *
 * @module
 */

import { isLoopback } from "../../ground/mod.ts";

/** Where the dashboard listens. */
export interface Listening {
  /** As it was asked for: an address or a name. */
  readonly hostname: string;
  readonly port: number;
}

/** What is looked at of a request. */
export interface Knock {
  readonly method: string;
  readonly path: string;
  readonly host: string | null;
  readonly origin: string | null;
  /** `Sec-Fetch-Site`: who made the browser ask. */
  readonly site: string | null;
  /** It wants to become a WebSocket. */
  readonly upgrade: boolean;
  /** It shows the token. */
  readonly token: boolean;
}

/** What is to be done with a request. */
export type Verdict =
  | { readonly kind: "asset"; readonly path: string }
  | { readonly kind: "socket" }
  /** A file goes to the browser, or comes from it. */
  | { readonly kind: "download"; readonly path: string }
  | { readonly kind: "upload"; readonly path: string }
  | {
    readonly kind: "refused";
    readonly status: 400 | 401 | 403 | 404 | 405;
    readonly why: string;
  };

/** The path of the WebSocket. */
export const SOCKET_PATH = "/socket";
/** What the paths of files begin with. */
export const FILES_PATH = "/files/";

/** Decides. */
export function judge(knock: Knock, listening: Listening): Verdict {
  const { method, path, host, origin, site, upgrade, token } = knock;
  if (host === null || !isOurs(host, listening)) {
    return refused(403, "This is not the dashboard's address. Open the URL that it printed.");
  }
  const own = origin === `http://${host}`;
  if (path === SOCKET_PATH) {
    if (upgrade && !own) return refused(403, "Other sites may not connect.");
    // Also for a plain GET: a script cannot see why its WebSocket was refused, and asks like this.
    if (!token) return refused(401, "Open the URL that the dashboard printed.");
    if (method !== "GET" || !upgrade) return refused(400, "Here is a WebSocket.");
    return { kind: "socket" };
  }
  if (path.startsWith(FILES_PATH)) {
    // A browser names no origin when it follows a link, but says whose link it is.
    const link = method === "GET" && origin === null && (site ?? "same-origin") === "same-origin";
    if (!own && !link) return refused(403, "Other sites may not exchange files.");
    if (method === "GET") return { kind: "download", path };
    if (method === "POST") return { kind: "upload", path };
    return refused(405, "A file is fetched or posted.");
  }
  if (method !== "GET" && method !== "HEAD") return refused(405, "Pages are only read.");
  return { kind: "asset", path };
}

/** `HOST:PORT` as browsers write it: an IPv6 address stands in brackets. */
const HOST = /^(?<name>\[[0-9a-f:.]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** Whether a `Host` is an address of ours, and not a name that somebody else gave us. */
function isOurs(host: string, { hostname, port }: Listening): boolean {
  const groups = HOST.exec(host)?.groups;
  const name = groups?.["name"]?.toLowerCase();
  if (name === undefined || Number(groups?.["port"] ?? 80) !== port) return false;
  if (isLoopback(hostname)) return isLoopback(name);
  const bare = name.replace(/^\[|\]$/g, "");
  return isLoopback(name) || IPV4.test(name) || name.startsWith("[") ||
    bare === hostname.toLowerCase();
}

function refused(status: 400 | 401 | 403 | 404 | 405, why: string): Verdict {
  return { kind: "refused", status, why };
}
