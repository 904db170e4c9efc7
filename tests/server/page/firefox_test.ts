/**
 * The server's own page in Firefox, as large as a phone: coming in, talking, a server that was started again, and files both ways.
 *
 * @module
 */

import { chatPage } from "../../../observe/dashboard/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { someone } from "../../cli/files/pair.ts";
import { place, sha256, sha256Of, someBytes } from "../../cli/files/place.ts";
import { startServer, within } from "../../harness.ts";
import { testWith } from "../../skips.ts";
import { FIREFOX, Firefox, type FoxPage } from "./firefox.ts";

const NEEDS = [FIREFOX];

async function comeIn(page: FoxPage, name: string): Promise<void> {
  await page.waitForText("Choose a name");
  await page.type("textbox", "Name", `${name}\n`);
  await page.waitForText(`as ${name}`);
}

/** Waits until a browser has a file of that size in its place. */
async function saved(directory: string, name: string, size: number): Promise<void> {
  using watching = Deno.watchFs(directory);
  for await (const _ of watching) {
    const found = await Deno.stat(`${directory}/${name}`).catch(() => undefined);
    if (found?.size === size) return;
  }
}

/** What keeps people out who cannot see the page or point at it. */
async function seriousFaults(page: FoxPage): Promise<string[]> {
  await page.run(await Deno.readTextFile(new URL(import.meta.resolve("axe-core/axe.min.js"))));
  const found = await page.evaluate<string[]>(`axe.run().then(({ violations }) =>
    violations.map(({ id, impact, nodes }) => impact + " " + id + ": " + nodes[0]?.html))`);
  return found.filter((one) => /^(serious|critical)/.test(one));
}

testWith(
  NEEDS,
  "in Firefox on a phone two come in, talk, exchange files, and come back to a server that was started again",
  async () => {
    using folder = place();
    await Deno.mkdir(`${folder.path}/saved`);
    const bytes = someBytes(3_000_000);
    for (const name of ["in.bin", "out.bin"]) {
      await Deno.writeFile(`${folder.path}/${name}`, bytes);
    }
    await using firefox = await Firefox.launch(`${folder.path}/saved`);
    const server = startServer({ http: { page: await chatPage("open") } });
    const port = server.server.http?.port ?? 0;
    const url = `http://127.0.0.1:${port}/`;
    const [anna, ben] = [await firefox.open(url, 360), await firefox.open(url, 360)];
    assertEquals(await anna.evaluate("innerWidth"), 360);
    assertEquals(await seriousFaults(anna), []);
    await comeIn(anna, "Anna");
    await comeIn(ben, "Ben");
    await anna.type("textbox", "Message", "hello Ben\n");
    await ben.waitForText("hello Ben");
    const wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assertEquals(await ben.evaluate(wider), 0);
    assertEquals(await seriousFaults(ben), []);

    {
      await using carl = await someone({
        port: server.port,
        name: "Carl",
        directory: `${folder.path}/carl`,
        takes: true,
      });
      await anna.choose(`${folder.path}/out.bin`);
      // Ben was offered it, too, and has not answered.
      const taken = await carl.until("ended", ({ transfer: { way } }) => way === "in");
      assertEquals(taken.end.kind, "done");
      assertEquals(sha256Of(`${folder.path}/carl/out.bin`), sha256(bytes));
      await anna.click("button", "Cancel out.bin");
      carl.transfers.send(`${folder.path}/in.bin`, { room: "lobby" });
      await ben.waitForText("in.bin");
      const saving = saved(`${folder.path}/saved`, "in.bin", bytes.length);
      await ben.click("button", "Accept in.bin");
      await ben.waitForText("was saved by the browser");
      await within(saving, "the file on the disk");
      assertEquals(sha256Of(`${folder.path}/saved/in.bin`), sha256(bytes));
    }
    assertEquals(firefox.complaints, []);

    await server[Symbol.asyncDispose]();
    await anna.waitForText("Trying again");
    await using second = startServer({ http: { port, page: await chatPage("open") } });
    await anna.waitFor(`!document.body.innerText.includes("Trying again")`);
    await ben.waitFor(`!document.body.innerText.includes("Trying again")`);
    await ben.type("textbox", "Message", "here again\n");
    await anna.waitForText("here again");
    assert(second.server.http !== undefined);
  },
);
