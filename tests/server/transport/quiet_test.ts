/**
 * Sockets by epoll that have nothing more to tell ask for nothing: the kernel tells of an end and of an error as long as one asks,
 * and a server would spin on it. What the kernel watches stands in `/proc/self/fdinfo`.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { until, within } from "../../within.ts";
import { type Guest, KINDS, listenAt, type Place } from "./kinds.ts";

/** Ends that come at once. */
const MANY = 100;
/** More than the kernel takes at once. */
const MUCH = new Uint8Array(16 << 20);

if (KINDS.includes("epoll")) {
  Deno.test("epoll: who has heard the end is not asked for it again", async () => {
    await using place = listenAt("epoll");
    const { guest, peer } = await place.pair();
    assertEquals(isWatched(guest), true);
    await peer.closeWrite();
    await guest.until(() => guest.ends === 1, "The end of what it says");
    assertEquals(isWatched(guest), false);
    guest.wire.finish();
    assertEquals(await within(peer.read(new Uint8Array(1)), "The end"), null);
    assertEquals(isWatched(guest), false);
    peer.close();
  });

  Deno.test("epoll: who handles something when its peer is gone is told once, and asks for nothing until it is done", async () => {
    await using place = listenAt("epoll");
    const { guest, peer } = await place.pair();
    const gate = Promise.withResolvers<void>();
    guest.gate = gate.promise;
    await peer.write(new Uint8Array(1));
    await guest.until(() => guest.bytes === 1, "A byte");
    // With a byte unread, this is a reset.
    guest.send(new Uint8Array(1));
    peer.close();
    await guest.until(() => guest.broken === 1, "That the peer is gone");
    await looks(place, 3);
    assertEquals([guest.broken, guest.ends, isWatched(guest)], [1, 0, false]);
    guest.gate = undefined;
    gate.resolve();
    await guest.until(() => guest.ends === 1, "The end");
    await looks(place, 3);
    assertEquals([guest.ends, isWatched(guest)], [1, false]);
  });

  Deno.test("epoll: of many who are gone at once each is told once, and nobody is asked for again", async () => {
    await using place = listenAt("epoll");
    const pairs: Awaited<ReturnType<Place["pair"]>>[] = [];
    for (let n = 0; n < MANY; n++) pairs.push(await place.pair());
    for (const [n, { guest, peer }] of pairs.entries()) {
      // Unread, and of every second one in the middle of a write.
      guest.send(n % 2 === 0 ? MUCH.subarray(0, 1) : MUCH);
      peer.close();
    }
    for (const { guest } of pairs) await guest.until(() => guest.ends === 1, "The end");
    // Whose end came before the reset waits for room until that comes, too.
    await until("Nobody to be asked for", () => pairs.every(({ guest }) => !isWatched(guest)));
    for (const { guest } of pairs) {
      assertEquals(guest.ends, 1);
      assert(guest.broken <= 1, "What is broken is told once");
    }
  });
}

async function looks(place: Place, count: number): Promise<void> {
  for (let look = 0; look < count; look++) {
    await new Promise<void>((resolve) => place.transport.afterLook(resolve));
  }
}

/** Whether an epoll set of this process has its descriptor. */
function isWatched({ wire }: Guest): boolean {
  const entry = new RegExp(`^tfd:\\s+${wire.voice} `, "m");
  for (const { name } of Deno.readDirSync("/proc/self/fdinfo")) {
    if (entry.test(infoOf(name))) return true;
  }
  return false;
}

function infoOf(name: string): string {
  try {
    return Deno.readTextFileSync(`/proc/self/fdinfo/${name}`);
  } catch {
    // The folder itself, which is closed again.
    return "";
  }
}
