/**
 * Words that would be markup, links that would be scripts, and secrets that would be in an address: on the server's own page, in a real
 * browser. Nothing of what others say is more than text, and nothing is even tried: a policy that stopped it would complain.
 *
 * @module
 */

import { ChatError, type Client, connect } from "../../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { CHROMIUM } from "../../dashboard/stage.ts";
import { within } from "../../harness.ts";
import { comeIn, isIn, opened, say, setPageStage } from "../../server/page/page_stage.ts";
import { OPERATOR, operatorOf } from "../../server/hooks/hooking.ts";
import { testWith } from "../../skips.ts";

const NEEDS = [CHROMIUM];
const PASSWORD = "correct horse battery";

/** What is run when one of them is more than text. */
const RUN = "document.title='owned'";
const MARKUP: readonly string[] = [
  `<img src=x onerror="${RUN}">`,
  `<svg/onload=${RUN}>`,
  `<script>${RUN}</script>`,
  `"><iframe srcdoc="<script>parent.${RUN}</script>">`,
  `<a href="javascript:${RUN}">here</a>`,
  `<style>*{background:url(https://evil.example/leak)}</style>`,
  `<base href="https://evil.example/">`,
  `{{constructor.constructor("${RUN}")()}}`,
  `<!--<math><mtext></mtext><mglyph><style><img src=x onerror=${RUN}>`,
];
const LINKS: readonly string[] = [
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}//https://a.example/`,
  ` javascript://a.example/%0a${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  `vbscript://a.example/x`,
  `file:///etc/passwd`,
  `blob:https://a.example/x`,
  `view-source://a.example`,
  `[look](javascript:${RUN})`,
  `https://a.example/"onmouseover="${RUN}`,
  `https://a.example/'><script>${RUN}</script>`,
  "https://a.example/\u202egpj.exe",
  "`https://a.example/code`",
  "```\n<script>" + RUN + "</script>\n```",
];

/** What of the page came of what others said: elements that no text of theirs may make, and where links lead. */
const FOUND = `(() => {
  const log = document.querySelector(".talk");
  return {
    made: [...log.querySelectorAll("script,iframe,img,style,base,object,embed,math,svg[onload],form form")].length,
    handlers: [...document.querySelectorAll("*")].filter((one) =>
      [...one.attributes].some(({ name }) => name.startsWith("on"))).length,
    links: [...document.querySelectorAll("a")].map((one) => [one.protocol, one.rel, one.target]),
  };
})()`;

interface Found {
  readonly made: number;
  readonly handlers: number;
  readonly links: readonly (readonly [protocol: string, rel: string, target: string])[];
}

async function sayAll(eve: Client, words: readonly string[]): Promise<number[]> {
  const seqs: number[] = [];
  for (const word of words) seqs.push((await eve.say(word)).seq);
  return seqs;
}

testWith(
  NEEDS,
  "whatever is said, edited, whispered, offered, named or put above a room is text, and no link is a script",
  async () => {
    await using stage = await setPageStage();
    await using eve = connect({ port: stage.server.port, name: "Eve" });
    await within(eve.online(), "Eve's login");
    const page = await opened(await stage.browser(360), stage.url);
    await comeIn(page, "Maria");
    await isIn(page, "Maria");
    const log = page.getByRole("log");
    const seqs = await sayAll(eve, [...MARKUP, ...LINKS]);
    await log.getByText("view-source:").waitFor();
    // The same as what it becomes.
    const [first = 0] = seqs;
    await eve.changes.edit({ room: "lobby", seq: first }, `edited ${MARKUP.join(" ")}`);
    await log.getByText("edited").first().waitFor();
    for (const emoji of ["<b>", RUN, "👍<img>"]) {
      await assertRejects(eve.changes.react({ room: "lobby", seq: first }, emoji), ChatError);
    }
    await eve.setTopic(MARKUP[0] ?? "", { room: "lobby" });
    for (const filename of MARKUP.filter((one) => !/[/\\]/.test(one))) {
      await eve.offerFile({ filename, size: 9 }, { room: "lobby" });
    }
    await page.getByRole("group", { name: /^File / }).first().waitFor();
    await eve.whisper("Maria", MARKUP.join(" "));
    await page.getByRole("navigation", { name: "Rooms and conversations" })
      .getByRole("button", { name: "Eve" }).click();
    await log.getByText("<svg/onload=").waitFor();
    const whispered = await page.evaluate(FOUND) as Found;
    assertEquals([whispered.made, whispered.handlers], [0, 0]);
    await page.getByRole("navigation", { name: "Rooms and conversations" })
      .getByRole("button", { name: "lobby" }).click();
    await log.getByText("view-source:").waitFor();
    const { made, handlers, links } = await page.evaluate(FOUND) as Found;
    assertEquals([made, handlers], [0, 0]);
    assert(links.length > 0);
    for (const [protocol, rel, target] of links) {
      assertEquals([protocol, target], ["https:", "_blank"]);
      assert(/\bnoopener\b/.test(rel) && /\bnoreferrer\b/.test(rel), rel);
    }
    // Answered to and searched for, it is shown again, in other places.
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("search").getByRole("textbox").fill("<img");
    await say(page, `/help ${MARKUP[0]}`);
    assert(!(await page.title()).includes("owned"));
    assertEquals(stage.complaints, []);
  },
);

testWith(
  NEEDS,
  "a password, an invitation, a device and a session are in no address that a browser asks for, and in none that it remembers",
  async () => {
    await using stage = await setPageStage({ accounts: "closed", operatorToken: OPERATOR });
    await using op = await operatorOf(stage.server);
    await op.send({ type: "AddInvitation", uses: 2 });
    const { token } = await op.nextOf("InvitationAdded");
    const context = await stage.browser();
    const page = await context.newPage();
    const asked: string[] = [];
    context.on("request", (one) => {
      asked.push(one.url(), one.postData() ?? "", one.headers()["referer"] ?? "");
    });
    page.on("websocket", (one) => void asked.push(one.url()));
    page.on("framenavigated", (one) => void asked.push(one.url().replace(/#invite=.*$/, "")));
    await page.goto(`${stage.url}#invite=${token}`);
    await page.getByLabel("Make this name mine").check();
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByLabel("The same again").fill(PASSWORD);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    const kept = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])");
    const { device = "" } = JSON.parse(JSON.parse(kept as string)[0]["chat.who"]);
    assert(device !== "");
    await page.reload();
    await isIn(page, "Anna");
    // Back to where the link was opened: it is not there any more.
    const state = await page.evaluate("[location.href, JSON.stringify(history.state)]");
    assertEquals((state as string[])[0], stage.url);
    const cookies = await context.cookies();
    assertEquals(cookies.length, 1);
    const secrets = [PASSWORD, token, device, cookies[0]?.value ?? "none"];
    const all = [
      ...asked.filter((one) => !one.includes("#")),
      ...state as string[],
      kept as string,
    ];
    for (const secret of secrets) {
      const places = all.filter((one) => one.includes(secret));
      assertEquals(places.filter((one) => one !== kept), [], secret);
    }
    for (const secret of [PASSWORD, token]) assert(!(kept as string).includes(secret));
    assert(asked.some((one) => one.endsWith("/ws?page")));
    const log = JSON.stringify(stage.server.events);
    for (const secret of secrets) assert(!log.includes(secret));
    assertEquals(stage.complaints, []);
  },
);
