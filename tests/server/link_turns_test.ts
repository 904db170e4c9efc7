/**
 * A link reads no more from a peer than the peer can pay for: a socket that always has more, and a loop that is turned by
 * hand.
 *
 * @module
 */

import { type Account, EARNINGS, Turns } from "../../server/budget/mod.ts";
import { FILE_READ_BYTES } from "../../server/files/limits.ts";
import { Link } from "../../server/link/link.ts";
import { READ_BYTES_FIRST, type Socket, StreamWire } from "../../server/transport/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { HandLoop } from "./budget/by_hand.ts";

/** A peer that has always sent as much as fits, until it is closed. */
class Flood implements Socket {
  reads = 0;
  bytes = 0;
  #closed = false;

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.#closed) return Promise.resolve(null);
    this.reads++;
    this.bytes += buffer.length;
    return Promise.resolve(buffer.length);
  }

  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#closed = true;
  }
}

/** Lets everything happen that can without time passing. */
async function settle(loop: HandLoop): Promise<void> {
  for (let turn = 0; turn < 3_000; turn++) {
    loop.turn();
    for (let tick = 0; tick < 8; tick++) await Promise.resolve();
  }
}

/** A link to a flood, whose chunks each cost what `pay` says. */
function flooded(loop: HandLoop, pay: (account: Account) => void) {
  const account = new Turns(loop).open(EARNINGS, 1);
  const socket = new Flood();
  const link = new Link(new StreamWire(socket), 1 << 20, account);
  let heard = 0;
  const { promise: ended, resolve: onOver } = Promise.withResolvers<void>();
  const hear = (): undefined => {
    heard++;
    pay(account);
  };
  link.run({ hear, hearEnd: () => undefined }, { onOver });
  return { socket, link, ended, heard: () => heard };
}

Deno.test("who has sent more than its bytes is not read until they are earned back", async () => {
  const loop = new HandLoop();
  const { socket, link, ended } = flooded(loop, () => {});
  await settle(loop);
  const { burst, perSecond } = EARNINGS.bytes;
  const before = socket.bytes;
  assert(before > burst && before < burst * 1.1, `${before} bytes were read`);
  await settle(loop);
  assertEquals(socket.bytes, before);
  for (let second = 1; second <= 5; second++) {
    loop.pass(1_000);
    await settle(loop);
    assert(socket.bytes <= burst * 1.1 + perSecond * second, `${socket.bytes} bytes were read`);
  }
  assert(socket.bytes > before + perSecond * 3);
  link.close();
  await settle(loop);
  await ended;
  assert(loop.timers === 0);
});

Deno.test("who has caused more than its work is not read either, however little it sent", async () => {
  const loop = new HandLoop();
  const { socket, link, ended, heard } = flooded(loop, (account) => account.spend({ workMs: 50 }));
  await settle(loop);
  const { burst, perSecond } = EARNINGS.workMs;
  assert(heard() <= burst / 50 + 1, `${heard()} chunks were heard`);
  assert(socket.bytes <= READ_BYTES_FIRST * 4 ** 8);
  const before = heard();
  loop.pass(10_000);
  await settle(loop);
  assert(heard() > before && heard() <= before + (perSecond * 10 + burst) / 50 + 1);
  link.close();
  await settle(loop);
  await ended;
});

Deno.test("a file's bytes that still come after the last words are paid for like others", async () => {
  const loop = new HandLoop();
  const { socket, link, ended, heard } = flooded(loop, () => {});
  link.carriesFile = true;
  // Its first piece is carried behind a look; while the clock stands, the others follow.
  for (let tick = 0; tick < 200; tick++) {
    if (tick < 40) loop.turn();
    await Promise.resolve();
  }
  const before = socket.bytes;
  link.finish(undefined, "send");
  await settle(loop);
  const after = socket.bytes - before;
  // What always has more must end before anything is judged: nothing else gets its turn otherwise.
  link.close();
  await settle(loop);
  await ended;
  const { burst } = EARNINGS.bytes;
  assert(before > burst * 2 && heard() > 0, "a file's bytes cost nothing");
  assert(after > 0 && after < burst * 1.1 + FILE_READ_BYTES, `${after} bytes were read`);
});

Deno.test("a link that is closed while its peer owes ends at once", async () => {
  const loop = new HandLoop();
  const { link, ended } = flooded(loop, (account) => account.spend({ workMs: 100_000 }));
  await settle(loop);
  assertEquals(loop.timers, 1);
  link.close();
  await settle(loop);
  await ended;
  assertEquals(loop.timers, 0);
});
