/**
 * A phone: Chromium as large as one, with a finger for a mouse, and its user, who follows a link past the browser's warning.
 *
 * @module
 */

import { type Browser, chromium, devices, type Page } from "playwright-core";
import { BROWSER_FLAGS, CHROMIUM } from "../../dashboard/stage.ts";
import { isIn } from "../../server/page/page_stage.ts";

/** A busy machine takes its time. */
const STEP_MS = 30_000;

/** A phone with one page open. */
export class Phone implements AsyncDisposable {
  readonly #browser: Browser;
  readonly page: Page;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
  }

  static async buy(): Promise<Phone> {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...BROWSER_FLAGS] });
    const context = await browser.newContext({
      viewport: { width: 360, height: 740 },
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
      userAgent: devices["Galaxy S9+"]?.userAgent ?? "",
    });
    context.setDefaultTimeout(STEP_MS);
    return new Phone(browser, await context.newPage());
  }

  /** Opens a link to a server whose certificate vouches for itself: the browser warns, and its user goes on. */
  async follow(link: string): Promise<void> {
    // What the browser says of the certificate counts as a failure to open the page.
    await this.page.goto(link).catch(() => {});
    await this.page.locator("#details-button").tap();
    await this.page.locator("#proceed-link").tap();
    await this.page.getByText("You are invited.").waitFor();
  }

  /** Chooses a name, and is in. */
  async comeIn(name: string): Promise<void> {
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    await this.page.getByRole("button", { name: "Come in" }).tap();
    await isIn(this.page, name);
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: /message/i }).fill(text);
    await this.page.getByRole("button", { name: "Send", exact: true }).tap();
    await this.hears(text);
  }

  async hears(text: string): Promise<void> {
    await this.page.getByText(text, { exact: true }).waitFor();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
