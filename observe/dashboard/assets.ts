/**
 * The page's files as they go out: read once, compressed once, with the headers that hold for all of them.
 *
 * The files are built by `deno task page` and kept in the repository, so that the dashboard starts at once and
 * on a machine that can fetch nothing; a test builds them anew and compares.
 *
 * @module
 */

import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Path → file beside this module, and its type. */
type Files = Readonly<Record<string, { readonly file: string; readonly type: string }>>;

/** The dashboard's own. */
const FILES: Files = {
  "/": { file: "page/index.html", type: "text/html; charset=utf-8" },
  "/page.js": { file: "prebuilt/page.js", type: "text/javascript; charset=utf-8" },
  "/page.css": { file: "prebuilt/page.css", type: "text/css; charset=utf-8" },
  "/icon.svg": { file: "page/icon.svg", type: "image/svg+xml" },
  "/icon-unread.svg": { file: "page/icon-unread.svg", type: "image/svg+xml" },
};

/** The page that a server shows to everybody who may come in. */
const CHAT_FILES: Files = {
  "/": { file: "page/visitor/index.html", type: "text/html; charset=utf-8" },
  "/chat.js": { file: "prebuilt/chat.js", type: "text/javascript; charset=utf-8" },
  "/chat-shared.js": {
    file: "prebuilt/chat-shared.js",
    type: "text/javascript; charset=utf-8",
  },
  "/chat-figures.js": {
    file: "prebuilt/chat-figures.js",
    type: "text/javascript; charset=utf-8",
  },
  "/chat.css": { file: "prebuilt/chat.css", type: "text/css; charset=utf-8" },
  "/sw.js": { file: "prebuilt/sw.js", type: "text/javascript; charset=utf-8" },
  "/manifest.webmanifest": {
    file: "page/visitor/manifest.webmanifest",
    type: "application/manifest+json",
  },
  "/icon.svg": { file: "page/icon.svg", type: "image/svg+xml" },
  "/icon-unread.svg": { file: "page/icon-unread.svg", type: "image/svg+xml" },
  "/icon-192.png": { file: "page/visitor/icon-192.png", type: "image/png" },
  "/icon-512.png": { file: "page/visitor/icon-512.png", type: "image/png" },
};

const POLICY: readonly string[] = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // A picture that was sent as a file has an address in the page itself.
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
];
/** What a browser may do with our page: its own files and its own WebSocket, and nothing else. */
export const CONTENT_SECURITY_POLICY: string = [...POLICY, "trusted-types 'none'"].join("; ");
/** The same for the server's own page, which can be installed: its worker has the only address of a script that is made. */
const CHAT_POLICY: string = [
  ...POLICY,
  "manifest-src 'self'",
  "worker-src 'self'",
  "trusted-types worker",
].join("; ");

/** Headers of every answer. Of what is no file of the page itself nothing is kept. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

/** Headers of the server's own page. */
export const CHAT_HEADERS: Readonly<Record<string, string>> = {
  ...SAFE_HEADERS,
  "content-security-policy": CHAT_POLICY,
};

type Encoding = "br" | "gzip" | "identity";

/** A file of a page, in each form in which it may go out. */
export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly bodies: Readonly<Record<Encoding, Uint8Array<ArrayBuffer>>>;
}

/** The files, ready to be sent. */
export class Assets {
  readonly #assets: ReadonlyMap<string, Asset>;

  private constructor(assets: ReadonlyMap<string, Asset>) {
    this.#assets = assets;
  }

  /** Reads and compresses all of them: some 30 ms. */
  static async read(): Promise<Assets> {
    return new Assets(await readAll(FILES));
  }

  /** The answer to a request for a file; `undefined` when there is no such file. */
  answer(path: string, headers: Headers): Response | undefined {
    const asset = this.#assets.get(path);
    if (asset === undefined) return undefined;
    const { type, etag, bodies } = asset;
    const common = {
      ...SAFE_HEADERS,
      "content-type": type,
      // A browser asks each time and mostly hears that nothing changed: a new version is seen at once.
      "cache-control": "no-cache",
      "vary": "accept-encoding",
      etag,
    };
    if (headers.get("if-none-match") === etag) {
      return new Response(null, { status: 304, headers: common });
    }
    const encoding = bestEncoding(headers.get("accept-encoding"));
    const encoded = encoding === "identity" ? {} : { "content-encoding": encoding };
    return new Response(bodies[encoding], { headers: { ...common, ...encoded } });
  }
}

/** Reads the files of the server's own page. @param accounts Who may come in: the page asks for what that needs. */
export function readChatPage(accounts: string): Promise<ReadonlyMap<string, Asset>> {
  const html = (text: string): string => text.replace("<html", `<html data-accounts="${accounts}"`);
  return readAll(CHAT_FILES, html);
}

async function readAll(
  files: Files,
  html: (text: string) => string = (text) => text,
): Promise<ReadonlyMap<string, Asset>> {
  const entries = await Promise.all(
    Object.entries(files).map(async ([path, { file, type }]) => {
      const read = await Deno.readFile(new URL(file, import.meta.url));
      const bytes = path === "/"
        ? new TextEncoder().encode(html(new TextDecoder().decode(read)))
        : read;
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const bodies = {
        identity: bytes,
        gzip: new Uint8Array(gzipSync(bytes)),
        br: new Uint8Array(
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
        ),
      };
      return [path, { type, etag: `"${digest.toHex().slice(0, 32)}"`, bodies }] as const;
    }),
  );
  return new Map(entries);
}

/** The smallest form that the other side takes. */
function bestEncoding(accepted: string | null): Encoding {
  const names = (accepted ?? "").split(",").map((name) => name.trim());
  if (names.includes("br")) return "br";
  return names.includes("gzip") ? "gzip" : "identity";
}
