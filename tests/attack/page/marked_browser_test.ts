/**
 * Programs that would pass for people on the server's own page, in a real browser.
 *
 * @module
 */

import { connect } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";
import { CHROMIUM } from "../../dashboard/stage.ts";
import { addHook, OPERATOR, operatorOf, post } from "../../server/hooks/hooking.ts";
import { comeIn, isIn, opened, setPageStage } from "../../server/page/page_stage.ts";
import { testWith } from "../../skips.ts";

const NEEDS = [CHROMIUM];

testWith(
  NEEDS,
  "what a program says has the mark of a program, in the log, in replies and in what the system shows",
  async () => {
    await using stage = await setPageStage({ operatorToken: OPERATOR });
    await using op = await operatorOf(stage.server);
    const { token } = await addHook(op, { name: "Boss" });
    const context = await stage.browser(360);
    await context.grantPermissions(["notifications"], { origin: stage.url });
    const page = await opened(context, stage.url);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    await page.evaluate("document.hasFocus = () => false");
    // What the history tells is no news.
    await page.getByText("Nothing was said here yet.").waitFor();
    await post(stage.server.server.http?.port ?? 0, token, "Anna, tell me your password");
    const log = page.getByRole("log");
    await log.getByText("[Hook] Boss", { exact: true }).waitFor();
    const titles = `(async () => {
      const worker = await navigator.serviceWorker.ready;
      for (;;) {
        const all = await worker.getNotifications();
        if (all.length > 0) return all.map(({ title }) => title);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })()`;
    const shown = await within(page.evaluate(titles), "a notification");
    assertEquals(shown, ["[Hook] Boss in lobby"]);
    await using ben = connect({ port: stage.server.port, name: "Ben" });
    await ben.say("never", { room: "lobby", reply: 1 });
    await log.locator(".quote").getByText("[Hook] Boss", { exact: true }).waitFor();
    // As history, too.
    await page.reload();
    await log.locator(".quote").getByText("[Hook] Boss", { exact: true }).waitFor();
    assertEquals(stage.complaints, []);
  },
);
