/**
 * The server's own page in a real browser: coming in, talking, staying in, and what a browser keeps for it.
 *
 * @module
 */

import { networkInterfaces } from "node:os";
import type { Page } from "playwright-core";
import { chatPage } from "../../../observe/dashboard/mod.ts";
import { connect } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { CHROMIUM, seriousFaults } from "../../dashboard/stage.ts";
import { startServer, within } from "../../harness.ts";
import { testWith } from "../../skips.ts";
import { OPERATOR, operatorOf } from "../hooks/hooking.ts";
import { comeIn, isIn, opened, say, setPageStage } from "./page_stage.ts";

const NEEDS = [CHROMIUM];
const PASSWORD = "correct horse battery";

testWith(
  NEEDS,
  "two browsers come in as guests, talk, whisper, and a reload keeps them in",
  async () => {
    await using stage = await setPageStage();
    const [one, other] = [await stage.browser(), await stage.browser(360)];
    const anna = await opened(one, stage.url);
    const ben = await opened(other, stage.url);
    assertEquals(await seriousFaults(anna), []);
    await comeIn(anna, "Anna");
    await isIn(anna, "Anna");
    await comeIn(ben, "Anna");
    await ben.getByText("Name 'Anna' is already taken.").waitFor();
    await comeIn(ben, "Ben");
    await isIn(ben, "Ben");
    await say(anna, "hello Ben");
    await ben.getByRole("log").getByText("hello Ben").waitFor();
    await say(ben, "/msg Anna psst");
    await anna.locator("link[rel=icon][href='/icon-unread.svg']").waitFor({ state: "attached" });
    assertEquals(await anna.title(), "(1) chat");
    await anna.getByRole("navigation", { name: "Rooms and conversations" })
      .getByRole("button", { name: "Ben" }).click();
    await anna.getByRole("log").getByText("psst").waitFor();
    assertEquals(await seriousFaults(ben), []);

    // The same guest in the same session: what was said is there, the whispers too.
    await anna.reload();
    await isIn(anna, "Anna");
    await anna.getByRole("log").getByText("hello Ben").waitFor();
    await say(anna, "still here");
    await ben.getByRole("navigation", { name: "Rooms and conversations" })
      .getByRole("button", { name: "lobby" }).click();
    await ben.getByRole("log").getByText("still here").waitFor();
    assertEquals(stage.complaints, []);
  },
);

testWith(
  NEEDS,
  "a browser keeps an account's token sealed, and neither half alone opens anything",
  async () => {
    await using stage = await setPageStage({ accounts: "required" });
    const { port } = stage.server;
    const context = await stage.browser();
    const page = await opened(context, stage.url);
    await page.getByLabel("Make this name mine").check();
    await page.getByLabel("Name", { exact: true }).fill("Anna");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByLabel("The same again").fill(PASSWORD);
    await page.getByRole("button", { name: "Come in" }).click();
    await isIn(page, "Anna");

    // What a script can find.
    const kept = await page.evaluate("JSON.parse(localStorage['chat.who'])") as { device: string };
    assertEquals(await page.evaluate("document.cookie"), "");
    await using thief = connect({ port, name: "Anna", device: kept.device });
    const refused = await within(thief.online().catch((error) => error), "the thief's login");
    assertEquals(refused.code, "auth_failed");
    const [cookie] = await context.cookies(stage.url);
    assert(cookie !== undefined && cookie.httpOnly && cookie.sameSite === "Strict");
    assertEquals(cookie.name, `chat-${stage.server.server.http?.port}`);

    // Next week, in a new tab.
    await page.close();
    const later = await opened(context, stage.url);
    await isIn(later, "Anna");

    // The script's half without the cookie: asked for the password again.
    await context.clearCookies();
    await later.reload();
    await later.getByRole("button", { name: "Come in" }).waitFor();
    await comeIn(later, "Anna", "wrong wrong wrong");
    await later.getByRole("alert").getByText(/password/i).waitFor();
    await comeIn(later, "Anna", PASSWORD);
    await isIn(later, "Anna");

    // Logged out, the browser has nothing more, and its device is gone.
    await later.getByRole("button", { name: "Log out" }).click();
    await later.getByRole("button", { name: "Come in" }).waitFor();
    assertEquals(await later.evaluate("localStorage['chat.who'] ?? null"), null);
    assertEquals(stage.complaints, []);
  },
);

