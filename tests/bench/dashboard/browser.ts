/**
 * A real browser, held with `await using`; each page has a context of its own, so that it finds nothing in a cache.
 *
 * @module
 */

import { chromium, type Page } from "playwright-core";
import { BROWSER_FLAGS, CHROMIUM } from "../../dashboard/stage.ts";
import { hasProgram } from "../../skips.ts";
import { descendantsSeconds } from "../processor.ts";

/** How long anything in a page may take, in ms: the machine is full while it is measured. */
const PATIENCE_MS = 30_000;

/** A browser that runs. */
export interface Browser extends AsyncDisposable {
  readonly version: string;
  /** Opens a page in a new context, which whoever asked for it closes. */
  open(url: string): Promise<Page>;
  /** Seconds of processor time that its processes have taken, as far as they still run. */
  cpuSeconds(): Promise<number>;
}

/** Starts it; `undefined` where there is none. */
export async function startBrowser(): Promise<Browser | undefined> {
  if (!hasProgram(CHROMIUM)) return undefined;
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [...BROWSER_FLAGS],
  });
  return {
    version: browser.version(),
    async open(url) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    cpuSeconds: () => descendantsSeconds(Deno.pid, /chrom/),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
