/**
 * An echo server as people write it in Deno: prints its port, ends when its standard input does.
 *
 * @module
 */

async function echo(conn: Deno.TcpConn): Promise<void> {
  using _ = conn;
  const bytes = new Uint8Array(65536);
  for (;;) {
    const count = await conn.read(bytes);
    if (count === null) return;
    for (let at = 0; at < count;) at += await conn.write(bytes.subarray(at, count));
  }
}

if (import.meta.main) {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const said = new TextEncoder().encode(`${listener.addr.port}\n`);
  await Deno.stdout.write(said);
  (async () => {
    while (await Deno.stdin.read(new Uint8Array(64)) !== null);
    Deno.exit(0);
  })();
  for await (const conn of listener) echo(conn).catch(() => {});
}
