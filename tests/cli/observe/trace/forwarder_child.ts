/**
 * A process that forwards connections to a port of this machine: it says its own port, and ends with its input.
 *
 * @module
 */

const port = Number(Deno.args[0]);
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
await Deno.stdout.write(new TextEncoder().encode(`${listener.addr.port}\n`));
Deno.stdin.readable.pipeTo(new WritableStream()).then(() => Deno.exit());
for await (const near of listener) {
  const far = await Deno.connect({ hostname: "127.0.0.1", port });
  // Either end may leave first.
  near.readable.pipeTo(far.writable).catch(() => {});
  far.readable.pipeTo(near.writable).catch(() => {});
}
