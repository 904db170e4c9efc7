/**
 * An HTTP request on the chat's port: a short answer, and nothing of it is said in the chat.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";

const REQUESTS = [
  "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: x\r\n\r\n",
  "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nAlice\n/w Bob hello\n",
  "GET / HTTP/1.0\n\n",
  "OPTIONS * HTTP/1.1\r\n\r\n",
];

for (const request of REQUESTS) {
  Deno.test(`${JSON.stringify(request.slice(0, 30))} gets 400 and the end`, async () => {
    await using server = startServer();
    await using watcher = await server.frames("Watcher");
    await using browser = await server.connect();
    await browser.write(request);
    const answer = new TextDecoder().decode(await browser.rest());
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    const lines = head.split("\r\n");
    assertEquals(lines[0], "HTTP/1.1 400 Bad Request");
    assert(lines.includes("Connection: close"));
    assert(lines.includes("Content-Type: text/plain; charset=utf-8"));
    assert(lines.includes(`Content-Length: ${body.length}`));
    assert(body.includes("chat dashboard"), body);
    await watcher.expectNothing();
  });
}

Deno.test("fetch() gets the answer as a response", async () => {
  await using server = startServer();
  const response = await fetch(`http://127.0.0.1:${server.port}/`);
  assertEquals(response.status, 400);
  assert((await response.text()).includes("chat dashboard"));
});

Deno.test("a name that only begins like a request is a name", async () => {
  await using server = startServer();
  await using get = await server.text("GET");
  await get.expectNothing();
});
