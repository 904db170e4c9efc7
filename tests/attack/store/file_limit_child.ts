/**
 * A process whose files may not become larger than some limit: it writes behind 1 GiB into a file of a directory that it is
 * told, and says with which code that fails.
 *
 * @module
 */

import { bearFileLimit } from "../../../cli/signals.ts";
import { diskStorage } from "../../../db/disk.ts";
import { systemCode } from "../../../db/errors.ts";

bearFileLimit();
using file = diskStorage(Deno.args[0] ?? "").create("file");
let said = "written";
try {
  file.write(new Uint8Array(8), 2 ** 30);
} catch (error) {
  said = systemCode(error) ?? String(error);
}
Deno.stdout.writeSync(new TextEncoder().encode(`${said}\n`));
