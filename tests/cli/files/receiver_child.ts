/**
 * A process that receives a file from a source on the same disk, and prints what it may be held to, until it is killed.
 *
 * ```text
 * offset N   it goes on from byte N
 * saved N    the first N bytes will not be asked for again
 * done       the file is there under its name, and was compared
 * ```
 *
 * @module
 */

import { receiveFile } from "../../../cli/files/receiver.ts";
import { openSource, readSource } from "../../../cli/files/source.ts";
import { assert } from "../../assert.ts";
import { utf8 } from "../../harness.ts";

const [path = "", directory = "", saveBytes = "0"] = Deno.args;

function say(text: string): void {
  Deno.stdout.writeSync(utf8(`${text}\n`));
}

const source = await openSource(path);
const end = await receiveFile({ ...source, from: "Alice" }, (offset) => {
  say(`offset ${offset}`);
  return readSource(source, offset);
}, {
  directory,
  saveBytes: Number(saveBytes),
  onSaved: (saved) => say(`saved ${saved}`),
});
assert(end.kind === "done" || end.kind === "have", Deno.inspect(end));
say("done");
