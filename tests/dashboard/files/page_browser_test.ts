/**
 * Files in the page, in a real browser: taken from a sender with a disk, and offered to a receiver with one.
 *
 * @module
 */

import type { Page } from "playwright-core";
import { assert, assertEquals } from "../../assert.ts";
import { someone } from "../../cli/files/pair.ts";
import { place, sha256, sha256Of, someBytes } from "../../cli/files/place.ts";
import { NAME_BYTES_MAX } from "../../../server/wire/transfers/limits.ts";
import { startServer } from "../../harness.ts";
import { testWith } from "../../skips.ts";
import { CHROMIUM, look, setStage } from "../stage.ts";

const NEEDS = [CHROMIUM];
const WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/** A file as `setInputFiles` takes it. */
function chosen(bytes: Uint8Array, name = "b.bin") {
  return { name, mimeType: "application/octet-stream", buffer: globalThis.Buffer.from(bytes) };
}

/** Brings a file over the chat as a drag from outside does. */
function drag(page: Page, types: readonly string[], text: string): Promise<void> {
  return page.evaluate(`{
    const data = new DataTransfer();
    data.items.add(new File([${JSON.stringify(text)}], "dropped.txt"));
    for (const type of ${JSON.stringify(types)}) {
      const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data });
      document.querySelector(".talk .log").dispatchEvent(event);
    }
  }`);
}

testWith(
  NEEDS,
  "an offered file is accepted and saved, byte for byte, by the keyboard",
  async () => {
    await using stage = await setStage({ name: "Maria" });
    using folder = place();
    const bytes = someBytes(20_000_000);
    await Deno.writeFile(`${folder.path}/report.bin`, bytes);
    await using anna = await someone({ port: stage.server.port, name: "Anna" });
    await using browser = await look(stage.dashboard.url);
    const { page, complaints } = browser;
    await page.getByLabel("Message", { exact: true }).waitFor();
    anna.transfers.send(`${folder.path}/report.bin`, { room: "lobby" });
    const card = page.getByRole("group", { name: "File report.bin" });
    await card.getByText("offers a file").waitFor();
    await card.getByText("20 MB", { exact: true }).waitFor();
    const accept = card.getByRole("button", { name: "Accept report.bin" });
    const saving = page.waitForEvent("download");
    await accept.focus();
    await accept.press("Enter");
    const download = await saving;
    assertEquals(download.suggestedFilename(), "report.bin");
    assertEquals(sha256Of(await download.path()), sha256(bytes));
    await card.getByText("was saved by the browser").waitFor();
    assertEquals(await card.getByRole("button").count(), 0);
    assertEquals((await anna.until("ended")).end, { kind: "done", text: "Maria" });
    await page.reload();
    await card.getByText("was saved by the browser").waitFor();
    assertEquals(complaints, []);
  },
);

