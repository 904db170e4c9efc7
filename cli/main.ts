/**
 * The entry from sources: `deno task chat`. The one of the packed program is made by `pack/entry.ts`.
 *
 * A command's options are defined in its module in `commands/`, which is loaded when it is meant; what it works with is
 * imported when it runs. So `chat --help` is there at once.
 *
 * @module
 */

import { loadCommand } from "./load_command.ts";
import { run } from "./run.ts";

await run(loadCommand);
