/**
 * A process whose traffic is known: it sends back what it gets, on every kind of socket, until its standard input ends. Its
 * first line says where it listens.
 *
 * @module
 */

import { createSocket } from "node:dgram";

const [folder = ""] = Deno.args;

/** As much as a client sends at once, so that one read and one write belong to each of its messages. */
const BYTES = 65_536;

async function echo(conn: Deno.Conn): Promise<void> {
  const bytes = new Uint8Array(BYTES);
  try {
    for (;;) {
      const count = await conn.read(bytes);
      if (count === null) break;
      for (let at = 0; at < count;) at += await conn.write(bytes.subarray(at, count));
    }
  } finally {
    conn.close();
  }
}

async function serve(listener: Deno.Listener): Promise<void> {
  for await (const conn of listener) echo(conn).catch(() => {});
}

const tcp4 = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const tcp6 = Deno.listen({ hostname: "::1", port: 0 });
const unix = Deno.listen({ transport: "unix", path: `${folder}/echo.${Deno.pid}.socket` });
const udp = createSocket("udp4", (bytes, { port, address }) => udp.send(bytes, port, address));
await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
for (const listener of [tcp4, tcp6, unix]) serve(listener);

const where = {
  pid: Deno.pid,
  tcp4: tcp4.addr.port,
  tcp6: tcp6.addr.port,
  unix: unix.addr.path,
  udp: udp.address().port,
};
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(where)}\n`));
for await (const _ of Deno.stdin.readable);
Deno.exit(0);
