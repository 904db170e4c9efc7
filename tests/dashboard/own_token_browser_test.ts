/**
 * The link's token in a real browser: it belongs to a tab, stays when that is loaded again, and is in no place from where
 * another server could get it.
 *
 * @module
 */

import { assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, look, setStage } from "./stage.ts";

const NEEDS = [CHROMIUM];

testWith(NEEDS, "the link opens any number of tabs, each for as long as it is there", async () => {
  await using stage = await setStage();
  const { url } = stage.dashboard;
  await using browser = await look(url);
  const { page, complaints } = browser;
  const first = page.getByLabel("Message", { exact: true });
  await first.waitFor();
  await page.reload();
  await first.waitFor();
  const other = await page.context().newPage();
  await other.goto(`${stage.origin}/`);
  await other.getByText("This page needs the link").waitFor();
  // Only what stands behind # is new, for which browsers load nothing by themselves.
  await other.evaluate(`location.href = ${JSON.stringify(url)}`);
  await other.getByLabel("Message", { exact: true }).waitFor();
  assertEquals(other.url(), `${stage.origin}/`);
  await other.reload();
  await other.getByLabel("Message", { exact: true }).waitFor();
  assertEquals(complaints, []);
  assertEquals(await page.context().cookies(), []);
  assertEquals(await page.evaluate("localStorage.length"), 0);
});

testWith(
  NEEDS,
  "a tab that may keep nothing works all the same until it is loaded again",
  async () => {
    await using stage = await setStage();
    await using browser = await look("about:blank");
    const { page, complaints } = browser;
    await page.addInitScript(`Object.defineProperty(globalThis, "sessionStorage", {
    get() { throw new DOMException("Access is denied.", "SecurityError"); },
  })`);
    await page.goto(stage.dashboard.url);
    await page.getByLabel("Message", { exact: true }).waitFor();
    await page.reload();
    await page.getByText("This page needs the link").waitFor();
    assertEquals(complaints, []);
  },
);

testWith(
  NEEDS,
  "a tab whose token is wrong, since its dashboard was started anew, says so and where the right one is",
  async () => {
    await using stage = await setStage();
    await using other = await setStage();
    await using browser = await look(`${other.origin}/#${stage.token}`);
    const { page } = browser;
    await page.getByText("The token in this link is wrong.").waitFor();
    await page.getByText("open the link that it printed last").waitFor();
    await page.evaluate(`location.href = ${JSON.stringify(other.dashboard.url)}`);
    await page.getByLabel("Message", { exact: true }).waitFor();
  },
);
