/**
 * Debian's Caddy and nginx before the real server, with the texts that docs/encryption.md shows: pages and programs come through with
 * their real addresses, and those of other sites do not.
 *
 * @module
 */

import { selfSigned } from "../../cli/tls/self_signed.ts";
import { serve, type ServeOptions } from "../../server/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { RawClient } from "../harness.ts";
import { freePort } from "../ports.ts";
import { testWith } from "../skips.ts";
import { testedTransport } from "../transport.ts";
import { within } from "../within.ts";

const PAGE = await Deno.readTextFile(new URL("../../docs/encryption.md", import.meta.url));
const CLIENT = new URL("web_socket.py", import.meta.url).pathname;
const NGINX = "/usr/sbin/nginx";
const STREAM = "/usr/lib/nginx/modules/ngx_stream_module.so";
const START_MS = 20_000;

/** A text of that language in the page, with other places put in. */
function recipe(language: string, places: Readonly<Record<string, string>>): string {
  const text = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(PAGE)?.[1];
  assert(text !== undefined, language);
  return Object.entries(places).reduce((text, [from, to]) => {
    assert(text.includes(from), `${from} stands in the text of ${language}`);
    return text.replaceAll(from, to);
  }, text);
}

interface Place extends AsyncDisposable {
  readonly path: string;
  readonly pair: { readonly cert: string; readonly key: string };
}

async function place(): Promise<Place> {
  const path = await Deno.makeTempDir({ prefix: "chat-proxy-" });
  const pair = selfSigned({ names: ["chat.example"], fromMs: Date.now(), lastsMs: 3_600_000 });
  await Deno.writeTextFile(`${path}/cert.pem`, pair.cert);
  await Deno.writeTextFile(`${path}/key.pem`, pair.key);
  return { path, pair, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

function open(options: ServeOptions): ReturnType<typeof serve> {
  return serve({
    port: 0,
    transport: testedTransport(),
    http: { origins: ["https://chat.example"] },
    trustedProxies: ["127.0.0.1"],
    ...options,
  });
}

/** A program that listens on a port. */
async function started(
  program: string,
  args: readonly string[],
  port: number,
): Promise<AsyncDisposable> {
  const child = new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" })
    .spawn();
  const listens = (async () => {
    for (;;) {
      try {
        return (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  })();
  await within(listens, `${program} on port ${port}`, START_MS);
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

async function web(port: number, { path }: Place, origin: string, name: string): Promise<string> {
  const args = [CLIENT, String(port), origin, name, `${path}/cert.pem`];
  const { stdout } = await within(
    new Deno.Command("python3", { args, stderr: "null" }).output(),
    "the client",
    START_MS,
  );
  return new TextDecoder().decode(stdout);
}

async function holds(port: number, at: Place, peers: readonly string[]): Promise<void> {
  const said = await web(port, at, "https://chat.example", "Anna");
  assertEquals(said, "HTTP/1.1 101 Switching Protocols\nhello\n");
  // What the client said of itself does not count: its address is the one that the proxy saw.
  assert(/^127\.0\.0\.1:\d+$/.test(peers.at(-1) ?? ""), peers.join(" "));
  const strange = await web(port, at, "https://evil.example", "Mallory");
  assertEquals(strange.trim(), "HTTP/1.1 403 Forbidden");
}

testWith(["caddy", "python3"], "behind Caddy pages of the public address come in", async () => {
  await using at = await place();
  const peers: string[] = [];
  await using server = open({
    onEvent: (event) => event.kind === "joined" && void peers.push(event.peer),
  });
  const port = freePort();
  const text = recipe("caddy", {
    "https://chat.example {":
      `https://chat.example:${port} {\n\tbind 127.0.0.1\n\ttls ${at.path}/cert.pem ${at.path}/key.pem`,
    "127.0.0.1:9090": `127.0.0.1:${server.http?.port}`,
  });
  const global =
    `{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system ${at.path}/caddy\n}\n`;
  await Deno.writeTextFile(`${at.path}/Caddyfile`, global + text);
  const args = [
    "-c",
    'HOME="$0" exec caddy run --config "$0/Caddyfile" --adapter caddyfile',
    at.path,
  ];
  await using _caddy = await started("sh", args, port);
  await holds(port, at, peers);
});

testWith(
  [NGINX, STREAM, "python3"],
  "behind nginx pages come in, and on the chat's own port whoever is behind",
  async () => {
    await using at = await place();
    const peers: string[] = [];
    await using server = open({
      tls: at.pair,
      onEvent: (event) => event.kind === "joined" && void peers.push(event.peer),
    });
    const port = freePort(), streamPort = freePort();
    const http = recipe("nginx", {
      "listen 443": `listen 127.0.0.1:${port}`,
      "/etc/ssl/chat-": `${at.path}/`,
      "127.0.0.1:9090": `127.0.0.1:${server.http?.port}`,
    });
    const stream = recipe("nginx-stream", {
      "listen 9443": `listen 127.0.0.1:${streamPort}`,
      "127.0.0.1:8080": `127.0.0.1:${server.port}`,
    });
    const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
      `${name}_temp_path ${at.path}/${name};`
    );
    await Deno.writeTextFile(
      `${at.path}/nginx.conf`,
      `daemon off; master_process off; pid ${at.path}/pid; error_log ${at.path}/error; load_module ${STREAM};\n` +
        `events {}\nhttp { access_log off; ${temp.join(" ")}\n${http}}\nstream {\n${stream}}\n`,
    );
    await using _nginx = await started(NGINX, ["-c", `${at.path}/nginx.conf`], port);
    await holds(port, at, peers);

    await using text = await RawClient.connect(streamPort);
    await text.write("Bert\n/list\n");
    assertEquals(await text.line(), "[Server] Users online: Bert");
    assertEquals(peers.at(-1), text.address, "The address is the client's own, and not nginx's");
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: streamPort });
    const { hostname, port: own } = conn.localAddr;
    using tls = await Deno.startTls(conn, { hostname: "chat.example", caCerts: [at.pair.cert] });
    await tls.write(new TextEncoder().encode("Carl\n/list\n"));
    await within(tls.read(new Uint8Array(100)), "an answer through nginx");
    assertEquals(peers.at(-1), `${hostname}:${own}`);
  },
);
