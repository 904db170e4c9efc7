/**
 * Accepts connections over sockets by epoll with the descriptors that it was given, and says how many it holds. Asked to
 * `listen` it says where; another line of its input closes as many as it names.
 *
 * @module
 */

import { openTransport, type Wire } from "../../../server/transport/mod.ts";

// The runtime opens some descriptors for itself at its first signal and its first read, and cannot bear to get none. So
// both are before anybody can come.
const end = () => {};
Deno.addSignalListener("SIGTERM", end);
const transport = openTransport("epoll");
const listening = transport.listen({ hostname: "127.0.0.1", port: 0 });
const wires: Wire[] = [];
const tell = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
listening.accept((accepted) => {
  const wire = accepted.wire();
  wires.push(wire);
  wire.open({
    onBytes: () => undefined,
    onWritable: () => {},
    onBroken: () => {},
    onEnd: () => {},
  });
  tell(`holds ${wires.length}`);
});
for await (const line of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  if (line === "listen\n") tell(`${listening.port}`);
  else for (const wire of wires.splice(0, Number(line))) wire.close();
}
Deno.removeSignalListener("SIGTERM", end);
await listening.close();
for (const wire of wires) wire.close();
await transport.close();
