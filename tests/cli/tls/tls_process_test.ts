/**
 * TLS as its users meet it: `chat cert`, `chat serve` with what it made, and clients that remember whom they met.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { serveArgs, ServerProcess } from "../../server/process.ts";
import { chat } from "../program.ts";

interface Folder extends AsyncDisposable {
  readonly path: string;
  readonly cert: readonly string[];
  /** Options of `chat serve`. */
  readonly tls: readonly string[];
}

async function folder(): Promise<Folder> {
  const path = await Deno.makeTempDir({ prefix: "chat-tls-" });
  return {
    path,
    cert: ["--cert", `${path}/cert.pem`, "--key", `${path}/key.pem`],
    tls: ["--tls-cert", `${path}/cert.pem`, "--tls-key", `${path}/key.pem`],
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

Deno.test("who connects is shown the fingerprint once, and another certificate is refused loudly", async () => {
  await using files = await folder();
  const made = await chat(["cert", ...files.cert]);
  assertEquals(made.code, 0, made.err);
  const [, fingerprint = ""] = made.out.split("\n");
  assert(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(fingerprint), made.out);
  assertEquals((await Deno.stat(`${files.path}/key.pem`)).mode ?? 0, 0o100600);
  await using server = await ServerProcess.start(serveArgs("--port", "0", ...files.tls));
  const env = { XDG_STATE_HOME: `${files.path}/state` };
  const send = (...more: readonly string[]) =>
    chat(["send", "hello", "-s", `chats://localhost:${server.port}`, "-n", "Anna", ...more], {
      env,
    });
  const first = await send();
  assertEquals(first.code, 0, first.err);
  assert(first.err.includes(fingerprint), first.err);
  const second = await send();
  assertEquals([second.code, second.err], [0, ""]);

  const again = await chat(["cert", ...files.cert]);
  assertEquals(again.code, 1, "Files that are there stay");
  await Deno.remove(`${files.path}/key.pem`);
  await Deno.remove(`${files.path}/cert.pem`);
  const renewed = await chat(["cert", ...files.cert]);
  const [, next = ""] = renewed.out.split("\n");
  server.signal("SIGHUP");
  await server.says(/a new certificate is shown/);
  const refused = await send();
  assertEquals(refused.code, 1);
  for (const part of ["IS NOT THE ONE THAT IT WAS", fingerprint, next]) {
    assert(refused.err.includes(part), refused.err);
  }
  const believed = await send("--tls-ca", `${files.path}/cert.pem`);
  assertEquals([believed.code, believed.err], [0, ""]);
  assertEquals(await server.end("SIGTERM", 10_000), 0);
});

Deno.test("a server for which an authority vouched is none that vouches for itself, and is told nothing", async () => {
  await using files = await folder();
  assertEquals((await chat(["cert", ...files.cert])).code, 0);
  // To the client's runtime its maker is one of the usual authorities.
  await Deno.copyFile(`${files.path}/cert.pem`, `${files.path}/authority.pem`);
  const env = {
    XDG_STATE_HOME: `${files.path}/state`,
    DENO_CERT: `${files.path}/authority.pem`,
  };
  await using server = await ServerProcess.start(serveArgs("--port", "0", ...files.tls));
  const where = ["-s", `chats://localhost:${server.port}`, "-n", "Anna"] as const;
  const proved = await chat(["send", "hello", ...where], { env });
  assertEquals([proved.code, proved.err], [0, ""]);

  await Deno.remove(`${files.path}/key.pem`);
  await Deno.remove(`${files.path}/cert.pem`);
  const [, fingerprint = ""] = (await chat(["cert", ...files.cert])).out.split("\n");
  server.signal("SIGHUP");
  await server.says(/a new certificate is shown/);
  const refused = await chat(["send", "hello", ...where], { env });
  assertEquals(refused.code, 1, refused.err);
  for (const part of ["IS NOT THE ONE THAT IT WAS", "an authority vouched", fingerprint]) {
    assert(refused.err.includes(part), refused.err);
  }
  // Whoever was told that it is right takes away what is remembered, as the sentence says.
  const [, path = ""] = /rm '([^']+)'/.exec(refused.err) ?? [];
  await Deno.remove(path);
  const first = await chat(["send", "hello", ...where], { env });
  assertEquals(first.code, 0, first.err);
  assert(first.err.includes(fingerprint), first.err);
});

Deno.test("a certificate that cannot be shown is told, and nobody notices", async () => {
  await using files = await folder();
  assertEquals((await chat(["cert", ...files.cert])).code, 0);
  await using server = await ServerProcess.start(serveArgs("--port", "0", ...files.tls));
  await Deno.writeTextFile(`${files.path}/key.pem`, "nothing");
  server.signal("SIGHUP");
  await server.says(/the certificate stays as it is: The key cannot be read/);
  // With the permissions that are left to it, a handshake that is none ends nothing else.
  using stranger = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await stranger.write(Uint8Array.of(0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9));
  assertEquals(await stranger.read(new Uint8Array(100)), 7, "An alert");
  await using _client = await server.frames("Anna");
});

Deno.test("options that do not fit together, and files that are none, are said in a sentence", async () => {
  await using files = await folder();
  for (
    const [args, code, sentence] of [
      [["serve", "--tls-cert", "x.pem"], 2, "give --tls-key, too"],
      [["serve", "--tls", "required"], 2, "needs --tls-cert"],
      [["serve", "--port", "0", ...files.tls], 1, "cannot be read"],
      [["send", "x", "--tls-ca", "x.pem"], 2, "--tls-ca is about TLS"],
      [["cert", "not/a name", ...files.cert], 2, "is no name or address"],
      [["bench", "-s", "chats://localhost:1", "--transport", "epoll"], 2, "--transport runtime"],
      [["bench", "-s", "chats://localhost:1"], 1, "nothing listens there"],
    ] as const
  ) {
    const ran = await chat(args);
    assertEquals(ran.code, code, ran.err);
    assert(ran.err.includes(sentence), ran.err);
  }
});

Deno.test("a server that others reach without TLS says so, and one with TLS does not", async () => {
  await using files = await folder();
  assertEquals((await chat(["cert", ...files.cert])).code, 0);
  for (const [more, warns] of [[[], true], [files.tls, false]] as const) {
    const ran = await saysAtStart(serveArgs("--host", "0.0.0.0", "--port", "0", ...more));
    assertEquals(/come in without TLS/.test(ran), warns, ran);
  }
});

/** What a server says on stderr until it is asked to end, as soon as it listens. */
async function saysAtStart([program = "", ...args]: readonly string[]): Promise<string> {
  const child = new Deno.Command(program, {
    args: [...args],
    env: { CHAT_DURABILITY: "none", NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGTERM");
  while (!(await reader.read()).done);
  const chunks = await Array.fromAsync(child.stderr.pipeThrough(new TextDecoderStream()));
  await child.status;
  return chunks.join("");
}
