/**
 * A process that observes, by the options that it is given as JSON, and prints every observation as a line. Without pids it
 * observes itself, talking to itself.
 *
 * @module
 */

import { observe } from "../../observe/mod.ts";

const options = JSON.parse(Deno.args[0] ?? "{}");
const pids: readonly number[] = options.pids ?? [Deno.pid];
const stop = new AbortController();

/** Ten messages of 100 bytes to ourselves and back. */
async function talk(): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const [conn, peer] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port }),
    listener.accept(),
  ]);
  using here = conn;
  using there = peer;
  for (let i = 0; i < 10; i++) {
    await here.write(new Uint8Array(100));
    await there.read(new Uint8Array(200));
  }
}

await using seen = await observe({ ...options, pids, signal: stop.signal });
if (options.pids === undefined) talk().finally(() => stop.abort());
const encoder = new TextEncoder();
for await (const observation of seen) {
  Deno.stdout.writeSync(encoder.encode(`${JSON.stringify(observation)}\n`));
}
