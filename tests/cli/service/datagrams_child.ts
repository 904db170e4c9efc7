/**
 * Stands where systemd does: prints what comes to a socket for datagrams, one line each.
 *
 * @module
 */

const [path = ""] = Deno.args;
const socket = Deno.listenDatagram({ transport: "unixpacket", path });
const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
print("there");
for await (const [bytes] of socket) {
  print(new TextDecoder().decode(bytes).replaceAll("\n", " "));
}
