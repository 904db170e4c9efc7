/**
 * TLS over networks that are slow, lose and change: nothing that was acknowledged is lost, nothing is doubled, the order is kept.
 *
 * @module
 */

import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { serve } from "../../../server/mod.ts";
import { connect } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { BadNetwork, type BadNetworkOptions } from "../../bad_network.ts";
import { within } from "../../harness.ts";
import { testedTransport } from "../../transport.ts";

const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });

/** Says `count` messages over such a network. @returns How often that broke. */
async function talkOver(count: number, options: BadNetworkOptions): Promise<number> {
  await using server = serve({ port: 0, transport: testedTransport(), tls: pair });
  await using network = new BadNetwork(server.port, options);
  await using watcher = connect({ port: server.port, name: "Watcher" });
  await watcher.online();
  await using speaker = connect({
    host: "localhost",
    port: network.port,
    name: "Speaker",
    tls: { believed: () => Promise.resolve([pair.cert]) },
  });
  const contents = Array.from({ length: count }, (_, at) => `message ${at}`);
  const acks: { readonly content: string; readonly seq: number }[] = [];
  const saying = (async () => {
    for (const content of contents) acks.push({ content, seq: (await speaker.say(content)).seq });
  })();
  const heard: { readonly content: string; readonly seq: number }[] = [];
  const hearing = (async () => {
    for await (const event of watcher) {
      if (event.type === "NewMessage") heard.push({ content: event.content, seq: event.seq });
      if (heard.length === count) return;
    }
  })();
  await within(Promise.all([saying, hearing]), "all messages");
  assertEquals(heard, acks, "What is acknowledged is what others heard, in order, once");
  assertEquals(heard.map(({ content }) => content), contents);
  return network.broken;
}

Deno.test("TLS over a network that breaks once, at any piece, loses and doubles nothing", async () => {
  // In each step of the handshake, of the login and of what is said: a speaker and a network for each.
  const steps = Array.from({ length: 16 }, (_, step) => step);
  const broken = await Promise.all(
    steps.map((step) => talkOver(8, { pieces: (at) => at === 0 ? step : undefined })),
  );
  assertEquals(broken.filter((times) => times > 0).length, steps.length);
});

Deno.test("TLS over a network that changes a byte, in any piece, loses and doubles nothing, and lets nothing wrong through", async () => {
  const steps = Array.from({ length: 16 }, (_, step) => step);
  await Promise.all(
    steps.map((step) =>
      talkOver(8, {
        pieces: () => undefined,
        spoiled: (connection) => connection === 0 ? step : undefined,
      })
    ),
  );
});

Deno.test("TLS over a network that carries single bytes loses and doubles nothing", async () => {
  await talkOver(10, { pieces: () => undefined, pieceBytes: 1 });
});

Deno.test("TLS over a slow network that cuts anywhere and breaks loses and doubles nothing", async () => {
  const pieces = [60, 200];
  const broken = await talkOver(40, { pieces: (at) => pieces[at], pieceBytes: 37, delayMs: 1 });
  assert(broken > 0, "It broke");
});
