/**
 * The options of `chat serve` that limit what one address may do.
 *
 * @module
 */

import { addressLimits } from "../../cli/address_options.ts";
import { LIMITS_DEFAULT } from "../../server/limits.ts";
import { assert, assertEquals } from "../assert.ts";
import { RawClient, within } from "../harness.ts";
import { exchange, opening } from "../server/http/web.ts";
import { serveArgs, ServerProcess } from "../server/process.ts";
import { chat } from "./program.ts";

/** The options' defaults, from the help that people read. */
async function defaults(): Promise<Record<string, number>> {
  const { out } = await chat(["serve", "--help"]);
  const options = out.replace(/\s+/g, " ").matchAll(/--address-([a-z-]+) <n>.*?\(default: (\d+)/g);
  const [, mebibytes] = /--address-traffic <size>[^(]*\(default: (\d+)MiB/.exec(out) ?? [];
  return {
    ...Object.fromEntries([...options].map(([, name = "", value]) => [name, Number(value)])),
    traffic: Number(mebibytes) << 20,
  };
}

Deno.test("what the options say by default is what the server does by itself", async () => {
  const said = await defaults();
  const limits = addressLimits({
    addressConnections: said["connections"] ?? NaN,
    addressConnects: said["connects"] ?? NaN,
    addressLogins: said["logins"] ?? NaN,
    addressRate: said["rate"] ?? NaN,
    addressRoomRate: said["room-rate"] ?? NaN,
    addressPlaces: said["places"] ?? NaN,
    addressTraffic: said["traffic"] ?? NaN,
    addressSite: said["site"] ?? NaN,
    exempt: [],
    trustedProxy: [],
    hookTo: [],
  });
  for (const [name, value] of Object.entries(limits)) {
    assertEquals(value, LIMITS_DEFAULT[name as keyof typeof LIMITS_DEFAULT], name);
  }
});

Deno.test("chat serve limits one address, also this machine's where it is not exempt, and tells its log", async () => {
  const args = serveArgs("--port", "0", "--exempt", "none", "--address-connections", "1");
  await using server = await ServerProcess.start(args);
  await using _anna = await RawClient.connect(server.port);
  await using ben = await RawClient.connect(server.port);
  await ben.write("Ben\n");
  await ben.expectLines("[Server] At most 1 may be connected from your address at once.");
  assertEquals(await server.end("SIGTERM", 10_000), 0);
  assert(/turned away: there are too many from that address/.test(server.stderr), server.stderr);
});

Deno.test("chat serve lets pages of its public addresses in, and of no others", async () => {
  const origins = ["--origin", "https://chat.example", "--origin", "https://b.example"];
  const args = serveArgs("--port", "0", "--http", "127.0.0.1:0", ...origins);
  await using server = await ServerProcess.start(args);
  const web = Number(/:(\d+)$/.exec(await within(server.line(), "The second line"))?.[1]);
  for (
    const [host, status] of [["b.example", 426], ["chat.example", 426], [
      "evil.example",
      421,
    ]] as const
  ) {
    const headers = { Host: host, Origin: `https://${host}`, Upgrade: undefined };
    const answer = await exchange(web, opening(web, headers));
    assert(answer.startsWith(`HTTP/1.1 ${status} `), `${host}: ${answer}`);
  }
});
