/**
 * A hostile server says that something happened when no date is: what draws it would fail at it, again and again.
 *
 * @module
 */

import { connect, type ServerMessage } from "../../../server/wire/mod.ts";
import { MOMENT_MS_MAX } from "../../../server/wire/limits.ts";
import { assertEquals } from "../../assert.ts";
import { Events, ScriptedServer } from "../../server/wire/scripted_server.ts";

const said = { room: "lobby", seq: 1, from: "Eve", content: "hi" };

/** Messages in which something stands that happened then. */
function happeningAt(at: number): ServerMessage[] {
  return [
    { type: "NewMessage", ...said, at },
    { type: "NewMessage", ...said, at: 1, edited: at },
    { type: "PrivateMessage", from: "Eve", content: "hi", seq: 1, at },
    { type: "MessageEdited", room: "lobby", seq: 1, content: "ho", by: "Eve", at },
    { type: "MessageDeleted", room: "lobby", seq: 1, by: "Eve", at },
    { type: "Order", act: "mute", by: "Eve", at },
    { type: "Reported", room: "lobby", by: "Eve", messages: [{ ...said, at }] },
  ];
}

for (const [n, message] of happeningAt(MOMENT_MS_MAX + 1).entries()) {
  Deno.test(`a ${message.type} of a moment that is no date reaches nobody (${n})`, async () => {
    using server = new ScriptedServer();
    await using client = connect({ port: server.port, name: "Ann" });
    const events = new Events(client);
    await using peer = await server.accept();
    await peer.welcomes();
    assertEquals((await events.next())?.type, "Welcome");
    await peer.says(message);
    // What is no message of the protocol ends the connection, and is told to nobody.
    await events.status("offline");
  });
}

Deno.test("the last moment that is a date reaches everybody", async () => {
  using server = new ScriptedServer();
  await using client = connect({ port: server.port, name: "Ann" });
  const events = new Events(client);
  await using peer = await server.accept();
  await peer.welcomes();
  assertEquals((await events.next())?.type, "Welcome");
  const message = { type: "NewMessage", ...said, at: MOMENT_MS_MAX } as const;
  await peer.says(message);
  assertEquals(await events.next(), message);
});
