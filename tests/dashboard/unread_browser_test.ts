/**
 * What an account has not read, on the page in a real browser: told when it comes in, counted, marked, and read on all devices.
 *
 * @module
 */

import type { Page } from "playwright-core";
import { type Client, connect, type ReadMoved } from "../../server/wire/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { within } from "../harness.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, look, seriousFaults, setStage, type Stage } from "./stage.ts";

const NEEDS = [CHROMIUM];
const PASSWORD = "correct horse battery";

/** Reader and Anna have accounts and are away; Ben has talked since. */
async function absence(port: number): Promise<void> {
  for (const name of ["Reader", "Anna"]) {
    await using client = connect({ port, name, password: PASSWORD, register: true });
    await within(client.online(), `the login of ${name}`);
    if (name === "Reader") await client.say("I was here");
  }
  await using ben = connect({ port, name: "Ben" });
  await ben.say("the first that Reader missed");
  await ben.say("the second");
  await ben.whisper("Reader", "psst");
}

/** What another device of the reader hears of how far the account has read. */
class Device implements AsyncDisposable {
  readonly moves: ReadMoved[] = [];
  readonly client: Client;
  readonly #heard: Promise<void>;
  #wake = Promise.withResolvers<void>();

  constructor(port: number) {
    this.client = connect({ port, name: "Reader", password: PASSWORD });
    this.#heard = this.#hear();
  }

  /** Waits until the account has read up to there. */
  async moved(where: { readonly room?: string; readonly with?: string }, seq: number) {
    const wanted = (one: ReadMoved): boolean =>
      one.room === where.room && one.with === where.with && one.seq >= seq;
    const found = async (): Promise<void> => {
      while (!this.moves.some(wanted)) await this.#wake.promise;
    };
    await within(found(), `${JSON.stringify(where)} read up to ${seq}`);
  }

  async #hear(): Promise<void> {
    for await (const event of this.client) {
      if (event.type !== "ReadMoved") continue;
      this.moves.push(event);
      this.#wake.resolve();
      this.#wake = Promise.withResolvers<void>();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    await this.#heard;
  }
}

function place(page: Page, name: string) {
  return page.getByRole("navigation", { name: "Rooms and conversations" })
    .getByRole("button", { name });
}

async function stageAfterAbsence(): Promise<Stage> {
  return await setStage({ before: absence, password: PASSWORD });
}

testWith(
  NEEDS,
  "who comes in sees what is new since they left, and reads it for all devices",
  async () => {
    await using stage = await stageAfterAbsence();
    await using device = new Device(stage.server.port);
    await within(device.client.online(), "the other device");
    await using browser = await look(stage.dashboard.url);
    const { page, complaints } = browser;
    // Of the lobby the end is before their eyes, so it is read; the line above what was new stays.
    const mark = page.getByRole("separator", { name: "New since you left" });
    await mark.waitFor();
    const texts = await page.getByRole("log").locator(".new-since, [data-said]").allTextContents();
    const at = texts.findIndex((text) => text === "New since you left");
    assert(
      texts[at - 1]?.includes("I was here") && texts[at + 1]?.includes("the first"),
      texts.join(),
    );
    await device.moved({ room: "lobby" }, 3);
    // Who has whispered is in the list, with a number that is not colour alone.
    await place(page, "Ben").getByText("1 unread", { exact: false }).waitFor();
    assertEquals(await page.title(), "(1) chat");
    assertEquals(await seriousFaults(page), []);
    await place(page, "Ben").click();
    await mark.waitFor();
    await device.moved({ with: "Ben" }, 1);
    await place(page, "Ben").getByText("unread").waitFor({ state: "detached" });
    assertEquals(await page.title(), "chat");

    // What the other device reads is no news here any more.
    const ben = await stage.enter("Ben");
    const { seq } = await ben.say("Reader, are you there?");
    await place(page, "lobby").getByText("@1", { exact: false }).waitFor();
    await device.client.markRead({ room: "lobby" }, seq);
    await place(page, "lobby").getByText("unread").waitFor({ state: "detached" });
    await place(page, "lobby").click();
    await page.getByText("are you there?").waitFor();
    assertEquals(await mark.count(), 0);

    // Who is away is whispered to all the same, and the page says that it waits.
    const input = page.getByLabel("Message", { exact: true });
    await input.fill("/msg Anna see you tomorrow");
    await input.press("Enter");
    await page.getByText("Anna is away, and gets this with the next login.").waitFor();
    assertEquals(complaints, []);
  },
);

testWith(
  NEEDS,
  "many messages move the position seldom, and nothing moves it when nothing is said",
  async () => {
    await using stage = await stageAfterAbsence();
    await using device = new Device(stage.server.port);
    await within(device.client.online(), "the other device");
    await using browser = await look(stage.dashboard.url);
    await device.moved({ room: "lobby" }, 3);
    const ben = await stage.enter("Ben");
    const before = device.moves.length;
    const start = performance.now();
    let newest = 0;
    for (let i = 0; i < 40; i++) newest = (await ben.say(`message ${i}`)).seq;
    await browser.page.getByText("message 39").waitFor();
    await device.moved({ room: "lobby" }, newest);
    const seconds = (performance.now() - start) / 1_000;
    const told = device.moves.length - before;
    assert(told <= seconds + 2, `${told} times in ${seconds} s`);
    // A page that comes later begins where the account is: nothing is new, and nothing is told.
    await using later = await look(stage.dashboard.url);
    await later.page.getByText("message 39").waitFor();
    assertEquals(await later.page.getByRole("separator", { name: "New since" }).count(), 0);
    await later.page.getByRole("button", { name: "Ben" }).first().waitFor();
    assertEquals(device.moves.length - before, told);
  },
);

testWith(
  NEEDS,
  "what is not before their eyes is not read: below what they look at, or behind the figures",
  async () => {
    await using stage = await stageAfterAbsence();
    const ben = await stage.enter("Ben");
    let newest = 0;
    for (let i = 0; i < 40; i++) newest = (await ben.say(`message ${i}\nof two lines`)).seq;
    await using device = new Device(stage.server.port);
    await within(device.client.online(), "the other device");
    await using browser = await look(stage.dashboard.url, { width: 360, height: 640 });
    const { page } = browser;
    await device.moved({ room: "lobby" }, newest);
    await page.clock.install();
    /** Whatever the page has to say of it, it has said, and the other device has heard it. */
    const settled = async (): Promise<void> => {
      await page.clock.runFor(60_000);
      await page.getByLabel("Message", { exact: true }).evaluate((element) => element.tagName);
      await ben.ping();
      await device.client.ping();
    };
    const read = (): number =>
      Math.max(...device.moves.filter(({ room }) => room === "lobby").map(({ seq }) => seq));

    await page.getByRole("button", { name: "Server", exact: true }).click();
    const behind = await ben.say("behind the figures");
    await settled();
    assertEquals(read(), newest);
    await page.getByRole("button", { name: "Chat", exact: true }).click();
    await page.clock.runFor(60_000);
    await device.moved({ room: "lobby" }, behind.seq);

    await page.getByRole("log").evaluate((element) => element.scrollTop = 0);
    await page.getByRole("button", { name: "To the end" }).waitFor();
    const below = await ben.say("below what they see");
    await page.getByRole("button", { name: "1 new below" }).waitFor();
    await settled();
    assertEquals(read(), behind.seq);
    await page.getByRole("button", { name: "1 new below" }).click();
    await page.clock.runFor(60_000);
    await device.moved({ room: "lobby" }, below.seq);
  },
);
