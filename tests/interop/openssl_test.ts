/**
 * OpenSSL and curl against the real server: which versions and ciphers it speaks, and which it does not.
 *
 * @module
 */

import { selfSigned } from "../../cli/tls/self_signed.ts";
import { serve } from "../../server/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { testedTransport } from "../transport.ts";
import { within } from "../within.ts";

interface Place extends AsyncDisposable {
  readonly port: number;
  readonly web: number;
  readonly ca: string;
}

async function place(): Promise<Place> {
  const folder = await Deno.makeTempDir({ prefix: "chat-openssl-" });
  const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });
  await Deno.writeTextFile(`${folder}/ca.pem`, pair.cert);
  const server = serve({ port: 0, transport: testedTransport(), tls: pair, http: {} });
  return {
    port: server.port,
    web: server.http?.port ?? 0,
    ca: `${folder}/ca.pem`,
    async [Symbol.asyncDispose]() {
      await server.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a program says that is told `input`. */
async function saying(program: string, args: readonly string[], input: string): Promise<Said> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await within(child.output(), `${program} ${args.join(" ")}`);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** Talks by `openssl s_client`. It says all at once, and its end is the chat's: `/quit`. */
function talk({ port, ca }: Place, ...args: readonly string[]): Promise<Said> {
  const all = ["s_client", "-connect", `localhost:${port}`, "-CAfile", ca, "-ign_eof", ...args];
  return saying("openssl", all, "Anna\n/list\n/quit\n");
}

/** What both ends agreed on. */
function agreed({ out }: Said): string | undefined {
  return /^New, (TLSv1\.\d, Cipher is \S+)$/m.exec(out)?.[1];
}

testWith(
  ["openssl"],
  "TLS 1.2 and 1.3 are spoken, and what is said over them is answered",
  async () => {
    await using at = await place();
    for (const version of ["2", "3"]) {
      const said = await talk(at, `-tls1_${version}`);
      assert(said.out.includes("[Server] Users online: Anna"), said.out + said.err);
      assert(said.out.includes("Verify return code: 0 (ok)"), said.out);
      assert(agreed(said)?.startsWith(`TLSv1.${version}, `), said.out);
      assertEquals(said.code, 0, said.err);
    }
  },
);

testWith(["openssl"], "older versions are refused, whatever the client would take", async () => {
  await using at = await place();
  for (const version of ["-tls1", "-tls1_1"]) {
    const said = await talk(at, version, "-cipher", "ALL:@SECLEVEL=0");
    assert(/alert protocol version|handshake failure/i.test(said.err), said.err);
    assert(!said.out.includes("Users online"), said.out);
  }
});

testWith(
  ["openssl"],
  "no cipher without forward secrecy and authenticated encryption is spoken",
  async () => {
    await using at = await place();
    const listed = await saying("openssl", [
      "ciphers",
      "-s",
      "-tls1_2",
      "ALL:COMPLEMENTOFALL:@SECLEVEL=0",
    ], "");
    const taken: string[] = [];
    for (const cipher of listed.out.trim().split(":")) {
      // Those of another kind of certificate, or of none, cannot be spoken with this one anyway.
      if (!/^(?:ECDHE-ECDSA|AECDH|ECDH-ECDSA)-/.test(cipher)) continue;
      const said = await talk(at, "-tls1_2", "-cipher", `${cipher}:@SECLEVEL=0`);
      if (said.out.includes("Users online")) taken.push(cipher);
    }
    assertEquals(taken.sort(), [
      "ECDHE-ECDSA-AES128-GCM-SHA256",
      "ECDHE-ECDSA-AES256-GCM-SHA384",
      "ECDHE-ECDSA-CHACHA20-POLY1305",
    ]);
  },
);

testWith(["openssl"], "nobody can have the keys agreed on anew over and over", async () => {
  await using at = await place();
  // Without -ign_eof a line with R asks for it.
  const args = ["s_client", "-connect", `localhost:${at.port}`, "-CAfile", at.ca, "-tls1_2"];
  const { err } = await saying("openssl", args, "R\n");
  assert(err.includes("RENEGOTIATING") && err.includes("no renegotiation"), err);
});

testWith(
  ["openssl"],
  "who asks for other keys over and over is answered with the newest",
  async () => {
    await using at = await place();
    const child = new Deno.Command("openssl", {
      args: ["s_client", "-connect", `localhost:${at.port}`, "-CAfile", at.ca, "-tls1_3"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const out = new Hearing(child.stdout), err = new Hearing(child.stderr);
    const writer = child.stdin.getWriter();
    // Some engines end a connection on which nothing is said but that, above 32 times.
    // It reads a line alone when the last one has come to something: `K` asks for other keys of both sides.
    const say = (text: string) => writer.write(new TextEncoder().encode(text));
    await out.times("Verify return code", 1);
    await say("Anna\n/list\n");
    await out.times("Users online: Anna", 1);
    for (let n = 1; n <= 20; n++) {
      await say("K\n");
      await err.times("KEYUPDATE", n);
    }
    await say("/list\n");
    await out.times("Users online: Anna", 2);
    await writer.close();
    await within(Promise.all([out.ended, err.ended, child.status]), "its end");
  },
);

/** What a program says, as it comes. */
class Hearing {
  readonly ended: Promise<void>;
  #text = "";
  #more = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    const write = (text: string) => {
      this.#text += text;
      this.#more.resolve();
      this.#more = Promise.withResolvers();
    };
    this.ended = stream.pipeThrough(new TextDecoderStream()).pipeTo(new WritableStream({ write }));
  }

  /** Resolves when it has said something so often. */
  async times(word: string, count: number): Promise<void> {
    while (this.#text.split(word).length <= count) {
      await within(this.#more.promise, `${word}, ${count} times`);
    }
  }
}

testWith(
  ["curl"],
  "curl has the health over HTTPS, and not from a server that it does not know",
  async () => {
    await using at = await place();
    const url = `https://localhost:${at.web}/healthz`;
    assertEquals((await saying("curl", ["-s", "--cacert", at.ca, url], "")).out, "ok\n");
    assertEquals((await saying("curl", ["-s", url], "")).code, 60);
    assertEquals((await saying("curl", ["-s", url.replace("https", "http")], "")).out, "ok\n");
  },
);
