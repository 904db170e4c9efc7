/**
 * systemd hears of a server when it is ready, that it is alive, and when it ends.
 *
 * @module
 */

import { addressOf } from "../../../cli/service/notify.ts";
import { assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";
import { linesOf } from "../../lines.ts";
import { serveArgs, ServerProcess } from "../../server/process.ts";

const CHILD = new URL("./datagrams_child.ts", import.meta.url).pathname;

Deno.test("systemd hears of a server when it listens, that it is alive, and when it ends", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/notify`;
  const systemd = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--unstable-net", "-A", CHILD, path],
    stdout: "piped",
  }).spawn();
  const lines = linesOf(systemd.stdout);
  const heard = async () => (await within(lines.next(), "a word to systemd", 30_000)).value;
  try {
    assertEquals(await heard(), "there");
    const env = ["env", `NOTIFY_SOCKET=${path}`, "WATCHDOG_USEC=30000"];
    await using server = await ServerProcess.start([...env, ...serveArgs("--port", "0")]);
    assertEquals(await heard(), `READY=1 STATUS=Listening on 127.0.0.1:${server.port}`);
    assertEquals([await heard(), await heard()], ["WATCHDOG=1", "WATCHDOG=1"]);
    assertEquals(await server.end("SIGTERM", 10_000), 0);
    let word = await heard();
    while (word === "WATCHDOG=1") word = await heard();
    assertEquals(word, "STOPPING=1");
  } finally {
    systemd.kill("SIGKILL");
    await systemd.status;
    await lines.return();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a socket's address is a path that ends, or a name in no directory, and nothing else", () => {
  assertEquals(addressOf("/a"), Uint8Array.of(1, 0, 0x2f, 0x61, 0));
  assertEquals(addressOf("@a"), Uint8Array.of(1, 0, 0, 0x61));
  for (const path of ["", "/", "@", "a", "vsock:2:1", `/${"a".repeat(107)}`]) {
    assertEquals(addressOf(path), undefined, path);
  }
});
