/**
 * The page server: HTTP on one address, four files of its own, a WebSocket per page, and the files that people exchange,
 * which pass through.
 *
 * Who may come in, `gate.ts` decides. What a page may ask, `requests.ts` says. This file carries it out.
 *
 * @module
 */

import { isLoopback, randomToken, sameSecret } from "../../ground/mod.ts";
import { type Assets, SAFE_HEADERS } from "./assets.ts";
import type { Download, PageFiles } from "./files/page_files.ts";
import { judge, type Listening } from "./gate.ts";
import { PAGES_MAX } from "./limits.ts";
import { type Desk, PageLink } from "./page_link.ts";
import { keyIn, keyOf, PAGE_PROTOCOL, sealOf } from "./token.ts";

/** A running page server. */
export interface PageServer extends AsyncDisposable {
  /** What to open in a browser; the token is in it. */
  readonly url: string;
  /** It can be reached from other machines. */
  readonly open: boolean;
  readonly finished: Promise<void>;
}

/** What pages are served from. */
export interface Served extends Desk {
  /** The files of all pages; before somebody is logged in there are none. */
  readonly files: PageFiles | undefined;
  /** Rejects when something is broken; never settles otherwise. */
  readonly failed: Promise<never>;
}

/** How to serve pages. */
export interface PageServerOptions {
  readonly hub: Served;
  readonly assets: Assets;
  /** Address and port to listen on; port 0 for a free one. */
  readonly hostname: string;
  readonly port: number;
}

const NO_FILE = { kind: "refused", status: 404, why: "There is no such file." } as const;

/** Starts listening. @throws What `Deno.serve` throws when the address cannot be had. */
export function servePages(options: PageServerOptions): PageServer {
  const { hub, assets, hostname } = options;
  const pages = new Set<WebSocket>();
  // Requests are answered only when this is known: they come on a later turn.
  let listening: Listening = { hostname, port: options.port };
  const token = randomToken();
  const end = new AbortController();

  const server = Deno.serve({
    hostname,
    port: options.port,
    signal: end.signal,
    onListen: ({ port }) => {
      listening = { hostname, port };
    },
    onError: () => plain(500, "The dashboard has a defect."),
  }, handle);

  function handle(
    request: Request,
    { completed }: Deno.ServeHandlerInfo,
  ): Response | Promise<Response> {
    const { headers, method } = request;
    const path = URL.parse(request.url)?.pathname;
    if (path === undefined) return plain(400, "This is no address of a page.");
    const verdict = judge({
      method,
      path,
      host: headers.get("host"),
      origin: headers.get("origin"),
      upgrade: headers.get("upgrade")?.toLowerCase() === "websocket",
      site: headers.get("sec-fetch-site"),
      token: sameSecret(keyIn(headers) ?? "", keyOf(token)),
    }, listening);
    switch (verdict.kind) {
      case "refused":
        return plain(verdict.status, verdict.why);
      case "asset":
        return assets.answer(verdict.path, headers) ?? plain(404, "There is no such page.");
      case "socket":
        if (pages.size >= PAGES_MAX) return plain(503, "Too many pages are open.");
        return accept(request, hub, { pages, seal: sealOf(token) });
      case "download":
        return download(hub.files?.download(verdict.path, completed) ?? NO_FILE);
      case "upload":
        if (hub.files === undefined) return plain(NO_FILE.status, NO_FILE.why);
        return upload(request, hub.files, verdict.path);
      default:
        return verdict satisfies never;
    }
  }

  // "localhost" is two addresses, and at the one that was not taken somebody else may listen.
  const name = isLoopback(hostname) ? server.addr.hostname : hostname;
  const shown = name.includes(":") ? `[${name}]` : name;
  return {
    url: `http://${shown}:${server.addr.port}/#${token}`,
    open: !isLoopback(hostname),
    finished: Promise.race([server.finished.catch(failed), hub.failed]),
    async [Symbol.asyncDispose]() {
      for (const socket of pages) socket.close(1_001, "The dashboard ends.");
      // Not `shutdown`, which waits for every request: a browser may leave one half said for as long as it likes.
      end.abort();
      // Why it ended by itself is told by `finished`.
      await server.finished.catch(() => {});
    },
  };
}

/** Nobody can be let in any more: there are no file descriptors left, say. */
function failed(cause: unknown): never {
  const why = String(cause).replace(/^(\w+: )+/, "");
  throw new Error(`The page cannot be served any more: ${why}.`, { cause });
}

function accept(
  request: Request,
  hub: Desk,
  { pages, seal }: { readonly pages: Set<WebSocket>; readonly seal: string },
): Response {
  let upgraded: Deno.WebSocketUpgrade;
  try {
    upgraded = Deno.upgradeWebSocket(request, { protocol: PAGE_PROTOCOL });
  } catch {
    return plain(400, "This is no way to open a WebSocket.");
  }
  const { socket, response } = upgraded;
  const link = new PageLink(socket, hub);
  pages.add(socket);
  socket.onopen = () => {
    socket.send(seal);
    link.opened();
  };
  socket.onmessage = ({ data }) => link.received(data);
  socket.onclose = () => {
    pages.delete(socket);
    link.closed();
  };
  return response;
}

/** A file, for the browser to save and never to show. */
function download(file: Download): Response {
  if (file.kind === "refused") return plain(file.status, file.why);
  return new Response(file.body, {
    headers: {
      ...SAFE_HEADERS,
      "content-type": "application/octet-stream",
      "content-length": String(file.size),
      "content-disposition": file.disposition,
    },
  });
}

/** Takes a file's bytes, as slowly as they can go on. */
async function upload(
  { body, headers }: Request,
  files: PageFiles,
  path: string,
): Promise<Response> {
  const length = headers.get("content-length");
  const refused = await files.upload(path, {
    body,
    length: length === null ? undefined : Number(length),
  });
  if (refused === undefined) return new Response(null, { status: 204, headers: SAFE_HEADERS });
  // What was not wanted is not read either.
  if (body?.locked === false) await body.cancel().catch(() => {});
  return plain(refused.status, refused.why);
}

function plain(status: number, sentence: string): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: { ...SAFE_HEADERS, "content-type": "text/plain; charset=utf-8" },
  });
}
