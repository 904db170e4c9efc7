/**
 * What a dashboard keeps over a thread that may write two folders and do nothing else.
 *
 * @module
 */

import { KeptDevices } from "../../../cli/account/kept_devices.ts";
import { KeptIgnored } from "../../../cli/account/kept_ignored.ts";
import { startKeeper } from "../../../cli/dashboard/keeper.ts";
import { Failure } from "../../../cli/failure.ts";
import type { Welcome } from "../../../server/wire/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { within } from "../../harness.ts";

const HERE = { host: "127.0.0.1", port: 8080 };
const TOKEN = "a-token-of-a-device-in-a-test";

function welcome(username: string, device?: string): Welcome {
  const server = { server: "s", protocol: 1, durability: "none" } as const;
  const token = device === undefined ? {} : { device, deviceId: "d" };
  return { type: "Welcome", username, rooms: [], ...server, ...token };
}

/** Programs of this user keep what they know in a directory of this test's own. */
async function ownState(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "chat-keeper-" });
  const before = Deno.env.get("XDG_STATE_HOME");
  Deno.env.set("XDG_STATE_HOME", path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      if (before === undefined) Deno.env.delete("XDG_STATE_HOME");
      else Deno.env.set("XDG_STATE_HOME", before);
      await Deno.remove(path, { recursive: true });
    },
  };
}

Deno.test("tokens and whom one ignores lie where other clients find them, for their owner alone", async () => {
  await using state = await ownState();
  {
    using keeper = await within(startKeeper(HERE), "the keeper");
    assertEquals(keeper.ignored, []);
    await within(keeper.keep(welcome("Anna", TOKEN)), "the token");
    await keeper.keep(welcome("Ben"));
    await Promise.all(["Eve", "Mallory", "Trudy"].map((name) => keeper.ignore(name, true)));
    await within(keeper.ignore("mallory", false), "the list");
  }
  const devices = new KeptDevices(HERE, `${state.path}/chat/devices`);
  assertEquals((await devices.find("Anna"))?.token, TOKEN);
  assertEquals(await devices.find("Ben"), undefined);
  assertEquals(((await Deno.stat(devices.fileOf("Anna"))).mode ?? 0) & 0o777, 0o600);
  assertEquals(await new KeptIgnored(HERE, state.path).names(), ["Eve", "Trudy"]);
  using again = await within(startKeeper(HERE), "the keeper");
  assertEquals(again.ignored, ["Eve", "Trudy"]);
});

Deno.test("where nothing can be kept, that is one sentence, and the program goes on", async () => {
  await using state = await ownState();
  await Deno.writeTextFile(`${state.path}/chat`, "a file, and no directory");
  using keeper = await within(startKeeper(HERE), "the keeper");
  await assertRejects(within(keeper.keep(welcome("Anna", TOKEN)), "the token"), Failure);
  await assertRejects(within(keeper.ignore("Eve", true), "the list"), Failure);
});
