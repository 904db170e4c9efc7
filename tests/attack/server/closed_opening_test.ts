/**
 * A caller who is closed in the moment in which its WebSocket opens: seen as the end of the whole server.
 *
 * @module
 */

import { FREE } from "../../../server/budget/mod.ts";
import { Door, type DoorParts } from "../../../server/http/door.ts";
import type { AddressedSocket } from "../../../server/transport/mod.ts";
import { assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";
import { opening } from "../../server/http/web.ts";

const ADDRESS = { transport: "tcp", hostname: "127.0.0.1", port: 1 } as const;

/** A caller who asks for a WebSocket. Like a real one it can be closed once. */
class OpeningCaller implements AddressedSocket {
  readonly remoteAddr = ADDRESS;
  readonly localAddr = ADDRESS;
  closed = 0;
  readonly #onWrite: () => void;

  constructor(onWrite: () => void) {
    this.#onWrite = onWrite;
  }

  read(buffer: Uint8Array): Promise<number> {
    const request = utf8(opening(1));
    buffer.set(request);
    return Promise.resolve(request.length);
  }

  write(bytes: Uint8Array): Promise<number> {
    this.#onWrite();
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closed++;
    if (this.closed > 1) throw new Deno.errors.BadResource("Bad resource ID");
  }
}

/** What a door does with a caller, and what happens while the answer is written. */
async function served(
  meanwhile: (door: Door) => void,
): Promise<{ readonly closed: number; readonly hosted: number }> {
  let hosted = 0;
  const parts = {
    frameBytesMax: 1_024,
    headMsMax: 2_000,
    openAccount: () => FREE,
    host: (socket: { close(): void }) => {
      hosted++;
      socket.close();
      return Promise.resolve();
    },
  } as unknown as DoorParts;
  const door = new Door(parts, "127.0.0.1", new Set());
  const caller = new OpeningCaller(() => meanwhile(door));
  await door.serve(caller, "127.0.0.1" as unknown as Parameters<Door["serve"]>[1], FREE);
  return { closed: caller.closed, hosted };
}

Deno.test("who is closed while its WebSocket opens is nobody's any more, and is closed once", async () => {
  assertEquals(await served(() => {}), { closed: 1, hosted: 1 });
  assertEquals(await served((door) => door.close()), { closed: 1, hosted: 0 });
});
