/**
 * A process that has children: for each line of its standard input it starts an echo process, and prints what that says of
 * itself. `child` is started by itself, `grandchild` by a shell in between.
 *
 * @module
 */

import { linesOf } from "../lines.ts";

const [folder = ""] = Deno.args;
const echo = [Deno.execPath(), "run", "--no-prompt", "--allow-all"]
  .concat(new URL("echo_child.ts", import.meta.url).pathname, folder);
const encoder = new TextEncoder();
const children: Deno.ChildProcess[] = [];

Deno.stdout.writeSync(encoder.encode(`${JSON.stringify({ pid: Deno.pid })}\n`));
for await (const line of linesOf(Deno.stdin.readable)) {
  const [program = "", ...args] = line === "child"
    ? echo
    : ["sh", "-c", `"$0" "$@"; true`, ...echo];
  const child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped" }).spawn();
  children.push(child);
  for await (const said of linesOf(child.stdout)) {
    Deno.stdout.writeSync(encoder.encode(`${said}\n`));
    break;
  }
}
for (const child of children) await child.stdin.close();
for (const child of children) await child.status;
Deno.exit(0);
