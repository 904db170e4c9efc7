/**
 * The page's files over HTTP, and the key that a browser is given: for our own page alone, and kept once it is there.
 *
 * @module
 */

import { chatPage } from "../../../observe/dashboard/mod.ts";
import { browserKey, cookieName } from "../../../server/http/browser_key.ts";
import type { WebPage } from "../../../server/http/page.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";

function head(fields: Readonly<Record<string, string>>) {
  return { headers: new Map(Object.entries(fields)) };
}

Deno.test("a browser gets a key once, of the port that it asks, and shows it from then on", () => {
  const first = browserKey(head({ host: "127.0.0.1:9090" }), false);
  const cookie = first.setCookie.split("; ");
  assertEquals(cookie.slice(1), [
    "Path=/",
    "HttpOnly",
    "SameSite=Strict",
    `Max-Age=${400 * 86_400}`,
  ]);
  assert(cookie[0]?.startsWith("chat-9090="));
  const again = browserKey(
    head({ host: "127.0.0.1:9090", cookie: `a=b; chat-80=x; ${cookie[0]}; chat-9090=other` }),
    false,
  );
  assertEquals(again.setCookie, first.setCookie);
  assertEquals(again.seal.open(first.seal.close("secret")), "secret");
  // Of another port, or none at all that could be a key: a fresh one.
  for (const shown of [cookie[0]?.replace("9090", "9091") ?? "", "chat-9090=short", "chat-9090"]) {
    const other = browserKey(head({ host: "127.0.0.1:9090", cookie: shown }), false);
    assert(other.setCookie !== first.setCookie);
    assertEquals(other.seal.open(first.seal.close("secret")), undefined);
  }
});

Deno.test("over TLS a key goes over TLS alone, and nobody else of the domain can set it", () => {
  const { setCookie } = browserKey(head({ host: "chat.example" }), true);
  assert(setCookie.startsWith("__Host-chat-443=") && setCookie.endsWith("; Secure"));
  assertEquals(cookieName("[::1]:8443", true), "__Host-chat-8443");
  assertEquals(cookieName("chat.example", false), "chat-80");
});

/** Asks to open a WebSocket; gives the head of the answer. */
async function open(port: number, path: string, more: readonly string[] = []): Promise<string> {
  using socket = await Deno.connect({ port });
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ...more,
  ];
  await socket.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
  const buffer = new Uint8Array(4_096);
  const count = await within(socket.read(buffer), "the answer");
  return new TextDecoder().decode(buffer.subarray(0, count ?? 0));
}

Deno.test("a key is set for our own page, and not for programs, other sites, or where no page is", async () => {
  await using server = startServer({ http: { page: await chatPage("open") } });
  const port = server.server.http?.port ?? 0;
  const own = [`Origin: http://127.0.0.1:${port}`];
  assert(/^set-cookie: chat-/mi.test(await open(port, "/ws?page", own)));
  assert(!/^set-cookie:/mi.test(await open(port, "/ws", own)));
  const foreign = await open(port, "/ws?page", ["Origin: http://evil.example"]);
  assert(foreign.startsWith("HTTP/1.1 403 ") && !/^set-cookie:/mi.test(foreign), foreign);
  await using bare = startServer({ http: {} });
  const none = await open(bare.server.http?.port ?? 0, "/ws?page");
  assert(none.startsWith("HTTP/1.1 101 ") && !/^set-cookie:/mi.test(none), none);
});

Deno.test("the page's files come in the form that is taken, once, and with a policy that lets nothing else run", async () => {
  const page = await chatPage("closed");
  await using server = startServer({ http: { page } });
  const url = `http://127.0.0.1:${server.server.http?.port}`;
  for (const [path, { etag, type, bodies }] of page.files) {
    const answer = await fetch(url + path, { headers: { "accept-encoding": "identity" } });
    assertEquals(new Uint8Array(await answer.arrayBuffer()), new Uint8Array(bodies.identity), path);
    assertEquals([answer.status, answer.headers.get("content-type")], [200, type]);
    const policy = answer.headers.get("content-security-policy") ?? "";
    assert(policy.startsWith("default-src 'none'; script-src 'self'; ") && !/unsafe/.test(policy));
    assertEquals(answer.headers.get("set-cookie"), null);
    const again = await fetch(url + path, { headers: { "if-none-match": etag } });
    assertEquals([again.status, await again.text()], [304, ""]);
  }
  assert((await (await fetch(url)).text()).includes('data-accounts="closed"'));
});

/** What a browser loads before it shows anything: what the page names, and what its scripts cannot do without. */
function firstLoad(files: WebPage["files"]): ReadonlySet<string> {
  const paths = new Set<string>(["/"]);
  for (const path of paths) {
    const text = new TextDecoder().decode(files.get(path)?.bodies.identity);
    const found = path === "/"
      ? text.matchAll(/(?:src|rel="(?:stylesheet|modulepreload)" href)="([^"]+)"/g)
      : text.matchAll(/\b(?:from|import)"\.([^"]+)"/g);
    for (const [, other = ""] of found) if (files.has(other)) paths.add(other);
  }
  return paths;
}

Deno.test("before it shows anything, a phone gets 100 kB at most, and no charts", async () => {
  const { files } = await chatPage("open");
  const first = firstLoad(files);
  assertEquals([...first].sort(), ["/", "/chat-shared.js", "/chat.css", "/chat.js"]);
  const bytes = [...first].reduce((sum, path) => sum + (files.get(path)?.bodies.br.length ?? 0), 0);
  assert(bytes <= 100_000, `${bytes} bytes`);
  const withCharts = [...files].filter(([path, { bodies }]) =>
    path.endsWith(".js") && new TextDecoder().decode(bodies.identity).includes("uplot")
  );
  assertEquals(withCharts.map(([path]) => path), ["/chat-figures.js"]);
});
