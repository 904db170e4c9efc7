/**
 * The key of a browser, by which it keeps its secrets sealed (`codec/seal.ts`): read from the cookie of a page's WebSocket, or made
 * with its opening.
 *
 * It is set there and not with the page's files: a page that is opened by a link of another site comes without `SameSite=Strict`
 * cookies, and would be given another key than the one that it has. The WebSocket is asked for by the page itself.
 *
 * The port stands in the cookie's name, since cookies know none: two servers of one host would take each other's. Over TLS the prefix
 * `__Host-` keeps others of the domain from setting it.
 *
 * @module
 */

import { randomToken } from "../../ground/mod.ts";
import { Seal } from "../codec/seal.ts";
import type { Head } from "./head.ts";

/** How long a browser keeps its key, in seconds: 400 days, the longest that browsers allow. It is set again with each visit. */
const KEPT_SECONDS: number = 400 * 86_400;

/** A browser's seal, and the header that has it keep its key. */
export interface BrowserKey {
  readonly seal: Seal;
  readonly setCookie: string;
}

/** The key of whoever sends this. @param isSecure Whether the browser has come over TLS. */
export function browserKey({ headers }: Pick<Head, "headers">, isSecure: boolean): BrowserKey {
  const name = cookieName(headers.get("host") ?? "", isSecure);
  const shown = cookiesIn(headers.get("cookie") ?? "").get(name) ?? "";
  const known = Seal.of(shown);
  const key = known === undefined ? randomToken() : shown;
  const seal = known ?? Seal.of(key);
  if (seal === undefined) throw new Error("A fresh key is none");
  const secure = isSecure ? "; Secure" : "";
  const setCookie =
    `${name}=${key}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${KEPT_SECONDS}${secure}`;
  return { seal, setCookie };
}

/** What the cookie is called for a page that was asked for at `host`. */
export function cookieName(host: string, isSecure: boolean): string {
  const port = /:(\d{1,5})$/.exec(host)?.[1] ?? (isSecure ? "443" : "80");
  return `${isSecure ? "__Host-" : ""}chat-${port}`;
}

/** The first of each name: a browser puts the one of the longest path first. */
function cookiesIn(header: string): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header.split(/[;,]/)) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim());
  }
  return cookies;
}
