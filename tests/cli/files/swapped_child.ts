/**
 * Opens one name again and again while somebody else puts a link in its place and takes it away, with the permissions that the
 * program has: `swapped_child.ts HOW DIRECTORY`. Prints as JSON how often it came to which file.
 *
 * @module
 */

import { openRegular } from "../../../cli/files/disk.ts";
import { diskStorage } from "../../../db/mod.ts";

/** Opens of which each may fall between a look and what the other process does. */
const TRIES = 1_000;
/** It goes on after that until it has seen both, on a machine that lets the other one hardly run; not for ever, in ms. */
const GOES_ON_MS = 20_000;

const [how = "", directory = ""] = Deno.args;
const storage = diskStorage(directory);

/** The first byte of what stands under the name; `undefined` or an error when it is refused. */
const ways: Record<string, () => Promise<number | undefined>> = {
  async received() {
    const handle = await openRegular(`${directory}/LOCK`, "write");
    if (handle === undefined) return undefined;
    const into = new Uint8Array(1);
    await handle.read(into, 0, 1, 0);
    await handle.close();
    return into[0];
  },
  async segment() {
    using file = storage.open("LOCK");
    const into = new Uint8Array(1);
    await file.read(into, 0);
    return into[0];
  },
  // A lock is signed: what it leads to is seen by whoever has put the link there.
  lock() {
    const outcome = storage.lock("write");
    if (outcome.kind === "held") outcome.lock[Symbol.dispose]();
    return Promise.resolve(outcome.kind === "held" ? "own".charCodeAt(0) : undefined);
  },
};

/** The same; a name that is swapped while it is looked at may also lead nowhere. */
async function firstByte(): Promise<number | undefined> {
  try {
    return await ways[how]?.();
  } catch {
    return undefined;
  }
}

const came: Record<string, number> = {};
const seenBoth = (): boolean => performance.now() > GOES_ON_MS || "o" in came && "nothing" in came;
for (let tries = 0; tries < TRIES || !seenBoth(); tries++) {
  const byte = await firstByte();
  const to = byte === undefined ? "nothing" : String.fromCharCode(byte);
  came[to] = (came[to] ?? 0) + 1;
}
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(came)));