testWith(
  NEEDS,
  "a link with an invitation lets a guest in where others need an account, into its room, and is in no address",
  async () => {
    await using stage = await setPageStage({ accounts: "closed", operatorToken: OPERATOR });
    await using op = await operatorOf(stage.server);
    await op.send({ type: "Join", room: "team", id: "j" }, {
      type: "Room",
      room: "team",
      access: "invite",
      id: "r",
    }, { type: "AddInvitation", room: "team", uses: 2 });
    const { token, invitation } = await op.nextOf("InvitationAdded");
    const link = `${stage.url}#invite=${token}`;
    const [one, other, late] = [
      await stage.browser(),
      await stage.browser(),
      await stage.browser(),
    ];

    const zoe = await opened(one, link);
    await zoe.getByText("You are invited.").waitFor();
    assertEquals(zoe.url(), stage.url);
    assertEquals(await seriousFaults(zoe), []);
    await comeIn(zoe, "Zoe");
    await isIn(zoe, "Zoe");
    const rooms = (page: Page) => page.getByRole("navigation", { name: "Rooms and conversations" });
    await rooms(zoe).getByRole("button", { name: "team" }).waitFor();
    // What would be refused is not offered.
    assertEquals(await zoe.getByRole("button", { name: /yours$/ }).count(), 0);
    // A guest shows it each time, and it counts once.
    await zoe.reload();
    await isIn(zoe, "Zoe");
    await rooms(zoe).getByRole("button", { name: "team" }).waitFor();

    const yan = await opened(other, link);
    await yan.getByLabel("Make this name mine").check();
    await yan.getByLabel("Password").fill(PASSWORD);
    await yan.getByLabel("The same again").fill(PASSWORD);
    await comeIn(yan, "Yan");
    await isIn(yan, "Yan");
    await rooms(yan).getByRole("button", { name: "team" }).waitFor();

    const xia = await opened(late, link);
    await comeIn(xia, "Xia");
    await xia.getByRole("alert").getByText("used as often as it may be").waitFor();
    // It is forgotten: the page is what it is for everybody.
    await xia.getByText("for whom its operator made an account").waitFor();
    await op.send({ type: "Invitations" });
    const { invitations } = await op.nextOf("InvitationList");
    assertEquals(invitations.map(({ id, used }) => [id, used]), [[invitation.id, 2]]);
    assertEquals(stage.complaints, []);
  },
);

testWith(
  NEEDS,
  "a guest whose welcome is lost comes in at the second try, by the same use of an invitation",
  async () => {
    await using stage = await setPageStage({ accounts: "closed", operatorToken: OPERATOR });
    await using op = await operatorOf(stage.server);
    await op.send({ type: "AddInvitation" });
    const { token } = await op.nextOf("InvitationAdded");
    const zoe = await (await stage.browser()).newPage();
    let lost = 0;
    await zoe.routeWebSocket(/\/ws\?page$/, (socket) => {
      const server = socket.connectToServer();
      // To the server the connection is still there.
      socket.onClose(() => {});
      server.onMessage((message) => {
        if (lost > 0 || !`${message}`.includes('"Welcome"')) return socket.send(message);
        lost++;
        void socket.close();
      });
    });
    await zoe.goto(`${stage.url}#invite=${token}`);
    await comeIn(zoe, "Zoe");
    await zoe.getByRole("alert").getByText(/./).waitFor();
    // Also when it is loaded again meanwhile.
    await zoe.reload();
    await comeIn(zoe, "Zoe");
    await isIn(zoe, "Zoe");
    assertEquals(lost, 1);
    await op.send({ type: "Invitations" });
    const { invitations } = await op.nextOf("InvitationList");
    assertEquals(invitations.map(({ used }) => used), [1]);
    assertEquals(stage.complaints, []);
  },
);

testWith(
  NEEDS,
  "an installed page opens without its server, says so, and comes back by itself",
  async () => {
    await using stage = await setPageStage();
    const context = await stage.browser(360);
    const page = await opened(context, stage.url);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    assertEquals(await page.getByRole("heading", { level: 1 }).count(), 1);
    const manifest = await page.evaluate(
      `fetch("/manifest.webmanifest").then((one) => one.json())`,
    );
    assertEquals((manifest as { display: string }).display, "standalone");
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    assertEquals(stage.complaints, []);

    await context.setOffline(true);
    await page.reload();
    await page.getByText("The server cannot be reached.").first().waitFor();
    await context.setOffline(false);
    await isIn(page, "Anna");
    await page.getByText("The server cannot be reached.").first().waitFor({ state: "detached" });
  },
);

