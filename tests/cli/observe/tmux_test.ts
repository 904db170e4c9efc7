/**
 * The live view in a real terminal, from a recording, with the screen compared.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { terminalTest, Tmux } from "../tty/tmux.ts";
import { play } from "./play.ts";
import { RECORDED, withRecording } from "./recording.ts";

const root = new URL("../../..", import.meta.url).pathname;

/** Replays a recording in a terminal, as an installed `chat` would, up to its end. */
async function replayIn(terminal: Tmux, path: string): Promise<void> {
  const command = `${Deno.execPath()} run -A cli/main.ts observe --replay ${path}`;
  await terminal.enter(`cd ${root}; clear; echo before; ${command}`);
  await terminal.untilRow(/PROCESS ENDED/);
}

terminalTest("the live view looks exactly as it should, at any size", async () => {
  await withRecording(async (path) => {
    await using terminal = await Tmux.open(80, 24);
    await replayIn(terminal, path);
    const game = play();
    for (const observation of RECORDED) {
      if (observation.kind === "snapshot") game.see(observation);
      else if (observation.kind === "end") game.event({ kind: "end", end: observation });
    }
    const seen = await terminal.screen();
    assertEquals(seen, game.screen());

    for (const size of [{ columns: 200, rows: 50 }, { columns: 40, rows: 10 }]) {
      await terminal.resize(size.columns, size.rows);
      game.event({ kind: "resize", size });
      const expected = game.screen().join("\n");
      await terminal.until((screen) => screen.join("\n") === expected);
    }
    await terminal.resize(80, 24);
    await terminal.until((screen) => screen.join("\n") === seen.join("\n"));
  });
});

terminalTest("keys sort, hide and explain, and q gives the shell its screen back", async () => {
  await withRecording(async (path) => {
    await using terminal = await Tmux.open(80, 24);
    await replayIn(terminal, path);
    await terminal.type("ssss");
    await terminal.until((screen) => screen.at(-1)?.startsWith(" s sort: rtt ") ?? false);
    await terminal.untilRow(/^\[2001:db8::1\]:443/);
    await terminal.type("h");
    await terminal.until((screen) => !screen.some((row) => row.includes("p99")));
    await terminal.type("?");
    await terminal.untilRow(/^What is read by splice is not seen\.$/);
    await terminal.type("q");
    const screen = await terminal.until((screen) => screen.findLast(Boolean) === "$");
    assert(screen.includes("before"), screen.join("\n"));
    assert(
      screen.some((row) => row.startsWith("666 calls in 0.3 s, then it ended: 234,360 bytes sent")),
      screen.join("\n"),
    );
    await terminal.enter("echo code $?; stty -a | grep -o ' icanon'");
    const after = await terminal.untilRow(/^ icanon$/);
    assert(after.includes("code 0"), after.join("\n"));
  });
});
