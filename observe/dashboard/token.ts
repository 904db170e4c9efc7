/**
 * How a page shows the token that opens the dashboard. Pure, and the same file on both sides.
 *
 * ```text
 *   link: http://…/#TOKEN ─► page: sessionStorage ─► Sec-WebSocket-Protocol: chat-dashboard, token.TOKEN   opens the socket
 *                                                 └► Authorization: Bearer TOKEN      says why it was not opened
 * ```
 *
 * It is no cookie. Cookies know no ports: a browser would send them to whatever listens on another port of the same address,
 * and on a machine with several users that may be somebody else. What scripts keep belongs to one origin, with its port,
 * and only scripts send it. A WebSocket takes no header from a script but its protocols, so the token is one of them;
 * the server chooses the other one and so does not say it back.
 *
 * @module
 */

/** The protocol that a page speaks, and the server chooses. */
export const PAGE_PROTOCOL = "chat-dashboard";
const TOKEN_PROTOCOL = "token.";
const BEARER = "Bearer ";
/** 256 bits in base64url. */
const TOKEN = /^[\w-]{43}$/;

/** Whether a text may be a token at all. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** The protocols with which a page opens its WebSocket. */
export function protocolsWith(token: string): string[] {
  return [PAGE_PROTOCOL, TOKEN_PROTOCOL + token];
}

/** The `Authorization` with which a page asks by a plain request. */
export function authorizationWith(token: string): string {
  return BEARER + token;
}

/** The token that a request shows; `undefined` when it shows none. */
export function tokenOf(headers: Headers): string | undefined {
  const authorization = headers.get("authorization");
  if (authorization?.startsWith(BEARER)) return authorization.slice(BEARER.length);
  const protocols = headers.get("sec-websocket-protocol")?.split(",").map((one) => one.trim()) ??
    [];
  return protocols.find((one) => one.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
}