testWith(NEEDS, "a file is offered by the button, by dropping and by pasting it", async () => {
  await using stage = await setStage({ name: "Maria" });
  using folder = place();
  await using anna = await someone({
    port: stage.server.port,
    name: "Anna",
    directory: folder.path,
    takes: true,
  });
  await using browser = await look(stage.dashboard.url);
  const { page, complaints } = browser;
  const bytes = someBytes(5_000_000);
  const opening = page.waitForEvent("filechooser");
  const button = page.getByRole("button", { name: "Offer a file" });
  await button.focus();
  await button.press("Enter");
  await (await opening).setFiles([chosen(bytes)]);
  await page.getByRole("group", { name: "File b.bin" }).getByText("Anna has it").waitFor();
  assertEquals(sha256Of(`${folder.path}/b.bin`), sha256(bytes));
  await drag(page, ["dragover"], "x");
  await page.getByText("Drop it to offer it to #lobby").waitFor();
  await drag(page, ["dragover", "drop"], "dropped text");
  await page.getByRole("group", { name: "File dropped.txt" }).getByText("Anna has it").waitFor();
  assertEquals(await page.locator(".drop-hint").count(), 0);
  assertEquals(await Deno.readTextFile(`${folder.path}/dropped.txt`), "dropped text");
  // In a whisper it goes to that one alone.
  await anna.client.whisper("Maria", "for you");
  await page.getByRole("button", { name: /^@?\s*Anna/ }).first().click();
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(["pasted"], "pasted.txt"));
    document.querySelector("#message").dispatchEvent(
      new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData }));
  }`);
  await page.getByRole("group", { name: "File pasted.txt" }).getByText("Anna has it").waitFor();
  const last = anna.news.findLast(({ kind }) => kind === "offered");
  assertEquals([last?.transfer.name, last?.transfer.room], ["pasted.txt", undefined]);
  assertEquals(complaints, []);
});

testWith(NEEDS, "declined, withdrawn and closed: both sides hear how it ended", async () => {
  await using stage = await setStage({ name: "Maria" });
  using folder = place();
  for (const name of ["one", "two"]) await Deno.writeTextFile(`${folder.path}/${name}`, name);
  await using anna = await someone({ port: stage.server.port, name: "Anna" });
  await using browser = await look(stage.dashboard.url);
  const { page } = browser;
  await page.getByLabel("Message", { exact: true }).waitFor();
  const one = anna.transfers.send(`${folder.path}/one`, { room: "lobby" });
  await page.getByRole("button", { name: "Decline one" }).click();
  await page.getByText("You declined it").waitFor();
  assertEquals(
    (await anna.until("ended", ({ transfer: { n } }) => n === one)).end.kind,
    "declined",
  );
  const two = anna.transfers.send(`${folder.path}/two`, { room: "lobby" });
  await page.getByRole("button", { name: "Accept two" }).waitFor();
  anna.transfers.cancel(two);
  await page.getByText("Anna took the offer back.").waitFor();
  await page.locator("input[type=file]").setInputFiles([chosen(someBytes(10))]);
  const { transfer: { n } } = await anna.until("offered");
  await page.getByRole("button", { name: "Cancel b.bin" }).waitFor();
  await page.close();
  const { end } = await anna.until("ended", ({ transfer }) => transfer.n === n);
  assertEquals(end, { kind: "failed", reason: "Maria took the offer back.", untaken: true });
});

testWith(
  NEEDS,
  "a break of the chat in the middle costs nothing, in either direction",
  async () => {
    await using stage = await setStage({ name: "Maria" });
    using folder = place();
    const bytes = someBytes(24 << 20, 3);
    for (const name of ["slow.bin", "b.bin"]) await Deno.writeFile(`${folder.path}/${name}`, bytes);
    await using anna = await someone({
      port: stage.server.port,
      name: "Anna",
      directory: `${folder.path}/in`,
      takes: true,
      // Ten seconds for each: a slow machine has both under way at once, too.
      rate: 2_500_000,
    });
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    await page.getByLabel("Message", { exact: true }).waitFor();
    anna.transfers.send(`${folder.path}/slow.bin`, { room: "lobby" });
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Accept slow.bin" }).click();
    const cards = ["slow.bin", "b.bin"].map((name) =>
      page.getByRole("group", { name: `File ${name}` })
    );
    const moving = / of 25\.2 MB · \d\d? % · /;
    await cards[0]?.getByText(moving).waitFor();
    // From the disk: in a message to the browser so many bytes take seconds.
    await page.locator("input[type=file]").setInputFiles(`${folder.path}/b.bin`);
    await cards[1]?.getByText(moving).waitFor();
    await stage.server[Symbol.asyncDispose]();
    await cards[0]?.getByText("broke off").waitFor();
    // Of an offer to a room, whoever was cut off gets the rest on its own.
    await cards[1]?.getByText("get it on their own").waitFor();
    await using _second = startServer({
      port: stage.server.port,
      operatorToken: "a token for this stage only",
    });
    await cards[0]?.getByText("was saved by the browser").waitFor({ timeout: 60_000 });
    await cards[1]?.getByText("Anna has it").waitFor({ timeout: 60_000 });
    assertEquals(sha256Of(await (await saving).path()), sha256(bytes));
    assertEquals(sha256Of(`${folder.path}/in/b.bin`), sha256(bytes));
  },
);

testWith(
  NEEDS,
  "hostile names are plain ones, on a phone as well, and axe has no complaint",
  async () => {
    await using stage = await setStage({ name: "Maria" });
    const mallory = await stage.enter("Mallory");
    await using browser = await look(stage.dashboard.url, { width: 360, height: 740, touch: true });
    const { page, complaints } = browser;
    await page.getByLabel("Message", { exact: true }).waitFor();
    // Worse ones the server refuses.
    const names = [`<img src=x onerror="document.title='owned'">`, "w".repeat(250), "-rf.part"];
    for (const filename of names) {
      await mallory.offerFile({ filename, size: 4 }, { room: "lobby" });
    }
    const shown = [
      `_img src=x onerror=_document.title='owned'__`,
      "w".repeat(NAME_BYTES_MAX),
      "_rf.part_",
    ];
    for (const name of shown) {
      await page.getByRole("group", { name: `File ${name}`, exact: true }).waitFor();
    }
    assertEquals(await page.evaluate(WIDER), 0);
    const script = await Deno.readTextFile(new URL(import.meta.resolve("axe-core/axe.min.js")));
    await page.evaluate(script);
    const found: string[] = await page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, impact, nodes }) => impact + " " + id + ": " + nodes[0]?.html))`);
    assertEquals(found.filter((one) => /^(serious|critical) /.test(one)), []);
    assert(!(await page.title()).includes("owned"));
    assertEquals(complaints, []);
  },
);
