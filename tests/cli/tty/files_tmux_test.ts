/**
 * Two full-screen clients in real terminals exchange a file, as their users would.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import manifest from "../../../deno.json" with { type: "json" };
import { startServer } from "../../harness.ts";
import { someone } from "../files/pair.ts";
import { place, sha256Of, someBytes } from "../files/place.ts";
import { terminalTest, Tmux } from "./tmux.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Starts the client as `deno task chat` does, and waits until it is in the lobby. */
async function begin(terminal: Tmux, port: number, name: string, more = ""): Promise<void> {
  const command = `${Deno.execPath()} run --quiet ${
    manifest.tasks.chat.split(" ").slice(2).join(" ")
  }`;
  const args = `connect 127.0.0.1:${port} --name ${name} ${more}`;
  await terminal.enter(`cd ${ROOT}; clear; CHAT_CONFIG=/nonexistent ${command} ${args}`);
  await terminal.untilRow(/lobby · \d here/);
}

terminalTest("a file goes from one terminal to another: offered, taken, shown, there", async () => {
  await using server = startServer();
  using at = place();
  await Deno.mkdir(`${at.path}/out`);
  const path = `${at.path}/out/holiday photos.tar`;
  await Deno.writeFile(path, someBytes(24 << 20));
  const inbox = `${at.path}/in`;
  await using anna = await Tmux.open(90, 12);
  await using ben = await Tmux.open(90, 12);
  await Promise.all([
    begin(anna, server.port, "anna", "--limit-rate 12M"),
    begin(ben, server.port, "ben", `--downloads ${inbox}`),
  ]);
  await anna.untilRow(/lobby · 2 here/);

  await anna.type(`/send be`);
  await anna.press("Tab");
  await anna.untilRow(/^> \/send ben$/);
  await anna.type(`${at.path}/o`);
  await anna.press("Tab");
  await anna.untilRow(/\/out\/$/);
  await anna.press("Tab");
  await anna.untilRow(/holiday photos\.tar$/);
  await anna.press("Enter");

  await ben.untilRow(/anna offers 'holiday photos\.tar' \(25\.2 MB\): \/accept 1 or \/decline 1$/);
  await ben.type("/accept");
  await ben.press("Enter");
  await anna.untilRow(/ben takes 'holiday photos\.tar'$/);
  await ben.untilRow(/lobby · 2 here .*↓ \d+ % [\d.]+ MB\/s( \d:\d\d)? +<?\d+ ms$/);
  await anna.untilRow(/lobby · 2 here .*↑ \d+ % [\d.]+ MB\/s( \d:\d\d)? +<?\d+ ms$/);
  await ben.type("still talking");
  await ben.press("Enter");
  await anna.untilRow(/ben still talking$/);

  await anna.untilRow(/ben has 'holiday photos\.tar', whole and compared$/);
  await ben.untilRow(/'holiday photos\.tar' from anna is there:/);
  const row = (await ben.until((screen) => !screen.some((row) => row.includes("↓")))).join("\n");
  assert.match(row, /lobby · 2 here/);
  assert.equal(sha256Of(`${inbox}/holiday photos.tar`), sha256Of(path));

  await ben.type("/transfers");
  await ben.press("Enter");
  await ben.untilRow(/1 ← anna +'holiday photos\.tar' from anna is there:/);
  await ben.type("/accept 7");
  await ben.press("Enter");
  await ben.untilRow(/There is no offer 7 that waits for an answer\.$/);
});

terminalTest(
  "chat receive asks on a terminal, shows how far it is, and takes a no for a no",
  async () => {
    await using server = startServer();
    using at = place();
    const path = `${at.path}/report.pdf`;
    await Deno.writeFile(path, someBytes(12 << 20));
    await using anna = await someone({ port: server.port, name: "anna" });
    await using ben = await Tmux.open(100, 12);
    const flags = manifest.tasks.chat.split(" ").slice(2).join(" ");
    const args = `-s 127.0.0.1:${server.port} -n ben --out ${at.path}/in --limit-rate 6M`;
    await ben.enter(
      `cd ${ROOT}; clear; CHAT_CONFIG=/nonexistent ${Deno.execPath()} run --quiet ${flags} receive ${args}`,
    );
    await ben.untilRow(/^Waiting for files as ben\./);
    const first = anna.transfers.send(path, { user: "ben" });
    await ben.untilRow(/^anna offers report\.pdf \(12\.6 MB\)\. Take it\? \[y\/N\]$/);
    await ben.press("Enter");
    const { end } = await anna.until("ended", ({ transfer }) => transfer.n === first);
    assert.deepEqual(end, { kind: "declined" });

    const second = anna.transfers.send(path, { user: "ben" });
    await ben.until((screen) => screen.filter((row) => /Take it\?/.test(row)).length === 2);
    await ben.enter("y");
    await ben.untilRow(/^█*░* report\.pdf {2}\d+ % {2}[\d.]+ MB\/s/);
    const sent = await anna.until("ended", ({ transfer }) => transfer.n === second);
    assert.equal(sent.end.kind, "done");
    await ben.untilRow(/^report\.pdf from anna is there:/);
    await ben.press("C-c");
    await ben.untilRow(/chat: Interrupted\. What has arrived is kept/);
  },
);
