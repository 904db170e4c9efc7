/**
 * Files on the server's own page, in a real browser: both ways, between two pages, over a break, compared, and shown when they are pictures.
 *
 * @module
 */

import { networkInterfaces } from "node:os";
import type { Locator, Page } from "playwright-core";
import { assert, assertEquals } from "../../assert.ts";
import { someone } from "../../cli/files/pair.ts";
import { place, sha256, sha256Of, someBytes } from "../../cli/files/place.ts";
import { CHROMIUM, seriousFaults } from "../../dashboard/stage.ts";
import { BYTES_AHEAD_MAX, connect, openUpload } from "../../../server/wire/mod.ts";
import { chatPage } from "../../../observe/dashboard/mod.ts";
import { startServer, within } from "../../harness.ts";
import { testWith } from "../../skips.ts";
import { comeIn, isIn, opened, setPageStage } from "./page_stage.ts";

const NEEDS = [CHROMIUM];

function card(page: Page, name: string): Locator {
  return page.getByRole("group", { name: `File ${name}`, exact: true });
}

testWith(
  NEEDS,
  "a file goes from a page to a terminal, and one from there to the page, byte for byte",
  async () => {
    await using stage = await setPageStage();
    using folder = place();
    const bytes = someBytes(9_000_000);
    for (const name of ["report.bin", "out.bin"]) {
      await Deno.writeFile(`${folder.path}/${name}`, bytes);
    }
    await using anna = await someone({
      port: stage.server.port,
      name: "Anna",
      directory: `${folder.path}/in`,
      takes: true,
    });
    const page = await opened(await stage.browser(360), stage.url);
    await comeIn(page, "Maria");
    await isIn(page, "Maria");
    await page.locator("input[type=file]").setInputFiles(`${folder.path}/out.bin`);
    await card(page, "out.bin").getByText("Anna has it").waitFor();
    assertEquals(sha256Of(`${folder.path}/in/out.bin`), sha256(bytes));

    anna.transfers.send(`${folder.path}/report.bin`, { room: "lobby" });
    await card(page, "report.bin").getByText("offers a file").waitFor();
    assertEquals(await seriousFaults(page), []);
    const saving = page.waitForEvent("download");
    await card(page, "report.bin").getByRole("button", { name: "Accept report.bin" }).click();
    const download = await saving;
    assertEquals(download.suggestedFilename(), "report.bin");
    assertEquals(sha256Of(await download.path()), sha256(bytes));
    await card(page, "report.bin").getByText("was saved by the browser").waitFor();
    const { end } = await anna.until("ended", ({ transfer: { way } }) => way === "out");
    assertEquals(end, { kind: "done", text: "Maria" });

    // Nothing at all is a file, too.
    await Deno.writeTextFile(`${folder.path}/empty.txt`, "");
    const others = page.getByRole("navigation", { name: "Rooms and conversations" });
    const nothing = page.waitForEvent("download");
    anna.transfers.send(`${folder.path}/empty.txt`, { user: "Maria" });
    await others.getByRole("button", { name: "Anna" }).click();
    await card(page, "empty.txt").getByRole("button", { name: "Accept empty.txt" }).click();
    assertEquals(await Deno.readTextFile(await (await nothing).path()), "");
    assertEquals(stage.complaints, []);
  },
);

testWith(
  NEEDS,
  "a break in the middle costs no byte in either direction, and goes on from where it was",
  async () => {
    await using stage = await setPageStage();
    using folder = place();
    const bytes = someBytes(8 << 20, 3);
    for (const name of ["in.bin", "out.bin"]) {
      await Deno.writeFile(`${folder.path}/${name}`, bytes);
    }
    await using anna = await someone({
      port: stage.server.port,
      name: "Anna",
      directory: `${folder.path}/in`,
      takes: true,
      rate: 2_000_000,
    });
    const page = await opened(await stage.browser(), stage.url);
    await comeIn(page, "Maria");
    await isIn(page, "Maria");
    const came = { bytes: 0 };
    page.on("websocket", (one) => {
      if (one.url().endsWith("?bytes")) {
        one.on("framereceived", ({ payload }) => came.bytes += payload.length);
      }
    });
    anna.transfers.send(`${folder.path}/in.bin`, { user: "Maria" });
    await page.getByRole("navigation", { name: "Rooms and conversations" })
      .getByRole("button", { name: "Anna" }).click();
    const download = page.waitForEvent("download", { timeout: 30_000 });
    download.catch(() => {});
    await card(page, "in.bin").getByRole("button", { name: "Accept in.bin" }).click();
    const moving = / of 8\.39 MB · \d\d? % · /;
    await card(page, "in.bin").getByText(moving).waitFor();
    await page.locator("input[type=file]").setInputFiles(`${folder.path}/out.bin`);
    await card(page, "out.bin").getByText(moving).waitFor();
    await stage.server[Symbol.asyncDispose]();
    await card(page, "in.bin").getByText("broke off").waitFor();
    const { port, server: { http } } = stage.server;
    await using _second = startServer({
      port,
      http: { port: http?.port ?? 0, page: await chatPage("open") },
    });
    await card(page, "in.bin").getByText("was saved by the browser").waitFor({ timeout: 30_000 });
    await card(page, "out.bin").getByText("Anna has it").waitFor({ timeout: 30_000 });
    assertEquals(sha256Of(await (await download).path()), sha256(bytes));
    assertEquals(sha256Of(`${folder.path}/in/out.bin`), sha256(bytes));
    // What was on its way is sent again, and nothing that was here.
    const over = came.bytes - bytes.length;
    assert(over < 3 * BYTES_AHEAD_MAX, `${over} bytes were sent twice`);
  },
);

