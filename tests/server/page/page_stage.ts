/**
 * The server's own page in a real browser: the stage for its tests, and what people do there.
 *
 * @module
 */

import { type BrowserContext, chromium, type Page } from "playwright-core";
import { chatPage } from "../../../observe/dashboard/mod.ts";
import type { ServeOptions } from "../../../server/mod.ts";
import { BROWSER_FLAGS, CHROMIUM } from "../../dashboard/stage.ts";
import { startServer, type TestServer } from "../../harness.ts";

/** A server with its page, and a browser. */
export interface PageStage extends AsyncDisposable {
  readonly server: TestServer;
  readonly url: string;
  /** Another browser as far as what it keeps goes. */
  readonly browser: (width?: number) => Promise<BrowserContext>;
  readonly complaints: readonly string[];
}

/** Starts them. */
export async function setPageStage(options: ServeOptions = {}): Promise<PageStage> {
  const page = await chatPage(options.accounts ?? "open");
  const server = startServer({ ...options, http: { ...options.http, page } });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...BROWSER_FLAGS] });
  const complaints: string[] = [];
  return {
    server,
    url: `http://127.0.0.1:${server.server.http?.port}/`,
    complaints,
    async browser(width = 1_000) {
      const context = await browser.newContext({ viewport: { width, height: 740 } });
      context.setDefaultTimeout(30_000);
      context.on("weberror", (one) => complaints.push(one.error().message));
      context.on("console", (one) => {
        if (one.type() === "error") complaints.push(one.text());
      });
      return context;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Opens the page. */
export async function opened(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Fills in who comes in, and tries. */
export async function comeIn(page: Page, name: string, password?: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  if (password !== undefined) await page.getByLabel("Password").first().fill(password);
  await page.getByRole("button", { name: "Come in" }).click();
}

/** Waits until that one is in. */
export async function isIn(page: Page, name: string): Promise<void> {
  await page.getByText(`as ${name}`).waitFor();
}

/** Says something where the reader is. */
export async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: /message/i });
  await field.fill(text);
  await field.press("Enter");
}
