/**
 * The page at an address of the network, as a phone opens it: browsers call that insecure, and give scripts less.
 *
 * @module
 */

import { networkInterfaces } from "node:os";
import { assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, look, setStage } from "./stage.ts";

const ADDRESS = Object.values(networkInterfaces()).flat()
  .find((one) => one?.family === "IPv4" && !one.internal)?.address;

testWith([CHROMIUM], "the page talks at an address that browsers call insecure", async () => {
  // A machine without a network has no such address.
  if (ADDRESS === undefined) return;
  await using stage = await setStage({ hostname: ADDRESS });
  await using browser = await look(stage.dashboard.url, { width: 360, height: 740, touch: true });
  const { page, complaints } = browser;
  const input = page.getByLabel("Message", { exact: true });
  await input.fill("from a phone");
  await input.press("Enter");
  await page.getByRole("log").getByText("from a phone").waitFor();
  await page.locator(".pending").waitFor({ state: "detached" });
  assertEquals(await page.evaluate("isSecureContext"), false);
  // There the browser also says that a header means nothing to it.
  assertEquals(complaints.filter((one) => !one.includes("Cross-Origin-Opener-Policy")), []);
});
