/**
 * The only entry: the tree of commands, and how a command ends.
 *
 * A command's options are defined in its module in `commands/`, which is loaded when it is meant; what it works with is
 * imported when it runs. So `chat --help` is there at once.
 *
 * @module
 */

import { addCommands } from "./program.ts";
import { explain } from "./failure.ts";
import { bearFileLimit, bearUserSignal, refuseDebugger } from "./signals.ts";
import { printError } from "./streams.ts";
import { safeLines } from "./tty/safe.ts";

const debug = Deno.env.get("CHAT_DEBUG") === "1";
refuseDebugger();
bearFileLimit();
bearUserSignal();
try {
  const { program, args } = await addCommands(Deno.args);
  await program.parseAsync(args, { from: "user" });
  Deno.exit(0);
} catch (error) {
  const { sentence, exitCode } = explain(error);
  const stack = debug && error instanceof Error ? error.stack : undefined;
  printError(stack === undefined ? `chat: ${sentence}\n` : `${safeLines(stack).join("\n")}\n`);
  Deno.exit(exitCode);
}
