/**
 * Logs in with the password of the environment, says something, and writes down all that the engine's heap can still reach.
 *
 * @module
 */

import v8 from "node:v8";
import { logIn } from "../../../cli/log_in.ts";

const [path = "", port = ""] = Deno.args;
const client = await logIn({
  server: { host: "127.0.0.1", port: Number(port) },
  name: "Anna",
  signal: new AbortController().signal,
  patienceMs: 10_000,
});
await client.say("what is reachable");
v8.writeHeapSnapshot(path);
await client.close();
await Deno.stdout.write(new TextEncoder().encode("written\n"));
