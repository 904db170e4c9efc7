/**
 * How a page shows the token that opens the dashboard. Pure, and the same file on both sides.
 *
 * ```text
 *   link: http://…/#TOKEN ─► page: sessionStorage       TOKEN is KEY, then SEAL
 *
 *   page ── Sec-WebSocket-Protocol: chat-dashboard, key.KEY ──► dashboard     opens the WebSocket
 *        ◄─ its first message: SEAL ───────────────────────────               it is the dashboard that made the link
 *        ── Authorization: Bearer KEY ────────────────────────►               says why it was not opened
 * ```
 *
 * It is no cookie. Cookies know no ports: a browser would send them to whatever listens on another port of the same address,
 * and on a machine with several users that may be somebody else. What scripts keep belongs to one origin, with its port,
 * and only scripts send it. A WebSocket takes no header from a script but its protocols, so the token is one of them;
 * the server chooses the other one and so does not say it back.
 *
 * A page tries to come back, also when its dashboard has ended and somebody else listens on its port. The key that such a one
 * hears opens nothing any more, and does not tell the seal: the page says and believes nothing there.
 *
 * @module
 */

/** The protocol that a page speaks, and the server chooses. */
export const PAGE_PROTOCOL = "chat-dashboard";
const KEY_PROTOCOL = "key.";
const BEARER = "Bearer ";
/** 256 bits in base64url. */
const TOKEN = /^[\w-]{43}$/;
/** Half of it, which is still more than anybody guesses: 132 bits for the key, and 126 for the seal. */
const KEY_CHARS = 22;

/** Whether a text may be a token at all. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** What a page shows. */
export function keyOf(token: string): string {
  return token.slice(0, KEY_CHARS);
}

/** What the dashboard shows. */
export function sealOf(token: string): string {
  return token.slice(KEY_CHARS);
}

/** The protocols with which a page opens its WebSocket. */
export function protocolsWith(token: string): string[] {
  return [PAGE_PROTOCOL, KEY_PROTOCOL + keyOf(token)];
}

/** The `Authorization` with which a page asks by a plain request. */
export function authorizationWith(token: string): string {
  return BEARER + keyOf(token);
}

/** The key that a request shows; `undefined` when it shows none. */
export function keyIn(headers: Headers): string | undefined {
  const authorization = headers.get("authorization");
  if (authorization?.startsWith(BEARER)) return authorization.slice(BEARER.length);
  const protocols = headers.get("sec-websocket-protocol")?.split(",").map((one) => one.trim()) ??
    [];
  return protocols.find((one) => one.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length);
}
