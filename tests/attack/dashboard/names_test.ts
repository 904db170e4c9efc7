/**
 * A hostile server tells the dashboard of rooms and people that cannot have such names. A page that asked about them would be
 * closed for the question, come back, be told the same, and ask again.
 *
 * @module
 */

import { bareDashboard } from "../../dashboard/bare_dashboard.ts";
import { connect } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { BarePage } from "../../dashboard/bare_page.ts";
import { ScriptedServer } from "../../server/wire/scripted_server.ts";

const LONG = "x".repeat(129);

Deno.test("names that a page could not ask about are not told to it", async () => {
  using server = new ScriptedServer();
  const { port } = server;
  const client = connect({ port, name: "Maria" });
  await using peer = await server.accept();
  const many = Array.from({ length: 1_000 }, (_, n): [string, number] => [`r${n}`, 0]);
  await peer.welcomes({ lobby: 0, "": 0, [LONG]: 0, ...Object.fromEntries(many) });
  await using dashboard = await bareDashboard(client, port);
  const url = new URL(dashboard.url);
  await using page = await BarePage.open({ origin: url.origin, token: url.hash.slice(1) });
  const hello = await page.told((one) => one.type === "hello" ? one : undefined, "hello");
  assertEquals(hello.rooms.slice(0, 3), ["lobby", "r0", "r1"]);
  assertEquals(hello.rooms.length, 256);
  const said = { from: "Eve", content: "x", seq: 1, at: 1 };
  for (const name of ["", LONG]) {
    await peer.says(
      { type: "NewMessage", room: name, ...said },
      { type: "PrivateMessage", ...said, from: name, to: "Maria" },
      { type: "UserJoined", room: name, username: "Eve" },
      { type: "Topic", room: name, topic: "x", by: "Eve" },
      { type: "FileOffer", from: name, filename: "a", size: 1, offer: `from ${name.length}` },
      {
        type: "FileOffer",
        from: "Eve",
        room: name,
        filename: "a",
        size: 1,
        offer: `room ${name.length}`,
      },
    );
  }
  await peer.says({ type: "NewMessage", room: "lobby", ...said, content: "the last" });
  const events: unknown[] = [];
  await page.told((one) => {
    if (one.type === "file") throw new Error(`A file is told: ${JSON.stringify(one.file)}`);
    if (one.type !== "chat") return undefined;
    events.push(...one.events);
    return one.events.some((event) => event.kind === "line" && event.content === "the last")
      ? true
      : undefined;
  }, "what was said last");
  assertEquals(events.length, 1);
});
