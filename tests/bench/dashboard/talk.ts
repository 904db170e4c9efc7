/**
 * People who talk: so many messages a second into the lobby, from several clients, at an even pace.
 *
 * @module
 */

import { type Client, connect } from "../../../server/wire/mod.ts";

/** Who talks. */
const TALKERS = 8;
/** Milliseconds between two handfuls of messages. */
const BEAT_MS = 10;
/** Messages on their way above which none are added: then the machine is too slow for the pace, and that is told. */
const OPEN_MAX = 2_000;
/** What they say, cut to different lengths: 24 to 150 characters. */
const TEXT =
  "Whoever reads this reads as fast as a page can show it, and a page shows it as fast as it is " +
  "said; what is cut off here was said in a longer message.";

/** Talk that goes on. */
export interface Talk extends AsyncDisposable {
  /** Messages that the server has acknowledged. */
  readonly said: number;
}

/** Begins to talk. */
export async function talk(port: number, perSecond: number): Promise<Talk> {
  const clients: Client[] = [];
  for (let n = 0; n < TALKERS; n++) clients.push(connect({ port, name: `Talker-${n + 1}` }));
  await Promise.all(clients.map((client) => client.online()));
  // Nobody needs what they hear, and unread it would pile up.
  const hearing = Promise.all(clients.map(async (client) => {
    for await (const _ of client) { /* heard */ }
  }));
  const start = performance.now();
  let begun = 0;
  let open = 0;
  let said = 0;
  let broken: unknown;
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - start) / 1_000 * perSecond);
    for (; begun < due && open < OPEN_MAX; begun++) {
      const length = 24 + begun * 37 % (TEXT.length - 24);
      open++;
      clients[begun % TALKERS]?.say(TEXT.slice(0, length)).then(() => said++, (error) => {
        broken ??= error;
      }).finally(() => open--);
    }
  }, BEAT_MS);
  return {
    get said() {
      return said;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      const failed = broken;
      await Promise.all(clients.map((client) => client.close()));
      await hearing;
      if (failed !== undefined) throw new Error("A talker was refused", { cause: failed });
    },
  };
}
