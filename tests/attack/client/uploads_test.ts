/**
 * A server that asks for other bytes than it was offered: whoever sends says so, and nothing of him breaks.
 *
 * @module
 */

import { TokenBucket } from "../../../ground/mod.ts";
import { ChatError, waysTo } from "../../../server/wire/mod.ts";
import { carryOut } from "../../../server/wire/transfers/carry.ts";
import type { Source } from "../../../server/wire/transfers/mod.ts";
import { assert, assertRejects } from "../../assert.ts";
import { ScriptedServer } from "../../server/wire/scripted_server.ts";

const BYTES = new Uint8Array(1_000);
const SOURCE: Source = {
  name: "f",
  size: BYTES.length,
  demandSame: () => Promise.resolve(),
  async *read(offset) {
    yield BYTES.subarray(offset);
  },
};

const LIES: readonly (readonly [title: string, size: number, offset: number])[] = [
  ["less than it has", 10, 0],
  ["more than it has", 2_000, 0],
  ["from another place", 1_000, 500],
  ["from behind its end", 1_000, 1_005],
  ["from behind a smaller end", 5, 10],
];
for (const [title, size, offset] of LIES) {
  Deno.test(`a server that wants of a file ${title} is refused in a sentence`, async () => {
    using server = new ScriptedServer();
    const { port } = server;
    const lying = (async () => {
      await using peer = await server.accept();
      await peer.raw.body();
      await peer.raw.send({ type: "StartUpload", to: "Bob", filename: "f", size, offset });
      await peer.raw.rest();
    })();
    const sending = carryOut(SOURCE, { token: "t", offset: 0 }, {
      ways: waysTo({ port }),
      signal: new AbortController().signal,
      rate: 0,
      shared: new TokenBucket({ perSecond: Infinity, burst: 1 }, 0),
      onBytes: () => {},
    });
    const { code, message } = await assertRejects(sending, ChatError);
    assert(code === "bad_frame" && message.endsWith("."), message);
    await lying;
  });
}
