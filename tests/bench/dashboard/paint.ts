/**
 * How soon a page can be seen: first paint, of a browser that never saw it and of one that did.
 *
 * The reference is a page of one line from a server that does nothing else, so what the browser itself takes is known.
 *
 * @module
 */

import type { Page } from "playwright-core";
import type { Browser } from "./browser.ts";

/** Milliseconds from the start of loading to the first content on the screen. */
export interface Paints {
  /** In a new context: nothing is in a cache. */
  readonly cold: number;
  /** Loaded again in the same context. */
  readonly warm: number;
}

/** Waits until the first content was painted, and says when that was. */
const FIRST_PAINT = `new Promise((resolve) => {
  const observer = new PerformanceObserver((list) => {
    const first = list.getEntriesByName("first-contentful-paint")[0];
    if (first !== undefined) resolve(first.startTime);
  });
  observer.observe({ type: "paint", buffered: true });
})`;

/** Loads a page twice. */
export async function measurePaints(browser: Browser, url: string): Promise<Paints> {
  const page = await browser.open(url);
  try {
    const cold = await firstPaint(page);
    await page.reload();
    return { cold, warm: await firstPaint(page) };
  } finally {
    await page.context().close();
  }
}

async function firstPaint(page: Page): Promise<number> {
  return Number(await page.evaluate(FIRST_PAINT));
}

/** A page of one line. */
export interface SmallPage extends AsyncDisposable {
  readonly url: string;
}

/** Serves it. */
export function serveSmallPage(): SmallPage {
  const headers = { "content-type": "text/html; charset=utf-8" };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("<!doctype html><title>small</title><p>One line.</p>", { headers }),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
