/**
 * Who types, on the page in a real browser: told by who types there, shown to others in one quiet line, also on a phone.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { CHROMIUM, seriousFaults } from "../../dashboard/stage.ts";
import { within } from "../../harness.ts";
import { testWith } from "../../skips.ts";
import { type Client, type ClientEvent, connect } from "../../../server/wire/mod.ts";
import { comeIn, isIn, opened, say, setPageStage } from "./page_stage.ts";

/** Who was told to type until that was said. */
async function typistsUntil(
  client: AsyncIterator<ClientEvent>,
  content: string,
): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const { value, done } = await within(client.next(), content);
    if (done === true || value.type === "NewMessage" && value.content === content) return names;
    if (value.type === "Typing") names.push(value.from);
  }
}

async function owner(port: number): Promise<Client> {
  const client = connect({ port, name: "Olga", rooms: ["tea"], typing: true });
  await client.join("tea");
  await client.order.set({ room: "tea", typing: true });
  return client;
}

testWith(
  [CHROMIUM],
  "a room that wants it is told who types on the page, and shows it there in a line that is read out to nobody",
  async () => {
    await using stage = await setPageStage({ limits: { messagesPerSecond: 0 } });
    await using olga = await owner(stage.server.port);
    const events = olga[Symbol.asyncIterator]();
    const context = await stage.browser(360);
    const page = await opened(context, stage.url);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    const field = page.getByRole("textbox", { name: /message/i });
    const here = page.getByRole("heading", { name: "tea" });
    await say(page, "/join tea");
    await here.waitFor();
    await field.pressSequentially("hello");
    await field.press("Enter");
    assertEquals(await typistsUntil(events, "hello"), ["Anna"]);
    // A command is nobody's business, and what is off is off, also when the page is loaded again.
    await say(page, "/typing off");
    await page.getByRole("log").getByText("Nobody is told that you type.").waitFor();
    await field.pressSequentially("more");
    await field.press("Enter");
    await page.reload();
    await isIn(page, "Anna");
    await say(page, "/join tea");
    await here.waitFor();
    await field.pressSequentially("again");
    await field.press("Enter");
    assertEquals(await typistsUntil(events, "again"), []);

    const line = page.locator(".typing");
    assertEquals(await line.count(), 0);
    olga.tellTyping("tea");
    await line.getByText(/Olga.* is typing…/).waitFor();
    const place = await field.boundingBox();
    const spoken = `document.querySelector(".typing").closest("[aria-live], [role]") !== null`;
    assertEquals(await page.evaluate(spoken), false);
    assertEquals(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
    assertEquals(await seriousFaults(page), []);
    await olga.say("here you are", { room: "tea" });
    await page.getByRole("log").getByText("here you are").waitFor();
    assertEquals((await line.textContent())?.trim(), "");
    // Whoever begins next moves nothing.
    assertEquals(await field.boundingBox(), place);
    assert(place !== null && place.y + place.height <= 740, JSON.stringify(place));
    assertEquals(stage.complaints, []);
  },
);
