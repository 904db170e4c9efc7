/**
 * The only entry: the tree of commands, and how a command ends.
 *
 * Options are defined here and in `commands/`, which load nothing heavy; what a command works with is
 * imported when it runs. So `chat --help` is there at once.
 *
 * @module
 */

import { addCommands } from "./program.ts";
import { explain } from "./failure.ts";
import { printError } from "./streams.ts";

const debug = Deno.env.get("CHAT_DEBUG") === "1";
try {
  const { program, args } = addCommands(Deno.args);
  await program.parseAsync(args, { from: "user" });
  Deno.exit(0);
} catch (error) {
  const { sentence, exitCode } = explain(error);
  printError(debug && error instanceof Error ? `${error.stack}\n` : `chat: ${sentence}\n`);
  Deno.exit(exitCode);
}
