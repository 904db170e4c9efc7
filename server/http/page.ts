/**
 * The page at `/`: files that are handed in, in the form that the browser takes, and unless it has them already.
 *
 * What the files are is the business of whoever hands them in; the headers, which say what the page may do, come with them. The page is
 * no secret: who may come in is decided at the login. Pure.
 *
 * @module
 */

import type { Answer } from "./answer.ts";
import type { Head } from "./head.ts";

/** A file, in each form in which it may go out. */
export interface WebPageFile {
  /** Its type, as in `Content-Type`. */
  readonly type: string;
  /** Names its content: in quotation marks. */
  readonly etag: string;
  /** The bytes, as they are and compressed. */
  readonly bodies: Readonly<Record<"br" | "gzip" | "identity", Uint8Array>>;
}

/** A page. */
export interface WebPage {
  /** By path; the page itself is `/`. */
  readonly files: ReadonlyMap<string, WebPageFile>;
  /** Headers of each of them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer to who asks for a file; `undefined` when there is none of that path. */
export function pageAnswer(page: WebPage, { path, headers }: Head): Answer | undefined {
  const file = page.files.get(path);
  if (file === undefined) return undefined;
  const { type, etag, bodies } = file;
  const common = {
    ...page.headers,
    // A browser asks each time and mostly hears that nothing changed: a new version is seen at once.
    "cache-control": "no-cache",
    "vary": "accept-encoding",
    etag,
  };
  if (headers.get("if-none-match") === etag) {
    return { status: 304, body: "", type, headers: common };
  }
  const encoding = bestOf(headers.get("accept-encoding") ?? "");
  const encoded = encoding === "identity" ? {} : { "content-encoding": encoding };
  return { status: 200, body: bodies[encoding], type, headers: { ...common, ...encoded } };
}

/** The smallest form that the other side takes. */
function bestOf(accepted: string): keyof WebPageFile["bodies"] {
  const names = accepted.split(",").map((name) => name.trim());
  if (names.includes("br")) return "br";
  return names.includes("gzip") ? "gzip" : "identity";
}
