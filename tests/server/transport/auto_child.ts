/**
 * A program that has the chat as a library, with whatever permissions it was given: it serves, talks to itself, and prints
 * what its server said of its sockets and what was heard.
 *
 * @module
 */

import { connect, serve, type ServerEvent } from "../../../mod.ts";

const events: ServerEvent[] = [];
await using server = serve({ onEvent: (event) => void events.push(event) });
await using alice = connect({ port: server.port, name: "Alice" });
await alice.say("Hello");
let heard = "";
for await (const event of alice) {
  if (event.type !== "NewMessage") continue;
  heard = event.content;
  break;
}
const said = JSON.stringify({ listening: events[0], heard });
Deno.stdout.writeSync(new TextEncoder().encode(`${said}\n`));