testWith(
  NEEDS,
  "what was written and not sent is there after a reload, and is nobody's after logging out",
  async () => {
    await using stage = await setPageStage();
    const context = await stage.browser();
    const page = await opened(context, stage.url);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    const field = page.getByRole("textbox", { name: "Message" });
    await field.fill("half a thought");
    await page.reload();
    await isIn(page, "Anna");
    assertEquals(await field.inputValue(), "half a thought");
    await field.fill("/register secret words");
    await page.reload();
    await isIn(page, "Anna");
    assertEquals(await field.inputValue(), "");
    await field.fill("another thought");
    await page.getByRole("button", { name: "Leave", exact: true }).click();
    await page.getByRole("button", { name: "Come in" }).waitFor();
    const kept = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])");
    assertEquals((kept as string).includes("thought"), false);
    assertEquals(stage.complaints, []);
  },
);

testWith(
  NEEDS,
  "who looks elsewhere is notified of what is for them, once they have allowed it",
  async () => {
    await using stage = await setPageStage();
    const context = await stage.browser();
    await context.grantPermissions(["notifications"], { origin: stage.url });
    const page = await opened(context, stage.url);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    await page.evaluate("document.hasFocus = () => false");
    await using ben = connect({ port: stage.server.port, name: "Ben" });
    await ben.say("not for anybody");
    const { seq } = await ben.say("Anna: for you");
    await page.getByRole("log").getByText("for you").waitFor();
    const shown = (count: number) =>
      page.evaluate(`(async () => {
    const worker = await navigator.serviceWorker.ready;
    for (let tries = 0; tries < 500; tries++) {
      const all = await worker.getNotifications();
      if (all.length === ${count}) return all.map(({ title, body }) => title + ": " + body);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return ["Not so many"];
  })()`);
    assertEquals(await shown(1), ["Ben in lobby: Anna: for you"]);
    // It keeps no words that were taken back, or are others now; what was said before it is none of its business.
    await ben.changes.delete({ room: "lobby", seq: seq - 1 });
    await ben.changes.edit({ room: "lobby", seq }, "Anna: not for you");
    await page.getByRole("log").getByText("not for you").waitFor();
    assertEquals(await shown(0), []);
    const later = await ben.say("Anna: and this");
    assertEquals(await shown(1), ["Ben in lobby: Anna: and this"]);
    await ben.changes.delete({ room: "lobby", seq });
    await page.getByRole("log").getByText("not for you").waitFor({ state: "detached" });
    assertEquals(await shown(1), ["Ben in lobby: Anna: and this"]);
    await ben.changes.delete({ room: "lobby", seq: later.seq });
    assertEquals(await shown(0), []);
    assertEquals(stage.complaints, []);
  },
);

testWith(
  NEEDS,
  "a page comes back to a server that was started again, and says then what was written meanwhile",
  async () => {
    await using stage = await setPageStage();
    const page = await opened(await stage.browser(), stage.url);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    await stage.server[Symbol.asyncDispose]();
    await page.getByText("Trying again").waitFor();
    const written = page.getByRole("textbox", { name: "Message" });
    await written.fill("are you back?");
    await written.press("Enter");
    const port = stage.server.server.http?.port ?? 0;
    await using server = startServer({ http: { port, page: await chatPage("open") } });
    await using ben = connect({ port: server.port, name: "Ben" });
    const heard = async () => {
      for await (const event of ben) {
        if (event.type === "NewMessage") return event.content;
      }
    };
    assertEquals(await within(heard(), "what was written"), "are you back?");
    await page.getByText("Trying again").waitFor({ state: "detached" });
  },
);

/** Where other machines of the network find this one. */
const ADDRESS = Object.values(networkInterfaces()).flat()
  .find((one) => one?.family === "IPv4" && !one.internal)?.address;

