/**
 * The plain relay: every line to all connections, the sender included, and nothing else.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { frame, type RawClient, startServer, type TestServer, utf8 } from "../../harness.ts";

const ANONYMOUS = { anonymous: true };

/** Connections that the relay has let in: each has heard a line of its own. */
async function people(server: TestServer, count: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let n = 0; n < count; n++) {
    const client = await server.connect();
    clients.push(client);
    await client.write(`here ${n}\n`);
    for (const other of clients) await other.expectLines(`here ${n}`);
  }
  return clients;
}

Deno.test("every line goes to all connections, the sender included, without names or commands", async () => {
  await using server = startServer(ANONYMOUS);
  const clients = await people(server, 3);
  await clients[0]?.write("hello\n/list\n\nlast\n");
  for (const client of clients) await client.expectLines("hello", "/list", "", "last");
  for (const client of clients) await client.close();
});

Deno.test("lines pass as they are: control characters and bytes that are no UTF-8 too", async () => {
  await using server = startServer(ANONYMOUS);
  await using one = await server.connect();
  const odd = new Uint8Array([0x1b, 0x5b, 0xff, 0x00, 0x61, 0x0a]);
  await one.write(odd);
  await one.closeWrite();
  assertEquals([...await one.rest()], [...odd]);
});

Deno.test("the last line is heard although its end is missing", async () => {
  await using server = startServer(ANONYMOUS);
  const [alice, bob] = await people(server, 2);
  await bob?.write("cut off");
  await bob?.closeWrite();
  await alice?.expectLines("cut off");
  await alice?.close();
  await bob?.close();
});

Deno.test("nothing is told of who comes and goes, and nothing of what was said before", async () => {
  await using server = startServer(ANONYMOUS);
  const [alice] = await people(server, 1);
  const bob = await server.connect();
  await bob.write("first of Bob\n");
  await bob.expectLines("first of Bob");
  await bob.close();
  await alice?.expectLines("first of Bob");
  await alice?.write("still alone\n");
  await alice?.expectLines("still alone");
  await alice?.close();
});

Deno.test("lines of several speakers stay whole", async () => {
  await using server = startServer(ANONYMOUS);
  const clients = await people(server, 3);
  await Promise.all(
    clients.map((client, who) =>
      client.write(
        Array.from({ length: 300 }, (_, n) => `${who} ${n} ${"x".repeat(300)}\n`).join(""),
      )
    ),
  );
  for (const client of clients) {
    const counts = new Map<string, number>();
    for (let n = 0; n < 900; n++) {
      const [who = "", count = "", tail = ""] = (await client.line()).split(" ");
      const expected = counts.get(who) ?? 0;
      counts.set(who, expected + 1);
      assertEquals([count, tail.length], [`${expected}`, 300]);
    }
    await client.close();
  }
});

Deno.test("a line that is too long is refused to its sender alone", async () => {
  await using server = startServer(ANONYMOUS);
  const [alice, bob] = await people(server, 2);
  await alice?.write("x".repeat(100_000) + "\nshort\n");
  const heard = [await alice?.line(), await alice?.line()].sort();
  assertEquals(heard, ["[Server] This text is too long.", "short"]);
  await bob?.expectLines("short");
  await alice?.close();
  await bob?.close();
});

Deno.test("a browser that strays here is answered, and nothing that it sends is relayed", async () => {
  await using server = startServer(ANONYMOUS);
  const [alice] = await people(server, 1);
  await using browser = await server.connect();
  await browser.write(
    "POST / HTTP/1.1\r\nHost: x\r\nOrigin: http://evil\r\n\r\nI am the visitor\r\n",
  );
  await browser.rest();
  await alice?.write("barrier\n");
  await alice?.expectLines("barrier");
  await alice?.close();
});

Deno.test("a frame is no more than bytes here", async () => {
  await using server = startServer(ANONYMOUS);
  const [alice] = await people(server, 1);
  await alice?.write(frame(utf8('{"type":"Ping"}\n')));
  await alice?.expectLines('\0\0\0\x10{"type":"Ping"}');
  await alice?.close();
});
