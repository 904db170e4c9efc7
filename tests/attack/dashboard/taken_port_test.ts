/**
 * The dashboard has ended, and another user of the machine listens on its port before the page comes back: the page says
 * nothing there, and believes nothing.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { CHROMIUM, look, setStage } from "../../dashboard/stage.ts";
import { within } from "../../harness.ts";
import { testWith } from "../../skips.ts";

testWith([CHROMIUM], "a page says nothing to whoever took the port of its dashboard", async () => {
  await using stage = await setStage();
  await using browser = await look(stage.dashboard.url);
  const { page } = browser;
  await page.getByLabel("Message", { exact: true }).waitFor();
  const { port } = new URL(stage.origin);
  await stage.dashboard[Symbol.asyncDispose]();
  const heard: unknown[] = [];
  const shown = new Set<string>();
  const closed = Promise.withResolvers<void>();
  await using _thief = Deno.serve(
    { hostname: "127.0.0.1", port: Number(port), onListen: () => {} },
    (request) => {
      const protocols = request.headers.get("sec-websocket-protocol");
      if (protocols === null) return new Response(null, { status: 204 });
      shown.add(protocols);
      const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "chat-dashboard" });
      const key = protocols.split("key.")[1] ?? "";
      socket.onopen = () => {
        socket.send(key);
        socket.send(JSON.stringify({ type: "hello", rooms: ["lobby"], partners: [], me: "Eve" }));
      };
      socket.onmessage = ({ data }) => heard.push(data);
      socket.onclose = () => closed.resolve();
      return response;
    },
  );
  await within(closed.promise, "the page's going away");
  assertEquals(heard, []);
  assert(![...shown].some((protocols) => protocols.includes(stage.token)), [...shown].join());
  await page.getByText("page cut off").waitFor();
});
