/**
 * The headless client over TLS against the real server: it talks and carries files, and believes nobody who is not proved.
 *
 * @module
 */

import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { serve, type ServeOptions } from "../../../server/mod.ts";
import {
  ClosedError,
  connect,
  openDownload,
  openUpload,
  type SeenCertificate,
  type TlsTrust,
  UntrustedError,
} from "../../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { within } from "../../harness.ts";
import { testedTransport } from "../../transport.ts";

const HOUR_MS = 3_600_000;
const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: HOUR_MS });
const TRUST: TlsTrust = { believed: () => Promise.resolve([pair.cert]) };

function open(options: ServeOptions = {}) {
  return serve({ port: 0, transport: testedTransport(), tls: pair, ...options });
}

function client(port: number, name: string, tls: TlsTrust = TRUST) {
  return connect({ host: "localhost", port, name, tls, patienceMs: 0 });
}

Deno.test("over TLS two talk, beside somebody who does without", async () => {
  await using server = open();
  await using alice = client(server.port, "Alice");
  await using bob = connect({ port: server.port, name: "Bob" });
  await Promise.all([alice.online(), bob.online()]);
  const { seq } = await within(alice.say("hello"), "Alice's Ack");
  assertEquals((await within(bob.say("hi"), "Bob's Ack")).seq, seq + 1);
  const said: string[] = [];
  for await (const event of alice) {
    if (event.type !== "NewMessage") continue;
    said.push(event.content);
    if (said.length === 2) break;
  }
  assertEquals(said, ["hello", "hi"]);
});

Deno.test("over TLS a large page and a file come as they were", async () => {
  await using server = open();
  await using alice = client(server.port, "Alice");
  await using bob = client(server.port, "Bob");
  await Promise.all([alice.online(), bob.online()]);
  const size = 3_000_000;
  const bytes = Uint8Array.from({ length: size }, (_, at) => at * 31 >> 3);
  const at = { host: "localhost", port: server.port, tls: TRUST };
  const offered = await alice.offerFile({ filename: "a.bin", size }, { user: "Bob" });
  const tokens = { up: "", down: "" };
  const find = async (who: typeof alice, type: "StartUpload" | "StartDownload") => {
    for await (const event of who) {
      if (event.type === "FileOffer") {
        await who.acceptFile({ offer: event.offer, from: "Alice", filename: "a.bin" } as never);
      }
      if (event.type === type) return event.token ?? "";
    }
    return "";
  };
  const up = find(alice, "StartUpload"), down = find(bob, "StartDownload");
  assert(offered.offer !== undefined);
  [tokens.up, tokens.down] = await within(Promise.all([up, down]), "the tokens");
  await using download = await openDownload(at, tokens.down);
  await using upload = await openUpload(at, tokens.up);
  const sending = (async () => {
    for (let sent = 0; sent < size; sent += 100_000) {
      await upload.write(bytes.subarray(sent, sent + 100_000));
    }
    await upload.done();
  })();
  const got = new Uint8Array(size);
  let filled = 0;
  for await (const piece of download) {
    got.set(piece, filled);
    filled += piece.length;
  }
  await Promise.all([sending, download.done()]);
  assertEquals(filled, size);
  assertEquals(await digest(got), await digest(bytes));
});

Deno.test("a server that nobody vouches for is refused, and hears nothing", async () => {
  let logins = 0;
  await using server = open({ onEvent: ({ kind }) => kind === "joined" && logins++ });
  await using alice = client(server.port, "Alice", {});
  const error = await assertRejects(within(alice.online(), "the refusal"), UntrustedError);
  assert(error.message.includes("localhost"), error.message);
  assertEquals(logins, 0);
});

Deno.test("a judge sees the certificate, and what he believes is believed for that host alone", async () => {
  await using server = open();
  const seen: SeenCertificate[] = [];
  const trust: TlsTrust = { judge: (one) => Promise.resolve(void seen.push(one)) };
  await using alice = client(server.port, "Alice", trust);
  await within(alice.online(), "Alice");
  assertEquals([seen[0]?.selfSigned, seen[0]?.fits, seen[0]?.names], [true, true, "localhost"]);
  await using bob = connect({
    host: "127.0.0.1",
    port: server.port,
    name: "Bob",
    tls: trust,
    patienceMs: 0,
  });
  await assertRejects(within(bob.online(), "the refusal"), UntrustedError);
  assertEquals(seen[1]?.fits, false);
});

Deno.test("a server that shows another certificate than the one that is believed is refused", async () => {
  await using server = open();
  await using alice = client(server.port, "Alice");
  await within(alice.online(), "Alice");
  server.renewCertificate(
    selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: HOUR_MS }),
  );
  await within(alice.say("still here"), "an Ack under the old certificate");
  await using bob = client(server.port, "Bob");
  await assertRejects(within(bob.online(), "the refusal"), UntrustedError);
});

Deno.test("where TLS is demanded, a client without it is told so, and does not try again", async () => {
  await using server = open({ tls: { ...pair, required: true } });
  await using alice = connect({ port: server.port, name: "Alice" });
  const error = await assertRejects(within(alice.online(), "the refusal"), Error);
  assert(error.message.includes("TLS only"), error.message);
});

Deno.test("a server without a certificate says at once that it speaks no TLS", async () => {
  await using server = serve({ port: 0, transport: testedTransport() });
  await using alice = client(server.port, "Alice");
  const error = await assertRejects(within(alice.online(), "the refusal"), ClosedError);
  assert(error.message.includes("does not speak TLS"), error.message);
});

Deno.test("whoever is turned away over TLS learns that there is no place", async () => {
  await using server = open({ limits: { connectionsMax: 1 } });
  await using alice = client(server.port, "Alice");
  await within(alice.online(), "Alice");
  await using bob = client(server.port, "Bob");
  const error = await assertRejects(within(bob.online(), "the refusal"), ClosedError);
  assert(error.message.includes("no place"), error.message);
});

Deno.test("a certificate that cannot be shown is refused at the start and later, and the old one stays", async () => {
  await using server = open();
  let thrown: unknown;
  try {
    server.renewCertificate({ cert: pair.cert, key: "nothing" });
  } catch (error) {
    thrown = error;
  }
  assert(thrown instanceof Error && thrown.name === "CertificateError");
  await using alice = client(server.port, "Alice");
  await within(alice.online(), "Alice");
});

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
