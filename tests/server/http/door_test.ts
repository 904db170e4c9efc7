/**
 * The second door from outside: what it answers, to whom, and what it does not put up with.
 *
 * @module
 */

import { HttpListenError, serve } from "../../../server/mod.ts";
import { HTTP_HEAD_BYTES_MAX } from "../../../server/http/limits.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { startServer, utf8 } from "../../harness.ts";
import { exchange, get, opening, startWeb } from "./web.ts";

/** The status of an answer. */
function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]);
}

Deno.test("HTTP is answered only where that was asked for", async () => {
  await using server = startServer();
  assertEquals(server.server.http, undefined);
});

Deno.test("a server whose second address is taken does not take the first either", async () => {
  await using server = startWeb();
  const error = assertThrows(() => serve({ http: { port: server.web } }), HttpListenError);
  assert(error.cause instanceof Deno.errors.AddrInUse);
});

Deno.test("each address answers for itself, and everything else is 404", async () => {
  await using server = startWeb();
  assertEquals(await get(server.web, "/healthz"), { status: 200, body: "ok\n" });
  assertEquals((await get(server.web, "/metrics?x=1")).status, 200);
  for (const path of ["/", "/metrics/", "/wsx", "//metrics"]) {
    assertEquals((await get(server.web, path)).status, 404, path);
  }
  assertEquals((await get(server.web, "/ws")).status, 426);
});