testWith(
  NEEDS,
  "a picture is shown after a click and not before, small, and what only is called so is saved",
  async () => {
    await using stage = await setPageStage();
    using folder = place();
    const icon = new URL("../../../observe/dashboard/page/visitor/icon-512.png", import.meta.url);
    await Deno.copyFile(icon, `${folder.path}/cat.png`);
    const script = "<svg xmlns='http://www.w3.org/2000/svg' onload='document.title=1'/>";
    await Deno.writeTextFile(`${folder.path}/dog.png`, script);
    await using anna = await someone({ port: stage.server.port, name: "Anna" });
    const page = await opened(await stage.browser(360), stage.url);
    await comeIn(page, "Maria");
    await isIn(page, "Maria");
    anna.transfers.send(`${folder.path}/cat.png`, { room: "lobby" });
    const show = card(page, "cat.png").getByRole("button", { name: "Show cat.png" });
    await show.waitFor();
    assertEquals(await page.locator("img").count(), 0);
    await show.click();
    const picture = page.getByRole("img", { name: "Picture cat.png" });
    await picture.waitFor();
    await page.evaluate(`document.querySelector("img").decode()`);
    const box = await picture.boundingBox();
    assert(box !== null && box.height > 100 && box.height <= 240 && box.width <= 320, `${box}`);
    assert((await picture.getAttribute("src"))?.startsWith(`blob:${new URL(stage.url).origin}/`));
    assertEquals(await seriousFaults(page), []);
    const saving = page.waitForEvent("download");
    await card(page, "cat.png").getByRole("button", { name: "Save cat.png" }).click();
    assertEquals(sha256Of(await (await saving).path()), sha256(await Deno.readFile(icon)));

    const other = page.waitForEvent("download");
    anna.transfers.send(`${folder.path}/dog.png`, { room: "lobby" });
    await card(page, "dog.png").getByRole("button", { name: "Show dog.png" }).click();
    assertEquals(await Deno.readTextFile(await (await other).path()), script);
    await page.getByText("is no picture that can be shown here").waitFor();
    assertEquals(await page.locator("img").count(), 1);
    assertEquals(stage.complaints, []);
  },
);

testWith(NEEDS, "what is not what was offered is not saved", async () => {
  await using stage = await setPageStage();
  await using eve = connect({ port: stage.server.port, name: "Eve" });
  await within(eve.online(), "Eve's login");
  const page = await opened(await stage.browser(), stage.url);
  await comeIn(page, "Maria");
  await isIn(page, "Maria");
  let saved = false;
  page.on("download", () => saved = true);
  const lie = sha256(someBytes(1_000));
  const [facts, bytes] = [{ filename: "f.bin", size: 1_000, sha256: lie }, someBytes(1_000, 2)];
  await eve.offerFile(facts, { room: "lobby" });
  await card(page, "f.bin").getByRole("button", { name: "Accept f.bin" }).click();
  for await (const event of eve) {
    if (event.type !== "StartUpload") continue;
    await using upload = await openUpload(stage.server, event.token ?? "");
    await upload.write(bytes);
    await upload.done();
    break;
  }
  await card(page, "f.bin").getByText("Failed").waitFor();
  assertEquals(saved, false);
  assertEquals(stage.complaints, []);
});

/** Where other machines of the network find this one. */
const ADDRESS = Object.values(networkInterfaces()).flat()
  .find((one) => one?.family === "IPv4" && !one.internal)?.address;

testWith(
  NEEDS,
  "at an address that browsers call insecure small files come into memory, and large ones are refused in a sentence",
  async () => {
    // A machine without a network has no such address.
    if (ADDRESS === undefined) return;
    await using stage = await setPageStage({ http: { hostname: ADDRESS } });
    using folder = place();
    const bytes = someBytes(3_000_000);
    await Deno.writeFile(`${folder.path}/small.bin`, bytes);
    using large = await Deno.create(`${folder.path}/large.bin`);
    await large.truncate(65 << 20);
    await using anna = await someone({
      port: stage.server.port,
      name: "Anna",
      directory: `${folder.path}/in`,
      takes: true,
    });
    const url = `http://${ADDRESS}:${stage.server.server.http?.port}/`;
    const page = await opened(await stage.browser(360), url);
    await comeIn(page, "Maria");
    await isIn(page, "Maria");
    assertEquals(await page.evaluate("isSecureContext"), false);
    anna.transfers.send(`${folder.path}/small.bin`, { room: "lobby" });
    const saving = page.waitForEvent("download");
    await card(page, "small.bin").getByRole("button", { name: "Accept small.bin" }).click();
    assertEquals(sha256Of(await (await saving).path()), sha256(bytes));
    await anna.until("ended");
    anna.transfers.send(`${folder.path}/large.bin`, { room: "lobby" });
    await card(page, "large.bin").getByRole("button", { name: "Accept large.bin" }).click();
    await card(page, "large.bin").getByText("too large for this browser").waitFor();
    const { end } = await anna.until("ended", ({ transfer: { name } }) => name === "large.bin");
    assert(end.kind === "failed" || end.kind === "declined", end.kind);
    await page.locator("input[type=file]").setInputFiles(`${folder.path}/small.bin`);
    const own = page.getByRole("group", { name: "File small.bin", exact: true }).last();
    await own.getByText("Anna has it").waitFor();
    assertEquals(sha256Of(`${folder.path}/in/small.bin`), sha256(bytes));
  },
);
