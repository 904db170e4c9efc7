/**
 * The chat's own port behind a proxy: who is behind one that is believed has limits of its own, and is spoken with as ever.
 *
 * @module
 */

import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { serve, type ServeOptions } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { RawClient, utf8 } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { testedTransport } from "../../transport.ts";

function open(options: ServeOptions = {}) {
  return serve({
    port: 0,
    transport: testedTransport(),
    exempt: [],
    trustedProxies: ["127.0.0.1"],
    limits: { addressConnectionsMax: 1 },
    ...options,
  });
}

const from = (address: string) => `PROXY TCP4 ${address} 203.0.113.1 5000 8080\r\n`;

async function logIn(client: RawClient, username: string): Promise<void> {
  await client.send({ type: "Login", username });
  await client.next("Welcome");
}

Deno.test("who is behind a proxy is one of his own address, with frames and with text", async () => {
  const peers: string[] = [];
  await using server = open({
    onEvent: (event) => event.kind === "joined" && void peers.push(event.peer),
  });
  await using alice = await RawClient.connect(server.port);
  for (const byte of utf8(from("192.0.2.1"))) await alice.write(Uint8Array.of(byte));
  await logIn(alice, "Alice");
  await using bob = await RawClient.connect(server.port);
  await bob.write(from("192.0.2.2") + "Bob\n/list\n");
  assertEquals(await bob.line(), "[Server] Users online: Alice, Bob");
  assertEquals(peers, ["192.0.2.1:5000", "192.0.2.2:5000"]);
  await using second = await RawClient.connect(server.port);
  await second.write(from("192.0.2.1") + "Carol\n");
  assert((await second.line()).includes("At most 1 may be connected"));
});

Deno.test("a proxy that names nobody speaks for itself, and what is no header is none", async () => {
  await using server = open();
  await using alice = await RawClient.connect(server.port);
  await logIn(alice, "Alice");
  await using bob = await RawClient.connect(server.port);
  await bob.write("PROXY UNKNOWN\r\n");
  await logIn(bob, "Bob");
  await using wrong = await RawClient.connect(server.port);
  await wrong.write("PROXY TCP4 nowhere\r\n");
  await wrong.rest();
});

Deno.test("whoever is not believed cannot say that it is somebody else", async () => {
  await using server = open({ trustedProxies: ["192.0.2.9"], limits: {} });
  await using mallory = await RawClient.connect(server.port);
  await mallory.write(from("192.0.2.1"));
  assert((await mallory.line()).startsWith("[Server] "), "It is taken for a name, which it is not");
  await mallory.rest();
});

Deno.test("TLS goes through behind the proxy's words", async () => {
  const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });
  await using server = open({ tls: pair });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await conn.write(utf8(from("192.0.2.1")));
  using client = await Deno.startTls(conn, { hostname: "localhost", caCerts: [pair.cert] });
  await client.write(utf8("Alice\n/list\n"));
  const buffer = new Uint8Array(200);
  const count = await client.read(buffer) ?? 0;
  const line = new TextDecoder().decode(buffer.subarray(0, count));
  assertEquals(line, "[Server] Users online: Alice\n");
});

/** Version 2: 192.0.2.1, and whether it came over TLS. */
function second(isSecure: boolean): Uint8Array {
  const addresses = [192, 0, 2, 1, 203, 0, 113, 1, 0x13, 0x88, 0x1f, 0x90];
  const told = [0x20, 0, 5, isSecure ? 1 : 0, 0, 0, 0, 0];
  const head = [0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
  return Uint8Array.from([...head, 0x21, 0x11, 0, 20, ...addresses, ...told]);
}

Deno.test("no password is taken from whoever came to the proxy in the clear, unless the server takes such", async () => {
  for (
    const [secure, insecurePasswords, taken] of [
      [false, false, false],
      [true, false, true],
      [false, true, true],
    ] as const
  ) {
    await using server = open({ insecurePasswords, passwordCost: CHEAP });
    await using anna = await RawClient.connect(server.port);
    await anna.write(second(secure));
    await anna.send({ type: "Register", username: "Anna", password: "correct horse battery" });
    if (taken) await anna.next("Welcome");
    else assert((await anna.nextError("forbidden")).msg.includes("TLS"));
  }
});

Deno.test("a server ends while proxies have not said yet who is there", async () => {
  await using server = open();
  await using _silent = await RawClient.connect(server.port);
  await using half = await RawClient.connect(server.port);
  await half.write("PROXY TC");
  await server.close();
  assertEquals((await half.rest()).length, 0);
});
