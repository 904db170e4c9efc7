/**
 * A network that swallows everything: no byte, no end and no reset comes through. Both sides notice by the silence alone, and say so; and when the
 * network carries again, whoever was cut off is back by itself, and nothing that was acknowledged is lost or doubled.
 *
 * ```text
 *   Anna ─── the network ─── server ─── Ben        both ways are swallowed; then only what the server says,
 *                                                  the acknowledgement of a word that it has taken among it
 * ```
 *
 * @module
 */

import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { dial } from "../../../server/wire/connection.ts";
import { clientOver, webSocketLine } from "../../../server/wire/in_browser/mod.ts";
import type { Dial } from "../../../server/wire/line.ts";
import { type Client, type ClientEvent, connect } from "../../../server/wire/mod.ts";
import { BadNetwork } from "../../bad_network.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { until } from "../../within.ts";
import { Events, ScriptedServer } from "../wire/scripted_server.ts";
import type { Way } from "./plans.ts";

/** Shorter than in earnest: a client has 20 s and 60 s, a server 60 s and 120 s, and looks about once a second. */
const PULSE = { beatMs: 100, silenceMsMax: 300 };
const LIMITS = { silenceMsBeforePing: 50, silenceMsMax: 2_000 };
const ROUNDS = [["up", "down"], ["down"]] as const;

/** What a client was told. */
class Heard {
  readonly events: ClientEvent[] = [];
  readonly ended: Promise<void>;

  constructor(client: Client) {
    this.ended = (async () => {
      for await (const event of client) this.events.push(event);
    })();
  }

  /** What was said, in the order in which it was told. */
  get said(): readonly string[] {
    return this.events.flatMap((event) => event.type === "NewMessage" ? [event.content] : []);
  }

  /** Why it was offline, each time. */
  get breaks(): readonly string[] {
    return this.events.flatMap((event) =>
      event.type === "Status" && event.status.kind === "offline" ? [event.status.reason] : []
    );
  }

  has(type: ClientEvent["type"]): boolean {
    return this.events.some((event) => event.type === type);
  }
}

async function bridged(way: Way): Promise<void> {
  const tls = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });
  await using server = startServer({ tls, http: {}, limits: LIMITS });
  const port = way === "WebSocket" ? server.server.http?.port : server.port;
  assert(port !== undefined);
  await using network = new BadNetwork(port, { pieces: () => undefined });
  const to = { host: "localhost", port: network.port };
  const trust = { believed: () => Promise.resolve([tls.cert]) };
  const line = way === "WebSocket"
    ? webSocketLine(`ws://127.0.0.1:${network.port}/ws`)
    : (how: Parameters<Dial>[0]) => dial({ ...to, ...way === "TLS" && { tls: trust }, ...how });
  await using ben = connect({ port: server.port, name: "Ben" });
  await using anna = clientOver(line, { name: "Anna" }, PULSE);
  const [annas, bens] = [new Heard(anna), new Heard(ben)];
  await Promise.all([anna.online(), ben.online()]);
  const said: string[] = [];
  const say = async (client: Client, content: string) => {
    said[(await client.say(content)).seq - 1] = content;
  };

  for (const [round, directions] of ROUNDS.entries()) {
    await say(anna, `before ${round}`);
    network.swallow(...directions);
    const held = say(anna, `into the silence ${round}`);
    // What fails before it is waited for tells more.
    held.catch(() => {});
    await say(ben, `meanwhile ${round}`);
    await until("Anna's client noticed", () => annas.breaks.length > round);
    if (round === 0) await until("the server noticed", () => bens.has("UserLeft"));
    network.heal();
    await held;
    await say(anna, `after ${round}`);
  }

  assertEquals(annas.breaks[0], "The server was silent for too long.");
  const last = `after ${ROUNDS.length - 1}`;
  for (const heard of [annas, bens]) {
    await until("the last word", () => heard.said.includes(last));
    assertEquals(heard.said, said, "Each word once, in one order, for both");
  }
  assertEquals(said.length, 4 * ROUNDS.length);
  await Promise.all([anna.close(), ben.close()]);
  await Promise.all([annas.ended, bens.ended]);
}

Deno.test("a network that swallows everything is noticed on both sides and bridged, over frames, TLS and WebSockets", async () => {
  const ways: readonly Way[] = ["frames", "TLS", "WebSocket"];
  const ended = await Promise.allSettled(ways.map(bridged));
  const faults = ended.flatMap((end, at) =>
    end.status === "rejected" ? [`${ways[at]}: ${end.reason}`] : []
  );
  assertEquals(faults, []);
});

Deno.test("a client notices when the silence is as long as it may be, and not a beat later", async () => {
  using server = new ScriptedServer();
  const line: Dial = (how) => dial({ host: "127.0.0.1", port: server.port, ...how });
  await using anna = clientOver(line, { name: "Anna" }, { beatMs: 200, silenceMsMax: 250 });
  const events = new Events(anna);
  await using peer = await server.accept();
  await peer.welcomes();
  await events.status("online");
  let isLate = false;
  // Timers that are late go off in their order all the same: the next beat would be at 400 ms.
  const timer = setTimeout(() => isLate = true, 350);
  await events.status("offline");
  clearTimeout(timer);
  assert(!isLate);
});
