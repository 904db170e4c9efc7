/**
 * Somebody asks for something about a message, by its number, while there is no connection, and the server comes back with another
 * history, as after a restore: what has that number there is somebody else's.
 *
 * @module
 */

import { ChatError, type Client, connect } from "../../../server/wire/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { Events, ScriptedServer } from "../../server/wire/scripted_server.ts";

const said = { room: "lobby", seq: 3 };
const CALLS: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  Delete: ({ changes }) => changes.delete(said),
  Edit: ({ changes }) => changes.edit(said, "other words"),
  React: ({ changes }) => changes.react(said, "👍"),
  Report: ({ order }) => order.report(said),
  Read: (client) => client.markRead({ room: "lobby" }, 3),
};

for (const [type, call] of Object.entries(CALLS)) {
  for (const epoch of ["epoch", "another"]) {
    const isSame = epoch === "epoch";
    Deno.test(`${type} that is asked between two connections is ${isSame ? "" : "not "}sent to ${isSame ? "the same" : "another"} history`, async () => {
      using server = new ScriptedServer();
      await using anna = connect({ port: server.port, name: "Anna" });
      const events = new Events(anna);
      {
        await using peer = await server.accept();
        await peer.welcomes({ lobby: 5 });
        await events.status("online");
      }
      await events.status("offline");
      const asked = call(anna);
      const refused = isSame ? asked : assertRejects(asked, ChatError);
      await using peer = await server.accept();
      await peer.welcomes({ lobby: 5 }, { epoch });
      if (isSame) {
        const { id } = await peer.hears(type as "Delete");
        await peer.acks({ id }, 3);
        await refused;
      } else {
        assertEquals((await refused as ChatError).code, "not_found");
        const ping = anna.ping();
        const { id } = await peer.hears("Ping");
        await peer.says({ type: "Pong", re: id });
        await ping;
      }
    });
  }
}
