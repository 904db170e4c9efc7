/**
 * Somebody on the server's machine sends it `SIGUSR1`, by which the runtime opens a debugger: through that one could read
 * all that the program holds, and make it do anything.
 *
 * @module
 */

import { wait } from "../../../ground/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { serveArgs, ServerProcess } from "../../server/process.ts";

/** The runtime begins to wait for the signal half a second after its start, and tells nobody when it does. */
const GRACE_MS = 700;
/** `SIGUSR1` in a set of signals, as `/proc` writes it. */
const SIGUSR1 = 1n << 9n;
/** A TCP socket that listens, as `/proc/net/tcp` writes it. */
const LISTENS = "0A";

Deno.test({
  name: "SIGUSR1 opens no debugger in the server's process, and does it no harm",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using server = await ServerProcess.start(serveArgs("--port", "0"));
    await wait(GRACE_MS);
    const ignored = Deno.readTextFileSync(`/proc/${server.pid}/status`)
      .match(/^SigIgn:\s*([0-9a-f]+)$/m)?.[1];
    assert((BigInt(`0x${ignored}`) & SIGUSR1) !== 0n, `SIGUSR1 is not ignored: ${ignored}`);
    for (let n = 0; n < 3; n++) server.signal("SIGUSR1");
    await using alice = await server.frames("Alice");
    for (let n = 0; n < 20; n++) await alice.expectNothing();
    assertEquals(listeningPorts(server.pid), [server.port]);
    assert(!server.stderr.includes("Debugger"), server.stderr);
    await alice.close();
    assertEquals(await server.end("SIGTERM", 30_000), 0);
  },
});

Deno.test({
  name: "a server that profiles itself opens no port for it, and SIGUSR1 stays without effect",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const place = await Deno.makeTempDir({ prefix: "chat-profile-" });
    try {
      const args = serveArgs("--port", "0", "--profile", `${place}/run.cpuprofile`);
      await using server = await ServerProcess.start(args);
      await server.says(/ profiling for /);
      server.signal("SIGUSR1");
      await using alice = await server.frames("Alice");
      for (let n = 0; n < 10; n++) await alice.expectNothing();
      assertEquals(listeningPorts(server.pid), [server.port]);
      await alice.close();
      assertEquals(await server.end("SIGTERM", 30_000), 0);
    } finally {
      await Deno.remove(place, { recursive: true });
    }
  },
});

/** The TCP ports on which a process listens. */
function listeningPorts(pid: number): number[] {
  const inodes = new Set<string>();
  for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
    const inode = linkOf(`/proc/${pid}/fd/${name}`).match(/^socket:\[(\d+)\]$/)?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  const ports: number[] = [];
  for (const line of Deno.readTextFileSync(`/proc/${pid}/net/tcp`).split("\n").slice(1)) {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    if (state === LISTENS && inodes.has(inode)) ports.push(Number.parseInt(local.slice(-4), 16));
  }
  return ports;
}

/** Where a descriptor leads; one may be closed while they are gone through. */
function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
