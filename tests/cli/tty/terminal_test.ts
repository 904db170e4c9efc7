/**
 * Claims about the process's terminal: however a block ends that holds it, it is given back, once.
 *
 * Each test runs a small program in a real terminal. What the program writes to raise and lower the
 * terminal is recorded in a file.
 *
 * @module
 */

import assert from "node:assert/strict";
import { within } from "../../harness.ts";
import { terminalTest, Tmux } from "./tmux.ts";

const TERMINAL = new URL("../../../cli/tty/terminal.ts", import.meta.url).href;

interface Ran {
  /** The screen, with the exit code and the input's mode. */
  readonly screen: string;
  /** What was written when the terminal was raised or lowered, in that order. */
  readonly written: string;
}

/** Runs a program until its end. */
async function run(program: string): Promise<Ran> {
  await using terminal = await Tmux.open(80, 16);
  const folder = await Deno.makeTempDir();
  try {
    const recording = `
      import { openTerminal } from "${TERMINAL}";
      const writeSync = Deno.stdout.writeSync.bind(Deno.stdout);
      Deno.stdout.writeSync = (bytes) => {
        Deno.writeFileSync("${folder}/written", bytes, { append: true });
        return writeSync(bytes);
      };
    `;
    await Deno.writeTextFile(`${folder}/program.js`, recording + program);
    const after = `echo "code $?"; stty -a | grep -o ' icanon'`;
    await terminal.enter(`clear; ${Deno.execPath()} run -A ${folder}/program.js; ${after}`);
    const screen = await terminal.untilRow(/^ icanon$/);
    return { screen: screen.join("\n"), written: await Deno.readTextFile(`${folder}/written`) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** That the terminal was raised and given back, once, and the program ended with that code. */
function assertGivenBack({ screen, written }: Ran, code: number): void {
  const times = (sequence: string) => written.split(sequence).length - 1;
  assert.equal(times("\x1b[?1049h"), 1, "raised");
  assert.equal(times("\x1b[?1049l"), 1, "lowered");
  assert.match(screen, new RegExp(`^code ${code}$`, "m"));
}

terminalTest("disposed again, it is not given back again, and takes nothing more", async () => {
  const ran = await run(`
    const terminal = openTerminal(() => {});
    await terminal.write("inside");
    terminal[Symbol.dispose]();
    terminal[Symbol.dispose]();
    await terminal.write("late");
    {
      using same = terminal;
    }
  `);
  assertGivenBack(ran, 0);
  assert.doesNotMatch(ran.screen, /^(inside|late)/m);
});

terminalTest("what is thrown inside the block is read on the screen given back", async () => {
  const ran = await run(`
    {
      using terminal = openTerminal(() => {});
      throw new Error("broken inside");
    }
  `);
  assertGivenBack(ran, 1);
  assert.match(ran.screen, /broken inside/);
});

terminalTest("a failure outside the block gives it back, and an exit does", async () => {
  const failed = await run(`
    openTerminal(() => {});
    setTimeout(() => Promise.reject(new Error("broken elsewhere")));
  `);
  assertGivenBack(failed, 1);
  assert.match(failed.screen, /broken elsewhere/);
  assertGivenBack(await run("openTerminal(() => {}); Deno.exit(7);"), 7);
});

terminalTest(
  "closed under it, the terminal is told as a hangup, and nothing is thrown",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const program = `
      import { openTerminal } from "${TERMINAL}";
      const woken = Promise.withResolvers();
      const hungUp = Promise.withResolvers();
      const terminal = openTerminal((event) => event.kind === "signal" && hungUp.resolve());
      Deno.addSignalListener("SIGCONT", () => woken.resolve());
      await terminal.write("ready\\r\\n");
      await Promise.all([hungUp.promise, woken.promise]);
      await terminal.write("late");
      const { columns } = terminal.size;
      terminal[Symbol.dispose]();
      Deno.writeTextFileSync("${folder}/done", columns > 0 ? "in order" : "no size");
      Deno.exit(0);
    `;
      await Deno.writeTextFile(`${folder}/program.js`, program);
      using changes = Deno.watchFs(folder);
      {
        await using terminal = await Tmux.open(80, 16);
        await terminal.enter(`exec ${Deno.execPath()} run -A ${folder}/program.js 2>${folder}/err`);
        await terminal.untilRow(/^ready$/);
      }
      const done = (async () => {
        for await (const _ of changes) {
          const text = await Deno.readTextFile(`${folder}/done`).catch(() => "");
          if (text !== "") return text;
          assert.equal(await Deno.readTextFile(`${folder}/err`), "");
        }
      })();
      assert.equal(await within(done, "The program's end"), "in order");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
