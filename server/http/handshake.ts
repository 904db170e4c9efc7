/**
 * The opening of a WebSocket (RFC 6455, section 4.2): whether a request is one, and the answer to it.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Answer } from "./answer.ts";
import type { Head } from "./head.ts";

/** Both ends prove with this that they mean the same protocol. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;

const encoder = new TextEncoder();

/** Why a request does not open a WebSocket; `undefined` when it does. */
export function handshakeFault({ headers }: Head): Answer | undefined {
  const upgrade = tokensIn(headers.get("upgrade"));
  const connection = tokensIn(headers.get("connection"));
  if (!upgrade.includes("websocket") || !connection.includes("upgrade")) {
    return {
      status: 426,
      body: "Here is a WebSocket.\n",
      headers: { Upgrade: "websocket" },
    };
  }
  if (headers.get("sec-websocket-version") !== "13") {
    return {
      status: 426,
      body: "The version of WebSockets that is spoken here is 13.\n",
      headers: { "Sec-WebSocket-Version": "13" },
    };
  }
  if (KEY.test(headers.get("sec-websocket-key") ?? "")) return undefined;
  return { status: 400, body: "The key of this WebSocket is not one.\n" };
}

/** The words of a header that is a list. */
function tokensIn(header = ""): string[] {
  return header.toLowerCase().split(",").map((token) => token.trim());
}

/** The answer that opens it. @param setCookie What the browser is to keep, if anything. */
export function handshakeAnswer({ headers }: Head, setCookie?: string): Uint8Array {
  const key = headers.get("sec-websocket-key") ?? "";
  // At once: to ask a thread for a hash of sixty bytes costs more than the hash.
  const accept = createHash("sha1").update(key + GUID).digest("base64");
  return encoder.encode(
    "HTTP/1.1 101 Switching Protocols\r\n" +
      "Upgrade: websocket\r\n" +
      "Connection: Upgrade\r\n" +
      (setCookie === undefined ? "" : `Set-Cookie: ${setCookie}\r\n`) +
      `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}
