/**
 * Logging in on the page in a real browser: a password once, then this machine's token; and who may not come in sees nothing.
 *
 * @module
 */

import { connect } from "../../server/wire/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Running, startChat } from "../cli/program.ts";
import { startServer, within } from "../harness.ts";
import { testWith } from "../skips.ts";
import { BarePage } from "./bare_page.ts";
import { CHROMIUM, look, seriousFaults } from "./stage.ts";

const PASSWORD = "correct horse battery";

async function urlOf(dashboard: Running): Promise<string> {
  const [, url = ""] = /^dashboard at (\S+)$/.exec(await dashboard.line() ?? "") ?? [];
  return url;
}

testWith(
  [CHROMIUM],
  "an account's password is typed on the page once, and never on this machine again",
  async () => {
    const state = await Deno.makeTempDir({ prefix: "chat-door-" });
    await using server = startServer();
    const { port } = server;
    const where = `127.0.0.1:${port}`;
    {
      await using anna = connect({ port, name: "Anna", password: PASSWORD, register: true });
      await anna.say("I was here before");
    }
    const env = { XDG_STATE_HOME: state };
    try {
      {
        await using dashboard = startChat(["dashboard", "-s", where, "-n", "anna"], env);
        const url = await urlOf(dashboard);
        // Whoever has the link and no password learns nothing and does nothing.
        const door = new URL(url);
        await using bare = await BarePage.open({ origin: door.origin, token: door.hash.slice(1) });
        const told = await bare.told((one) => one.type === "door" ? one : undefined, "the door");
        assertEquals([told.name, told.where], ["anna", where]);
        bare.send({ type: "history", id: "h", room: "lobby", limit: 5 });
        assertEquals(await bare.answer("h"), {
          kind: "refused",
          sentence: "Nobody is logged in yet.",
        });
        bare.send({ type: "say", id: "s", room: "lobby", content: "let me in" });
        assertEquals((await bare.answer("s")).kind, "refused");

        await using browser = await look(url);
        const { page, complaints } = browser;
        const form = page.getByRole("form", { name: "Log in" });
        const field = form.getByLabel("Password");
        await field.waitFor();
        assert(await field.evaluate((element) => element.matches(":focus")));
        assertEquals(await field.getAttribute("autocomplete"), "current-password");
        assertEquals(await seriousFaults(page), []);
        await field.fill("wrong horse battery");
        await field.press("Enter");
        await form.getByRole("alert").getByText(/password/i).waitFor();
        assertEquals(await field.inputValue(), "");
        await field.fill(PASSWORD);
        await form.getByRole("button", { name: "Log in" }).click();
        await page.getByText("I was here before").waitFor();
        // The other page is let in as well.
        await bare.told((one) => one.type === "hello" ? one.account : undefined, "the hello");
        bare.send({ type: "login", id: "l", password: PASSWORD });
        assertEquals((await bare.answer("l")).kind, "refused");
        bare.send({ type: "ignore", id: "i", name: "Eve", on: true });
        assertEquals(await bare.answer("i"), { kind: "done" });
        const kept = await page.evaluate(
          "JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, document.documentElement.outerHTML, history.length])",
        ) as string;
        assert(!kept.includes("horse"), "a password is kept in the browser");
        assertEquals(complaints, []);
      }
      const files = Deno.readDir(`${state}/chat/devices/${where}`);
      const names = (await Array.fromAsync(files)).map(({ name }) => name);
      assertEquals(names, ["anna"]);
      const file = `${state}/chat/devices/${where}/anna`;
      assertEquals(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
      assert(!(await Deno.readTextFile(file)).includes("horse"));
      await using again = startChat(["dashboard", "-s", where, "-n", "Anna"], env);
      const url = new URL(await within(urlOf(again), "the second dashboard"));
      await using bare = await BarePage.open({ origin: url.origin, token: url.hash.slice(1) });
      const told = await bare.told((one) => one.type === "hello" ? one : undefined, "the hello");
      assertEquals([told.me, told.account, told.ignored], ["Anna", "own", ["Eve"]]);
    } finally {
      await Deno.remove(state, { recursive: true });
    }
  },
);
