/**
 * A server that speaks of an offer as if it went the other way: nothing comes of it, and the transfer goes on.
 *
 * @module
 */

import { FileTransfers, type News, type Place } from "../../../server/wire/transfers/mod.ts";
import { type ClientEvent, connect, type ServerMessage, waysTo } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { turns } from "../../within.ts";
import { ScriptedServer } from "../../server/wire/scripted_server.ts";

const SHA256 = "a".repeat(64);
const NOBODYS: Place = {
  begun: () => Promise.resolve(0),
  prepare: () => Promise.resolve({ kind: "refused", reason: "No." }),
};

/** What is said of an offer that is the other one's, and of one that is ours. */
const OF_THEIRS: readonly ServerMessage[] = [
  { type: "FileAccept", by: "Eve", filename: "f", offer: "o1" },
  { type: "FileProgress", by: "Eve", offer: "o1", done: 1 },
  { type: "FileReject", by: "Eve", filename: "f", offer: "o1" },
  { type: "FileReceived", by: "Eve", filename: "f", offer: "o1", sha256: SHA256 },
  { type: "StartUpload", to: "Eve", filename: "f", size: 5, offset: 0, token: "t", offer: "o1" },
];
const OF_OURS: readonly ServerMessage[] = [
  {
    type: "StartDownload",
    from: "Eve",
    filename: "f",
    size: 5,
    offset: 0,
    token: "t",
    offer: "o2",
  },
];

Deno.test("what does not fit the way of a file changes nothing of it", async () => {
  using server = new ScriptedServer();
  await using client = connect({ port: server.port, name: "Alice" });
  await using peer = await server.accept();
  await peer.welcomes();
  await client.online();
  const news: News[] = [];
  const { port } = server;
  await using transfers = new FileTransfers({
    client,
    server: { port },
    ways: waysTo({ port }),
    place: NOBODYS,
    onNews: (one) => news.push(one),
  });
  let failed: unknown;
  transfers.failed.catch((error) => failed = error);
  const hear = async (event: ClientEvent) => {
    transfers.hear(event);
    await turns(3);
  };
  await hear({ type: "FileOffer", from: "Eve", filename: "f", size: 5, offer: "o1" });
  const source = { name: "g", size: 5, demandSame: () => Promise.resolve(), async *read() {} };
  transfers.offer({ name: "g", open: () => Promise.resolve(source) }, { user: "Eve" });
  const { id } = await peer.hears("FileOffer");
  await peer.says({ type: "OfferAck", re: id, offer: "o2", users: 1 });
  const answered = client.ping();
  await peer.hasSaidAll();
  await answered;
  await turns(3);
  const before = transfers.list();
  const { length } = news;
  for (const message of [...OF_THEIRS, ...OF_OURS]) await hear(message as ClientEvent);
  assertEquals([transfers.list(), news.slice(length), failed], [before, [], undefined]);
});
