/**
 * A client in a process of its own, which can be stopped: comes into the lobby, and reads all that comes.
 *
 * It says `ready`, and then says in the chat each line of its input: `saying` before, and `said` when it is acknowledged.
 *
 * @module
 */

import { linesOf } from "../../../lines.ts";
import { connect } from "../../../../server/wire/mod.ts";

const [port, name = "ben"] = Deno.args;
await using client = connect({ port: Number(port), name });
const reading = (async () => {
  for await (const _ of client);
})();
await client.online();
const tell = (word: string) => Deno.stdout.write(new TextEncoder().encode(`${word}\n`));
await tell("ready");
for await (const line of linesOf(Deno.stdin.readable)) {
  await tell("saying");
  await client.say(line);
  await tell("said");
}
await client.close();
await reading;