Deno.test("HEAD gets the head of the same answer, without its body", async () => {
  await using server = startWeb();
  const answer = await exchange(server.web, "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assert(answer.includes("\r\nContent-Length: 3\r\n") && answer.endsWith("\r\n\r\n"), answer);
});

Deno.test("what is no request that is served here is refused by its number", async () => {
  await using server = startWeb();
  const host = "Host: localhost\r\n";
  for (
    const [request, status] of [
      [`POST /metrics HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`, 405],
      [`BREW / HTTP/1.1\r\n${host}\r\n`, 405],
      ["Alice\r\n\r\n", 400],
      // HTTP/1.0 has none.
      ["GET /metrics HTTP/1.1\r\n\r\n", 400],
      ["GET /metrics HTTP/1.0\r\n\r\n", 200],
      [`GET metrics HTTP/1.1\r\n${host}\r\n`, 400],
      [`GET / HTTP/2.0\r\n${host}\r\n`, 400],
      [`GET / HTTP/1.1\r\n${host}${host}\r\n`, 400],
      [`GET / HTTP/1.1\r\n${host}A b: c\r\n\r\n`, 400],
      [`GET / HTTP/1.1\r\n${host} folded: c\r\n\r\n`, 400],
      [`GET / HTTP/1.1\r\nX: ${"x".repeat(HTTP_HEAD_BYTES_MAX)}\r\n\r\n`, 431],
    ] as const
  ) {
    const answer = await exchange(server.web, request);
    assertEquals(statusOf(answer), status, request.slice(0, 60));
  }
});

Deno.test("a request that comes byte by byte is understood all the same", async () => {
  await using server = startWeb();
  using conn = await Deno.connect({ port: server.web });
  conn.setNoDelay(true);
  for (const byte of new TextEncoder().encode("GET /healthz HTTP/1.0\r\n\r\n")) {
    await conn.write(new Uint8Array([byte]));
  }
  const buffer = new Uint8Array(1_024);
  const count = await conn.read(buffer) ?? 0;
  assertEquals(statusOf(new TextDecoder().decode(buffer.subarray(0, count))), 200);
});

Deno.test("a name that does not belong to this machine is refused on loopback", async () => {
  await using server = startWeb();
  for (const host of ["localhost", "LOCALHOST:80", "127.0.0.1:9", "[::1]:9", "127.1.2.3"]) {
    const answer = await exchange(server.web, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assertEquals(statusOf(answer), 200, host);
  }
  for (const host of ["evil.example", "localhost.evil.example:80", "127.0.0.1.evil", ""]) {
    const answer = await exchange(server.web, `GET /metrics HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assertEquals(statusOf(answer), 421, host);
  }
});

Deno.test("a public address is answered to, and its pages come in, whichever host a proxy passes on", async () => {
  await using server = startWeb({
    http: { origins: ["https://chat.example", "http://b.example:81/"] },
  });
  const here = `127.0.0.1:${server.web}`;
  for (
    const [host, origin, status] of [
      ["chat.example", "https://chat.example", 101],
      [here, "https://chat.example", 101],
      ["chat.example", "http://b.example:81", 101],
      ["CHAT.example:443", undefined, 101],
      ["b.example:81", "http://b.example:81", 101],
      ["chat.example", "https://evil.example", 403],
      ["chat.example", "https://chat.example.evil.example", 403],
      ["chat.example:444", undefined, 421],
      ["b.example", undefined, 421],
      ["evil.example", "https://chat.example", 421],
    ] as const
  ) {
    const conn = await Deno.connect({ port: server.web });
    await conn.write(utf8(opening(server.web, { Host: host, Origin: origin })));
    const answer = new Uint8Array(13);
    await conn.read(answer);
    assertEquals(statusOf(new TextDecoder().decode(answer)), status, `${host}, ${origin}`);
    conn.close();
  }
});

Deno.test("serve() refuses what is no public address, and listens nowhere", () => {
  for (const origin of ["chat.example", "https://chat.example/path", "ftp://chat.example", ""]) {
    assertThrows(() => startWeb({ http: { origins: [origin] } }), RangeError);
  }
});

Deno.test("a page of another site, or of none that it may name, opens no WebSocket", async () => {
  await using server = startWeb();
  const here = `127.0.0.1:${server.web}`;
  for (
    const origin of [
      "http://evil.example",
      "null",
      "file://",
      `http://localhost:${server.web}`,
      `http://127.0.0.1:${server.web + 1}`,
      `ftp://${here}`,
      `http://${here}.evil.example`,
    ]
  ) {
    const answer = await exchange(server.web, opening(server.web, { Origin: origin }));
    assertEquals(statusOf(answer), 403, origin);
  }
  assertEquals(server.events.map(({ kind }) => kind), ["listening", "http_listening"]);
});

Deno.test("what does not open a WebSocket is told what is missing", async () => {
  await using server = startWeb();
  for (
    const [headers, status] of [
      [{ Upgrade: undefined }, 426],
      [{ Connection: "keep-alive" }, 426],
      [{ "Sec-WebSocket-Version": "8" }, 426],
      [{ "Sec-WebSocket-Key": "short" }, 400],
      [{ "Sec-WebSocket-Key": undefined }, 400],
    ] as const
  ) {
    const answer = await exchange(server.web, opening(server.web, headers));
    assertEquals(statusOf(answer), status, JSON.stringify(headers));
  }
});

Deno.test("a plain relay has metrics and health, but no WebSocket", async () => {
  await using server = startWeb({ anonymous: true });
  assertEquals((await get(server.web, "/healthz")).status, 200);
  assertEquals(statusOf(await exchange(server.web, opening(server.web))), 404);
  await using one = await server.connect();
  await using other = await server.connect();
  await one.write("hello\n");
  await one.expectLines("hello");
  await other.expectLines("hello");
  const { body } = await get(server.web, "/metrics");
  assert(body.includes("\nchat_deliveries_total 2\n"), body);
  assert(body.includes('\nchat_delivered_bytes_total{kind="room"} 12\n'), body);
});

Deno.test("those who ask nothing take no place from those who do, and end with the server", async () => {
  const requestsMax = 32;
  const server = startWeb({ limits: { requestsMax } });
  const silent = await Promise.all(
    Array.from({ length: requestsMax }, () => Deno.connect({ port: server.web })),
  );
  // The server takes them in the order in which they came: the first of them makes room.
  assertEquals((await get(server.web, "/healthz")).status, 200);
  assertEquals(await silent[0]?.read(new Uint8Array(1)).catch(() => null), null);
  await server.server.close();
  for (const conn of silent) {
    assertEquals(await conn.read(new Uint8Array(1)).catch(() => null), null);
    conn.close();
  }
});

Deno.test("pages that all come at once come in, though each request is on its way for longer than it takes to connect", async () => {
  const crowd = 100;
  await using server = startWeb({ limits: { requestsMax: crowd } });
  const all = await Promise.all(
    Array.from({ length: crowd }, () => Deno.connect({ port: server.web })),
  );
  for (const conn of all) {
    await conn.write(utf8(opening(server.web)));
    const answer = new Uint8Array(12);
    assertEquals(await conn.read(answer), answer.length);
    assertEquals(new TextDecoder().decode(answer), "HTTP/1.1 101");
  }
  for (const conn of all) conn.close();
});

Deno.test("an address that other machines reach is named as open, and a log can warn", async () => {
  await using server = startWeb({ http: { hostname: "0.0.0.0" } });
  assertEquals((await server.event("http_listening")).open, true);
  const answer = await exchange(
    server.web,
    "GET /healthz HTTP/1.1\r\nHost: chat.example\r\n\r\n",
  );
  assertEquals(statusOf(answer), 200, "its name is its owner's affair");
});
