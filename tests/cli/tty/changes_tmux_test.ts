/**
 * Two full-screen clients in real terminals: what one of them edits, takes back, replies and reacts to, the other one sees.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import manifest from "../../../deno.json" with { type: "json" };
import { startServer } from "../../harness.ts";
import { terminalTest, Tmux } from "./tmux.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Starts the client as `deno task chat` does, and waits until it is in the lobby. */
async function begin(terminal: Tmux, port: number, name: string): Promise<void> {
  const command = `${Deno.execPath()} run --quiet ${
    manifest.tasks.chat.split(" ").slice(2).join(" ")
  }`;
  const args = `connect 127.0.0.1:${port} --name ${name}`;
  await terminal.enter(`cd ${ROOT}; clear; CHAT_CONFIG=/nonexistent ${command} ${args}`);
  await terminal.untilRow(/lobby · \d here/);
}

/** Types a line. */
async function say(terminal: Tmux, line: string): Promise<void> {
  await terminal.type(line);
  await terminal.press("Enter");
}

terminalTest(
  "what is edited, answered, reacted to and taken back changes in both terminals",
  async () => {
    await using server = startServer();
    await using anna = await Tmux.open(80, 14);
    await using ben = await Tmux.open(80, 14);
    await Promise.all([begin(anna, server.port, "anna"), begin(ben, server.port, "ben")]);
    await anna.untilRow(/lobby · 2 here/);
    const both = (row: RegExp) => Promise.all([anna.untilRow(row), ben.untilRow(row)]);

    await say(anna, "see you at tow");
    await both(/^hh:mm anna see you at tow$/);
    await anna.press("Up");
    await anna.untilRow(
      /^Editing \(\d\d:\d\d\) · Enter changes it · Up, Down: others · Esc cancels$/,
    );
    await anna.untilRow(/^> see you at tow$/);
    await anna.press("BSpace", "BSpace");
    await say(anna, "wo");
    await both(/^hh:mm anna see you at two \(edited\)$/);

    await say(ben, "/react 👍");
    await anna.untilRow(/^hh:mm anna see you at two \(edited\) ┊ 👍 1$/);
    await ben.untilRow(/^hh:mm anna see you at two \(edited\) ┊ 👍 1\*$/);
    await say(ben, "/quote fine");
    await both(/^hh:mm ben ↪ anna: see you at two$/);
    await both(/^ {6}fine$/);

    await say(anna, "/delete");
    await both(/^hh:mm anna × \(deleted\)$/);
    await both(/^hh:mm ben ↪ anna: × \(deleted\)$/);
    await say(ben, "/delete anna");
    await ben.untilRow(/^hh:mm ! anna has said nothing here that is on this screen or above\.$/);
  },
);

terminalTest(
  "a room's owner sets it and puts somebody out, who sees why and comes back when he may",
  async () => {
    await using server = startServer();
    await using anna = await Tmux.open(110, 14);
    await using ben = await Tmux.open(110, 14);
    await Promise.all([begin(anna, server.port, "anna"), begin(ben, server.port, "ben")]);
    await say(anna, "/join tea");
    await anna.untilRow(/tea · 1 here/);
    await say(ben, "/join tea");
    await ben.untilRow(/tea · 2 here/);

    await say(anna, "/slow 3");
    const slow = /- anna set the room: open to everybody, a word each 3 seconds$/;
    await Promise.all([anna.untilRow(slow), ben.untilRow(slow)]);
    await say(ben, "/kick anna");
    await ben.untilRow(/^hh:mm ! .*moderators/);
    await anna.type("/ban be");
    await anna.press("Tab");
    await anna.untilRow(/^> \/ban ben$/);
    await say(anna, "1h loud");
    await anna.untilRow(/- anna banned ben for 60 minutes \(loud\)$/);
    await ben.untilRow(/! anna banned you in tea for 60 minutes \(loud\)$/);
    await say(ben, "/join tea");
    await ben.untilRow(/^hh:mm ! .*banned/);
    await say(anna, "/unban ben");
    await anna.untilRow(/- anna lifted the ban of ben$/);
    await say(ben, "/join tea");
    await ben.untilRow(/tea · 2 here/);
    await say(anna, "/room");
    await anna.untilRow(
      /- Room tea \(2\): open to everybody, a word each 3 seconds\. It is anna's\. You are its owner\.$/,
    );
  },
);
