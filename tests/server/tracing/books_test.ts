/**
 * The bytes that a server counts of each connection are those that its client counted: those of the socket, also behind a proxy.
 *
 * @module
 */

import { selfSigned } from "../../../cli/tls/self_signed.ts";
import type { Inspection } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { frame, startServer, utf8 } from "../../harness.ts";
import { ask, comesIn } from "../conformance/asking.ts";
import { CountingClient, inOrder, liesThere, marking, operatorToken, wayOf } from "./counting.ts";

const PROXY = "PROXY TCP4 192.0.2.1 203.0.113.1 5000 8080\r\n";

Deno.test("bytes of frames, lines and of who comes by a proxy are counted as on the socket, and of TLS it is said that they are not", async () => {
  const tls = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });
  await using server = startServer({ operatorToken, tls, trustedProxies: ["127.0.0.1"] });
  await using anna = await CountingClient.join(server, "Anna");
  await using tom = await CountingClient.join(server, "Tom", "lines");
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await using pia = new CountingClient(conn, "frames");
  await pia.send(utf8(PROXY), frame({ type: "Login", username: "Pia" }));
  await pia.finds('"type":"Welcome"');
  await using tess = await CountingClient.over(
    await Deno.connectTls({ hostname: "localhost", port: server.port, caCerts: [tls.cert] }),
    "Tess",
  );
  await using op = await comesIn(server, { username: "Op", operator: operatorToken });
  await using marks = await marking(server, "lobby", "Op2");
  const clients = [anna, pia, tess];
  for (const [at, client] of clients.entries()) {
    await client.send(frame({ type: "Broadcast", content: `words ${at}`, id: `id-${at}` }));
    await client.finds(`"re":"id-${at}"`);
  }
  const [said] = await pia.send(frame({ type: "Broadcast", content: "more" }));
  for (const client of [...clients, tom]) await client.finds(client === tom ? ": more" : '"more"');
  const { connections } = (await ask(op, { type: "Inspect" })) as unknown as Inspection;
  const books = (name: string) => {
    const one = connections.find(({ user }) => user === name);
    return [one?.bytesIn, one?.bytesOut, one?.secure];
  };
  for (const [name, client] of [["Anna", anna], ["Tom", tom], ["Pia", pia]] as const) {
    assertEquals(books(name), [client.sent, client.received, undefined], name);
  }
  assertEquals(books("Tess"), [tess.sent, tess.received, true]);
  const report = await wayOf(marks, { last: true });
  inOrder(report);
  assertEquals([report.from.user, report.from.stream], ["Pia", said]);
  liesThere(report, "Pia", await pia.finds('"more"'));
});
