/**
 * Who wants to fill the disk.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, joined, login, MIB } from "../bytes.ts";

const STORE_MIB = 24;

/** Everybody says as much as a user may, with the longest content, into a store of 24 MiB. */
const storeFilled: Attack = {
  name: "store-filled",
  root: "what strangers say is kept for ever",
  server: { args: ["--max-store", `${STORE_MIB}M`] },
  bound: { connections: 64, connectsPerSecond: 400, bytesPerSecond: 32 * MIB },
  async *peer({ name, rest }) {
    yield joined([login(name), frame({ type: "Join", room: name })]);
    for (let n = 0;; n++) {
      const content = `${n} ${"x".repeat(8_000)}`;
      if (n % 2 === 0) yield frame({ type: "Broadcast", room: name, content, id: `${n}` });
      else yield frame({ type: "Whisper", to: name, content, id: `${n}` });
      if (n > 40) await rest(50);
    }
  },
  excuse: { refusals: /^(storage|health 503)$/, forgets: true },
  async after(directory) {
    let bytes = 0;
    for await (const { name } of Deno.readDir(directory)) {
      bytes += (await Deno.stat(`${directory}/${name}`)).size;
    }
    return bytes <= STORE_MIB * MIB ? [] : [`the store takes ${bytes} bytes of ${STORE_MIB} MiB`];
  },
};

/** All of these. */
export const spaceAttacks: readonly Attack[] = [storeFilled];
