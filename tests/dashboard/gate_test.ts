/**
 * Who may come in, by headers alone.
 *
 * @module
 */

import { judge, type Knock, type Listening } from "../../observe/dashboard/gate.ts";
import { authorizationWith, keyIn, keyOf, protocolsWith } from "../../observe/dashboard/token.ts";
import { assertEquals } from "../assert.ts";

const HERE: Listening = { hostname: "127.0.0.1", port: 8_000 };
const PAGE: Knock = {
  method: "GET",
  path: "/",
  host: "127.0.0.1:8000",
  origin: null,
  site: null,
  upgrade: false,
  token: false,
};
const SOCKET: Knock = {
  ...PAGE,
  path: "/socket",
  origin: "http://127.0.0.1:8000",
  upgrade: true,
  token: true,
};

function statusOf(knock: Partial<Knock>, base = PAGE, listening = HERE): number | string {
  const verdict = judge({ ...base, ...knock }, listening);
  return verdict.kind === "refused" ? verdict.status : verdict.kind;
}

Deno.test("a page is given to whoever asks at a loopback address, and to no other name", () => {
  for (const host of ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "127.9.9.9:8000"]) {
    assertEquals(statusOf({ host }), "asset", host);
  }
  const others = [
    null,
    "",
    "127.0.0.1",
    "127.0.0.1:8001",
    "evil.example:8000",
    "127.0.0.1.evil.example:8000",
    "localhost.evil.example:8000",
    "192.168.1.5:8000",
    "127.0.0.1:8000:8000",
    "x@127.0.0.1:8000",
  ];
  for (const host of others) assertEquals(statusOf({ host }), 403, String(host));
});

Deno.test("on all addresses a page is given at any address, and still at no name", () => {
  const open = { hostname: "0.0.0.0", port: 8_000 };
  for (const host of ["10.0.0.7:8000", "[fe80::1]:8000", "localhost:8000"]) {
    assertEquals(statusOf({ host }, PAGE, open), "asset", host);
  }
  assertEquals(statusOf({ host: "evil.example:8000" }, PAGE, open), 403);
  const named = { hostname: "chat.lan", port: 8_000 };
  assertEquals(statusOf({ host: "Chat.lan:8000" }, PAGE, named), "asset");
});

Deno.test("a WebSocket needs our origin and the token", () => {
  assertEquals(statusOf({}, SOCKET), "socket");
  assertEquals(statusOf({ token: false }, SOCKET), 401);
  const origins = [
    null,
    "null",
    "http://evil.example",
    "https://127.0.0.1:8000",
    "http://localhost:8000",
  ];
  for (const origin of origins) assertEquals(statusOf({ origin }, SOCKET), 403, String(origin));
  assertEquals(statusOf({ upgrade: false }, SOCKET), 400);
});

Deno.test("a file goes to the own page and its own links only, and is posted by the own page only", () => {
  const path = "/files/x";
  const link = { path };
  for (const site of [null, "same-origin"]) assertEquals(statusOf({ ...link, site }), "download");
  for (const site of ["none", "same-site", "cross-site"]) {
    assertEquals(statusOf({ ...link, site }), 403, site);
  }
  const origin = "http://127.0.0.1:8000";
  assertEquals(statusOf({ ...link, origin }), "download");
  assertEquals(statusOf({ ...link, origin: "http://evil.example" }), 403);
  const post = { ...link, method: "POST" };
  assertEquals(statusOf({ ...post, origin }), "upload");
  for (const other of [null, "null", "http://evil.example", "http://127.0.0.1:8001"]) {
    assertEquals(statusOf({ ...post, origin: other }), 403, String(other));
  }
  assertEquals(statusOf({ ...link, host: "evil.example:8000" }), 403);
  for (const method of ["HEAD", "PUT", "DELETE"]) {
    assertEquals(statusOf({ ...link, origin, method }), 405, method);
  }
});

Deno.test("the key is shown as one of the protocols, or plainly, and in nothing that a browser adds by itself", () => {
  const token = "t".repeat(22) + "s".repeat(21);
  const shown = (headers: Record<string, string>) => keyIn(new Headers(headers));
  assertEquals(shown({ "sec-websocket-protocol": protocolsWith(token).join(", ") }), keyOf(token));
  assertEquals(shown({ "sec-websocket-protocol": protocolsWith(token).join(",") }), keyOf(token));
  assertEquals(shown({ authorization: authorizationWith(token) }), keyOf(token));
  assertEquals(shown({}), undefined);
  assertEquals(shown({ "sec-websocket-protocol": `chat-dashboard, ${token}` }), undefined);
  assertEquals(shown({ authorization: `Basic ${token}` }), undefined);
  for (const name of ["cookie", "referer", "origin"]) {
    assertEquals(shown({ [name]: `key.${token}` }), undefined, name);
  }
});
