/**
 * What somebody does who hosts the chat for a team, on the machine on which that is tried (`hosted_test.ts`): types what the README and
 * docs/encryption.md show, comes in from a terminal and from a phone, directly and through nginx, and restores a backup.
 *
 * Pictures of what there is to see are left in `/out`.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { fencedIn } from "../../docs/typing.ts";
import { until } from "../../within.ts";
import { Tmux } from "../tty/tmux.ts";
import { Phone } from "./phone.ts";
import { Typist } from "./typist.ts";

const ROOT = new URL("../../../", import.meta.url);
const SIZE = { columns: 84, rows: 16 };
const PASSWORD = "correct-horse-battery";
/** A busy machine takes its time. */
const STEP_MS = 60_000;

/** All that was said and is to be kept, in its order. */
const talked: string[] = [];

/** The only text of that language in a document. */
async function shown(document: string, language: string): Promise<string> {
  const texts = fencedIn(await Deno.readTextFile(new URL(document, ROOT)));
  const [text, ...more] = texts.filter((one) => one.language === language);
  assert(text !== undefined && more.length === 0, `${document} has one text of ${language}`);
  return text.text;
}

/** The link that was printed, and the token in it. */
function linkIn(printed: readonly string[]): { readonly link: string; readonly token: string } {
  const link = printed.at(-1) ?? "";
  const token = /^https:\/\/.*#invite=(\S+)$/.exec(link)?.[1];
  assert(token !== undefined, printed.join("\n"));
  return { link, token };
}

/** A terminal in which somebody makes a name hers, or shows its password, and then talks. */
async function comeIn(terminal: Tmux, url: string, invitation?: string): Promise<void> {
  if (invitation !== undefined) {
    await terminal.enter(`chat login ${url} --register -n Zoe --invite ${invitation}`);
    for (const question of [/^New password for Zoe:/, /^The same again:/]) {
      await terminal.untilRow(question);
      await terminal.enter(PASSWORD);
    }
    await terminal.untilRow(/^Zoe is yours now\./);
  } else {
    await terminal.enter(`chat login ${url} -n Zoe`);
    await terminal.untilRow(/^Password for Zoe:/);
    await terminal.enter(PASSWORD);
    await terminal.untilRow(/^Logged in as Zoe\./);
  }
  await terminal.enter(`clear; chat ${url}`);
  await terminal.untilRow(/lobby · \d+ here/);
}

/** They say something to each other. */
async function talk(terminal: Tmux, phone: Phone, said: string, answer: string): Promise<void> {
  await terminal.enter(said);
  await phone.hears(said);
  await phone.say(answer);
  await terminal.until((screen) => screen.some((row) => row.endsWith(` ${answer}`)));
  talked.push(said, answer);
}

/** Puts the texts for nginx where the document says that they go on Debian. */
async function writeNginx(): Promise<void> {
  await Deno.writeTextFile(
    "/etc/nginx/conf.d/chat.conf",
    await shown("docs/encryption.md", "nginx"),
  );
  const stream = await shown("docs/encryption.md", "nginx-stream");
  await Deno.writeTextFile("/etc/nginx/nginx.conf", `stream {\n${stream}}\n`, { append: true });
}

await using host = await Typist.open();
await host.type(`cd ${ROOT.pathname}`);
const direct = linkIn(await host.typeAll(await shown("README.md", "host")));

await using terminal = await Tmux.open(SIZE.columns, SIZE.rows);
await comeIn(terminal, "chats://chat.example", direct.token);
await using phone = await Phone.buy();
await phone.follow(direct.link);
await phone.page.screenshot({ path: "/out/invited.png" });
await phone.comeIn("Phil");
await talk(terminal, phone, "The link is out. Who sees this on a phone?", "I do.");

await writeNginx();
await host.type("cd /etc/ssl && sudo chat cert chat.example");
const proxied = linkIn(await host.typeAll(await shown("docs/encryption.md", "host-nginx")));
await using behind = await Phone.buy();
await behind.follow(proxied.link);
await behind.comeIn("Nina");
// The terminal has come back by itself to the server that was started again.
await talk(
  terminal,
  behind,
  "The server was started anew. Still here!",
  "And I came by the new link.",
);
await terminal.enter("/quit");
await terminal.until((screen) => screen.findLast((row) => row !== "") === "$");
await comeIn(terminal, "chats://chat.example:9443");
await talk(terminal, behind, "I come through nginx now.", "So do I, over TLS.");
await behind.page.screenshot({ path: "/out/phone.png" });
await Deno.writeTextFile("/out/terminal", await terminal.styled());

assertEquals(await host.type("systemctl is-active chat-backup.timer"), ["active"]);
await host.type("sudo systemctl reload chat");
await host.typeAll(await shown("docs/recipes.md", "service-backup"));
await terminal.enter("Said after the backup.");
await behind.hears("Said after the backup.");
await host.typeAll(await shown("docs/recipes.md", "service-restore"));
await talk(terminal, behind, "What was that?", "A backup, restored.");
const kept = await host.type(
  'sudo chat db dump --room lobby /var/lib/chat | grep -o \'"content":"[^"]*\' | cut -d \'"\' -f 4',
);
assertEquals(kept, talked, "All but what was said after the backup");

await terminal.enter("/quit");
await host.type("sudo systemctl stop nginx && sudo chat service remove");
await until(
  "the end of all that listened",
  async () =>
    (await host.type("ss -Hltn | grep -cE ':(8080|8443|9090|9443|443) ' || true"))[0] === "0",
  STEP_MS,
);
