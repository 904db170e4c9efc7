/**
 * The server's own page, in a real browser, while its server is away: that what was written is not lost by that.
 *
 * @module
 */

import { CHROMIUM } from "../../dashboard/stage.ts";
import { testWith } from "../../skips.ts";
import { comeIn, isIn, opened, setPageStage } from "./page_stage.ts";

const NEEDS = [CHROMIUM];

testWith(
  NEEDS,
  "an installed page opens also where a proxy answers that it does not reach the server",
  async () => {
    await using stage = await setPageStage();
    const page = await opened(await stage.browser(360), stage.url);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    await stage.server[Symbol.asyncDispose]();
    for (const status of [502, 503, 504]) {
      await using _proxy = Deno.serve({
        hostname: "127.0.0.1",
        port: Number(new URL(stage.url).port),
        onListen: () => {},
      }, () => new Response("nobody is there", { status }));
      await page.reload();
      await page.getByText("The server cannot be reached.").first().waitFor();
    }
  },
);
