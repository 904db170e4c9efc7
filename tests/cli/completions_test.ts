/**
 * Completion in the shells themselves: the script is loaded, and what Tab would offer is asked for.
 *
 * @module
 */

import { launcher } from "../../cli/link.ts";
import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { chat } from "./program.ts";

const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** Runs a script in a shell that finds `chat` on its PATH; gives what it prints. */
async function inShell(shell: string, args: readonly string[]): Promise<string> {
  const bin = await Deno.makeTempDir();
  try {
    const path = `${bin}/chat`;
    await Deno.writeTextFile(path, launcher(Deno.execPath(), root), { mode: 0o755 });
    const env = { PATH: `${bin}:${Deno.env.get("PATH")}`, HOME: bin, NO_COLOR: "1" };
    const { stdout, stderr } = await new Deno.Command(shell, { args: [...args], env }).output();
    const err = new TextDecoder().decode(stderr);
    return new TextDecoder().decode(stdout) + (err === "" ? "" : `\nstderr: ${err}`);
  } finally {
    await Deno.remove(bin, { recursive: true });
  }
}

/** Debian's package bash-completion, on which completion scripts for bash stand. */
const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";

testWith(["bash", BASH_COMPLETION], "bash completes commands and options", async () => {
  const ask = (words: string, index: number) =>
    inShell("bash", [
      "--norc",
      "-c",
      `source ${BASH_COMPLETION}; source <(chat completions bash)
       COMP_WORDS=(${words}); COMP_CWORD=${index}; COMP_LINE="${words}"; COMP_POINT=\${#COMP_LINE}
       compopt() { :; } # allowed only while a person presses Tab
       __chat_complete; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ]);
  assert((await ask("chat se", 1)).split("\n").some((line) => line.startsWith("serve")));
  assert((await ask("chat serve --po", 2)).includes("--port"));
});

testWith(["fish"], "fish completes commands, options and values", async () => {
  const ask = (words: string) =>
    inShell("fish", [
      "--no-config",
      "-c",
      `chat completions fish | source; complete -C "${words}"`,
    ]);
  assert((await ask("chat se")).includes("serve"));
  assert((await ask("chat serve --po")).includes("--port"));
  assert((await ask("chat serve --log ")).includes("json"));
});

testWith(["zsh"], "zsh takes the completion script and asks the program", async () => {
  const loaded = await inShell("zsh", [
    "-f",
    "-c",
    "autoload -U compinit && compinit -u -d $HOME/dump && source <(chat completions zsh) && print -r -- $_comps[chat]",
  ]);
  assertEquals(loaded.trim(), "_chat");
});

Deno.test("the hidden command that the shells ask lists what fits", async () => {
  const { code, out } = await chat(["complete", "--", "se"]);
  assertEquals(code, 0);
  const words = out.split("\n").map((line) => line.split("\t")[0]);
  assert(words.includes("serve") && words.includes("send"), out);
  assert(!words.includes("doctor"), out);
});
