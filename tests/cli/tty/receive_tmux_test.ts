/**
 * `chat receive` at a real terminal: who is asked about what, and what Ctrl-D ends.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import manifest from "../../../deno.json" with { type: "json" };
import { startServer, within } from "../../harness.ts";
import { someone } from "../files/pair.ts";
import { namesIn, place, sha256Of, someBytes } from "../files/place.ts";
import { terminalTest, Tmux } from "./tmux.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Starts `chat receive` as Bob, and waits until it waits for files. */
async function begin(terminal: Tmux, port: number, more: string): Promise<void> {
  const command = `${Deno.execPath()} run --quiet ${
    manifest.tasks.chat.split(" ").slice(2).join(" ")
  } receive -s 127.0.0.1:${port} -n Bob ${more}; echo code $?`;
  await terminal.enter(`cd ${ROOT}; clear; CHAT_CONFIG=/nonexistent ${command}`);
  await terminal.untilRow(/^Waiting for files as Bob/);
}

terminalTest("Ctrl-D at a question declines it and lets what is on its way come", async () => {
  await using server = startServer();
  using at = place();
  await Deno.writeFile(`${at.path}/a.bin`, someBytes(3 << 20));
  await Deno.writeFile(`${at.path}/b.bin`, someBytes(10));
  const inbox = `${at.path}/in`;
  const { port } = server;
  await using terminal = await Tmux.open(90, 20);
  await using anna = await someone({ port, name: "Anna" });
  await begin(terminal, port, `--out ${inbox} --limit-rate 2M`);
  const coming = anna.sent(`${at.path}/a.bin`, { user: "Bob" });
  await terminal.untilRow(/^Anna offers a\.bin \(3\.15 MB\)\. Take it\? \[y\/N\]$/);
  await terminal.enter("y");
  await anna.until("accepted");
  const declined = anna.sent(`${at.path}/b.bin`, { user: "Bob" });
  await terminal.untilRow(/^Anna offers b\.bin \(10 B\)\. Take it\? \[y\/N\]$/);
  await terminal.press("C-d");
  assert.equal((await within(declined, "The answer")).end.kind, "declined");
  assert.equal((await within(coming, "The file")).end.kind, "done");
  await terminal.untilRow(/^code 0$/);
  assert.deepEqual(namesIn(inbox), ["a.bin"]);
  assert.equal(sha256Of(`${inbox}/a.bin`), sha256Of(`${at.path}/a.bin`));
});

terminalTest(
  "offers that were taken back are not asked about, and another sender's comes next",
  async () => {
    await using server = startServer({ limits: { messagesPerSecond: 0 } });
    using at = place();
    await Deno.writeFile(`${at.path}/a.bin`, someBytes(10));
    const { port } = server;
    await using terminal = await Tmux.open(90, 120);
    await begin(terminal, port, `--out ${at.path}/in --once`);
    await using mal = await server.frames("Mal");
    await using anna = await someone({ port, name: "Anna" });
    for (let n = 0; n < 224; n++) {
      const file = { filename: `mal${n}`, size: 1, beside: true, id: "o" };
      await mal.send({ type: "FileOffer", to: "Bob", ...file });
      const { offer } = await mal.nextOf("OfferAck");
      await mal.send({ type: "FileCancel", offer });
    }
    const sending = anna.sent(`${at.path}/a.bin`, { user: "Bob" });
    await terminal.untilRow(/^Anna offers a\.bin \(10 B\)\. Take it\? \[y\/N\]$/);
    // What is typed right behind a question that went away is no answer to it: then it is asked again.
    for (let over = false; !over;) {
      // What was said before scrolls away, so only the newest question counts: it stands below all that was typed.
      const asked = (rows: string[]) => rows.findLast((row) => row !== "")?.endsWith("[y/N]");
      over = (await terminal.until((rows) => rows.includes("code 0") || asked(rows) === true))
        .includes("code 0");
      if (!over) await terminal.enter("y");
    }
    assert.equal((await within(sending, "The file")).end.kind, "done");
  },
);
