/**
 * What a hostile server sends into a script's JSON: millions of arrays in each other, and what a terminal obeys.
 *
 * @module
 */

import { harmlessJson } from "../../../cli/json_text.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startChat } from "../../cli/program.ts";
import { ScriptedServer } from "../../server/wire/scripted_server.ts";
import { utf8 } from "../../harness.ts";

Deno.test("JSON for a terminal holds nothing that it obeys, and says the same", () => {
  const said = { content: "\x9b31m\x7f\u202eabc\u2066\u200f\u061c é 👩🏽" };
  const json = harmlessJson(JSON.stringify(said));
  assert(!/[\x7f-\x9f]|\p{Bidi_Control}/u.test(json), json);
  assertEquals(JSON.parse(json), said);
});

Deno.test("chat connect --json goes on behind a message that is too deep to be printed", async () => {
  using server = new ScriptedServer();
  await using client = startChat([
    "connect",
    "-s",
    `127.0.0.1:${server.port}`,
    "--json",
    "-n",
    "A",
  ]);
  await using peer = await server.accept();
  await peer.welcomes();
  const deep = 3_000_000;
  const message =
    '{"type":"NewMessage","room":"lobby","seq":1,"from":"B","content":"x","at":1,"y":';
  await peer.raw.write(framed(`${message}${"[".repeat(deep)}${"]".repeat(deep)}}`));
  await peer.says({ type: "UserLeft", room: "lobby", username: "Behind" });
  for (let line = await client.line(); !line?.includes("Behind"); line = await client.line()) {
    assert(line !== undefined, "it has ended");
  }
});

function framed(json: string): Uint8Array<ArrayBuffer> {
  const body = utf8(json);
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
}
