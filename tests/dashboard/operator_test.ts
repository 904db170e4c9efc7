/**
 * A dashboard that meets another server: it loses the operator's figures and nothing else, and gets them back.
 *
 * @module
 */

import { bareDashboard } from "./bare_dashboard.ts";
import { connect } from "../../server/wire/mod.ts";
import { assertEquals } from "../assert.ts";
import { startServer } from "../harness.ts";
import { BarePage } from "./bare_page.ts";

const FIRST = "the token of the first server";
const OTHER = "the token of another server";

Deno.test("another server's token costs the operator's figures, and not the conversation", async () => {
  const first = startServer({ operatorToken: FIRST });
  const { port } = first;
  const client = connect({ port, name: "Maria", operator: () => FIRST });
  await using dashboard = await bareDashboard(client, port);
  const url = new URL(dashboard.url);
  await using page = await BarePage.open({ origin: url.origin, token: url.hash.slice(1) });
  const serverState = (kind: "full" | "limited") =>
    page.next(
      (one) =>
        (one.type === "hello" || one.type === "server") && one.server.kind === kind
          ? one.server
          : undefined,
      `figures: ${kind}`,
    );
  await serverState("full");
  await first[Symbol.asyncDispose]();
  const other = startServer({ port, operatorToken: OTHER });
  assertEquals(await serverState("limited"), {
    kind: "limited",
    why: "This server has another operator's token, or none: it tells what every client may ask.",
  });
  page.send({ type: "say", id: "1", room: "lobby", content: "still here" });
  assertEquals((await page.answer("1")).kind, "said");
  await other[Symbol.asyncDispose]();
  await using _again = startServer({ port, operatorToken: FIRST });
  await serverState("full");
});
