/**
 * A caller who is closed in the moment in which its WebSocket opens: seen as the end of the whole server.
 *
 * @module
 */

import { FREE } from "../../../server/budget/mod.ts";
import type { CallerParts } from "../../../server/http/caller.ts";
import { Door, type DoorParts } from "../../../server/http/door.ts";
import type { Wire, WireGuest } from "../../../server/transport/mod.ts";
import { assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";
import { handWire } from "../../server/hand_wire.ts";
import { opening } from "../../server/http/web.ts";

const HERE = { hostname: "127.0.0.1", port: 1 };

/** What a door does with a caller who asks for a WebSocket, and what happens before and while that opens. */
async function served(
  when: { readonly before?: (door: Door) => void; readonly meanwhile?: (door: Door) => void },
): Promise<{ readonly closed: number; readonly hosted: number; readonly told: number }> {
  let [hosted, closed, told] = [0, 0, 0];
  let guest: WireGuest | undefined;
  const parts = {
    frameBytesMax: 1_024,
    headMsMax: 2_000,
    requestsMax: 32,
    host: (webSocket: Wire, _info: unknown, over: () => void) => {
      hosted++;
      webSocket.close();
      over();
    },
  } as unknown as DoorParts;
  const door = new Door(parts, HERE.hostname, new Set());
  const wire = {
    ...handWire((bytes) => {
      when.meanwhile?.(door);
      return bytes.length;
    }),
    open: (one: WireGuest) => void (guest = one),
    close: () => {
      closed++;
      queueMicrotask(() => guest?.onEnd());
    },
  };
  const address = HERE.hostname as unknown as CallerParts["address"];
  const ends = { remote: HERE, local: HERE };
  door.serve({ wire, ...ends, address, account: FREE, closed: () => told++ });
  when.before?.(door);
  await guest?.onBytes(utf8(opening(1)));
  door.close();
  await Promise.resolve();
  return { closed, hosted, told };
}

Deno.test("who is closed while its WebSocket opens is nobody's any more, and is closed once", async () => {
  assertEquals(await served({}), { closed: 1, hosted: 1, told: 1 });
  const closes = (door: Door) => door.close();
  assertEquals(await served({ meanwhile: closes }), { closed: 1, hosted: 1, told: 1 });
  assertEquals(await served({ before: closes }), { closed: 1, hosted: 0, told: 1 });
});

Deno.test("who says nothing in time is closed, however it begins", async () => {
  let closed = 0;
  let guest: WireGuest | undefined;
  const door = new Door(
    { headMsMax: 2_000, requestsMax: 32 } as unknown as DoorParts,
    "127.0.0.1",
    new Set(),
  );
  const address = HERE.hostname as unknown as CallerParts["address"];
  const wire = {
    ...handWire(),
    open: (one: WireGuest) => void (guest = one),
    close: () => closed++,
  };
  door.serve({ wire, remote: HERE, local: HERE, address, account: FREE, closed: () => {} });
  // Half of a head is none.
  await guest?.onBytes(utf8(opening(1).slice(0, 20)));
  const beganMs = performance.now();
  door.checkDeadlines(beganMs + 1_000);
  assertEquals(closed, 0);
  door.checkDeadlines(beganMs + 2_001);
  assertEquals(closed, 1);
  door.checkDeadlines(beganMs + 9_000);
  assertEquals(closed, 1);
});
