/**
 * A run of the program: what the arguments say, and how it ends.
 *
 * @module
 */

import { addCommands, type LoadCommand } from "./program.ts";
import { explain } from "./failure.ts";
import { bearFileLimit, bearUserSignal, refuseDebugger } from "./signals.ts";
import { printError } from "./streams.ts";
import { safeLines } from "./tty/safe.ts";

/** Does what the process was called with, and ends it. @param load Where the commands' modules come from. */
export async function run(load: LoadCommand): Promise<never> {
  const debug = Deno.env.get("CHAT_DEBUG") === "1";
  refuseDebugger();
  bearFileLimit();
  bearUserSignal();
  try {
    const { program, args } = await addCommands(Deno.args, load);
    await program.parseAsync(args, { from: "user" });
    Deno.exit(0);
  } catch (error) {
    const { sentence, exitCode } = explain(error);
    const stack = debug && error instanceof Error ? error.stack : undefined;
    printError(stack === undefined ? `chat: ${sentence}\n` : `${safeLines(stack).join("\n")}\n`);
    Deno.exit(exitCode);
  }
}
