/**
 * Connections that a thread of our own makes, against the runtime's listener.
 *
 * @module
 */

import { Dialler, epollFault } from "../../../server/transport/mod.ts";
import type { Wire, WireGuest } from "../../../server/transport/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { within } from "../../within.ts";

const HOSTNAME = "127.0.0.1";
const CONNECT_MS = 5_000;
const ignore = epollFault() !== undefined;

/** Keeps what it hears. */
class Guest implements WireGuest {
  readonly heard: number[] = [];
  readonly ended = Promise.withResolvers<void>();

  constructor(wire: Wire) {
    wire.open(this);
  }

  onBytes(chunk: Uint8Array): undefined {
    this.heard.push(...chunk);
  }

  onWritable(): void {}

  onBroken(): void {}

  onEnd(): void {
    this.ended.resolve();
  }
}

/** A dialler that has its turns; it closes at the end. */
function dialling(onTurn: () => number = () => 1_000): Dialler & Disposable {
  const dialler = new Dialler();
  dialler.run(onTurn);
  return Object.assign(dialler, { [Symbol.dispose]: () => dialler.close() });
}

Deno.test(
  { name: "a dialled wire carries bytes both ways, and tells the end", ignore },
  async () => {
    using listener = Deno.listen({ hostname: HOSTNAME, port: 0 });
    using dialler = dialling();
    const { port } = listener.addr;
    const [wire, peer] = await Promise.all([
      dialler.connect({ hostname: HOSTNAME, port }, CONNECT_MS),
      listener.accept(),
    ]);
    const guest = new Guest(wire);
    assertEquals(wire.trySend(new Uint8Array([1, 2, 3])), 3);
    const buffer = new Uint8Array(8);
    assertEquals(await within(peer.read(buffer), "Bytes"), 3);
    await peer.write(buffer.subarray(0, 3));
    peer.close();
    await within(guest.ended.promise, "The end");
    assertEquals(guest.heard, [1, 2, 3]);
    wire.close();
  },
);

Deno.test(
  { name: "where nobody listens, that is said as the runtime says it", ignore },
  async () => {
    const { port } = freed();
    using dialler = dialling();
    await assertRejects(
      dialler.connect({ hostname: HOSTNAME, port }, CONNECT_MS),
      Deno.errors.ConnectionRefused,
    );
    const named = dialler.connect({ hostname: "no.address", port }, CONNECT_MS);
    assert((await assertRejects(named, Error)).message.includes("no address"));
  },
);

Deno.test({ name: "what is being connected is given up with its dialler", ignore }, async () => {
  using listener = Deno.listen({ hostname: HOSTNAME, port: 0 });
  const dialler = new Dialler();
  const { port } = listener.addr;
  const connecting = dialler.connect({ hostname: HOSTNAME, port }, CONNECT_MS);
  dialler.close();
  dialler.close();
  await assertRejects(connecting, Deno.errors.TimedOut);
});

Deno.test(
  { name: "whoever is held is woken by a bell, and has turns without one", ignore },
  async () => {
    const rung = Promise.withResolvers<void>();
    let turns = 0;
    using dialler = dialling(() => {
      if (++turns === 3) rung.resolve();
      // Less than a millisecond is kept to as well.
      return turns % 2 === 0 ? 300 : 1_000;
    });
    dialler.ring(dialler.bell);
    await within(rung.promise, "Three turns");
  },
);

function freed(): { readonly port: number } {
  using listener = Deno.listen({ hostname: HOSTNAME, port: 0 });
  return { port: listener.addr.port };
}