testWith(
  NEEDS,
  "at an address that browsers call insecure guests talk, and no password goes over it",
  async () => {
    // A machine without a network has no such address.
    if (ADDRESS === undefined) return;
    await using stage = await setPageStage({ http: { hostname: ADDRESS } });
    const context = await stage.browser(360);
    const page = await opened(context, `http://${ADDRESS}:${stage.server.server.http?.port}/`);
    assertEquals(await page.evaluate("isSecureContext"), false);
    await page.getByLabel("Make this name mine").check();
    await page.getByLabel("Name", { exact: true }).fill("Anna");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByLabel("The same again").fill(PASSWORD);
    await page.getByRole("button", { name: "Come in" }).click();
    await page.getByRole("alert").getByText("over TLS only").waitFor();
    await page.getByLabel("Make this name mine").uncheck();
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    await say(page, "from a phone");
    await page.locator(".pending").waitFor({ state: "detached" });
    await page.reload();
    await isIn(page, "Anna");
    await page.getByRole("log").getByText("from a phone").waitFor();
    // There the browser also says that a header means nothing to it.
    assertEquals(stage.complaints.filter((one) => !one.includes("Cross-Origin-Opener-Policy")), []);
  },
);

testWith(NEEDS, "the way in asks for what the server wants, and no more", async () => {
  for (
    const [accounts, passwords, mine] of [["off", 0, 0], ["open", 1, 1], ["closed", 1, 0]] as const
  ) {
    await using stage = await setPageStage({ accounts });
    const page = await opened(await stage.browser(360), stage.url);
    await page.getByLabel("Name", { exact: true }).waitFor();
    assertEquals(await page.locator("input[type=password]").count(), passwords, accounts);
    assertEquals(await page.getByLabel("Make this name mine").count(), mine, accounts);
    assertEquals(await seriousFaults(page), []);
    assertEquals(stage.complaints, []);
  }
});

testWith(
  NEEDS,
  "who is logged out elsewhere is asked again, and whoever comes in then reads nothing of theirs",
  async () => {
    await using stage = await setPageStage();
    const { port } = stage.server;
    const page = await opened(await stage.browser(), stage.url);
    await page.getByLabel("Make this name mine").check();
    await page.getByLabel("Name", { exact: true }).fill("Anna");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByLabel("The same again").fill(PASSWORD);
    await page.getByRole("button", { name: "Come in" }).click();
    await isIn(page, "Anna");
    await using anna = connect({ port, name: "Anna", password: PASSWORD });
    await anna.whisper("Anna", "for my eyes");
    await page.getByRole("button", { name: "@ Anna" }).or(
      page.getByRole("navigation").getByRole("button", { name: "Anna" }),
    ).first().click();
    await page.getByRole("log").getByText("for my eyes").waitFor();
    const { devices } = await anna.accounts.devices();
    const [browser] = devices.filter(({ here }) => here !== true);
    assert(browser !== undefined && browser.name.includes("on Linux"), browser?.name);
    await anna.accounts.revokeDevice(browser.id);
    await page.getByText("This device was logged out.").waitFor();
    assertEquals(await page.evaluate("localStorage['chat.who'] ?? null"), null);
    await comeIn(page, "Ben");
    await isIn(page, "Ben");
    await page.getByRole("log").waitFor();
    assertEquals(await page.getByText("for my eyes").count(), 0);
    assertEquals(
      await page.getByRole("navigation").getByRole("button", { name: "Anna" }).count(),
      0,
    );
  },
);

testWith(
  NEEDS,
  "an operator has the server's figures beside the chat, and nobody else has",
  async () => {
    const operatorToken = "a token for this test only";
    await using stage = await setPageStage({ operatorToken });
    const { port } = stage.server;
    await using owner = connect({ port, name: "Owner", operator: operatorToken });
    await owner.accounts.add("Olga", PASSWORD, "operator");
    await owner.accounts.add("Anna", PASSWORD);
    const [anna, olga] = await Promise.all(
      [stage.browser(), stage.browser(360)].map(async (one) => await opened(await one, stage.url)),
    ) as [Page, Page];
    await comeIn(anna, "Anna", PASSWORD);
    await isIn(anna, "Anna");
    await comeIn(olga, "Olga", PASSWORD);
    await olga.getByRole("button", { name: "Server", exact: true }).click();
    const panel = olga.locator("#panel-server");
    await panel.waitFor();
    await owner.say("to be counted");
    await olga.locator("#panel-people").getByText("lobby").waitFor({ state: "attached" });
    assertEquals(await seriousFaults(olga), []);
    await say(anna, "I see none");
    assertEquals(await anna.locator("#panel-server").count(), 0);

    // Who is no operator any more sees no more, at once.
    await owner.accounts.setRole("Olga", "user");
    await panel.waitFor({ state: "detached" });
    assertEquals(stage.complaints, []);
  },
);
