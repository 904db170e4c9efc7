/**
 * What every option and argument that names a file, a directory, a host or an address says to what can be none, and to a place that is closed
 * to the program: one sentence.
 *
 * @module
 */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Failure, reasonOf } from "../../cli/failure.ts";
import { refuseNoPlaces } from "../../cli/home_paths.ts";
import { loadCommand } from "../../cli/load_command.ts";
import { build } from "../../cli/program.ts";
import { assert, assertEquals } from "../assert.ts";
import { chat } from "./program.ts";

const PLACE = /<(?:file|dir|path|new)>$/;
const PLACES = /^(?:dir|from|to)$/;

/** Options that a command cannot do without. */
const FILLED: Readonly<Record<string, readonly string[]>> = { "db repair": ["--into", "x"] };

function leaves(
  command: CommandUnknownOpts,
  path: readonly string[] = [],
): [string, CommandUnknownOpts][] {
  if (command.commands.length === 0) return [[path.join(" "), command]];
  const below = command.commands.flatMap((one) => leaves(one, [...path, one.name()]));
  return path.length === 0 ? below : [[path.join(" "), command], ...below];
}

/** Types something, and does nothing of it. @returns With what sentence it is refused. */
async function refusal(
  program: CommandUnknownOpts,
  command: CommandUnknownOpts,
  typed: readonly string[],
): Promise<string | undefined> {
  command.action(() => {});
  for (let one: CommandUnknownOpts | null = command; one !== null; one = one.parent) {
    one.exitOverride((error) => {
      throw error;
    });
    one.configureOutput({ writeErr: () => {} });
  }
  try {
    await program.parseAsync([...typed], { from: "user" });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A place that a command is told, and what is typed when that has no name. */
interface Nameless {
  readonly command: string;
  readonly typed: readonly string[];
}

/** All of them. */
async function nameless(): Promise<Nameless[]> {
  return leaves(await build(() => true, loadCommand)).flatMap(([path, command]) => {
    const begin = [...path.split(" "), ...FILLED[path] ?? []];
    const needed = command.registeredArguments.filter(({ required }) => required).map(() => "x");
    const options = command.options.filter(({ flags }) => PLACE.test(flags))
      .map(({ long }) => [...begin, ...needed, long ?? "", ""]);
    const args = command.registeredArguments.flatMap((argument, index) =>
      PLACES.test(argument.name())
        ? [[...begin, ...needed.slice(0, index), "", ...needed.slice(index + 1)]]
        : []
    );
    return [...options, ...args].map((typed) => ({ command: path, typed }));
  });
}

Deno.test("no option and no argument takes an empty name for a file or a directory", async () => {
  const all = await nameless();
  assert(all.length > 50, `${all.length} are there`);
  const taken: string[] = [];
  for (const { command, typed } of all) {
    const program = await build(() => true, loadCommand);
    const [, meant] = leaves(program).find(([path]) => path === command) ?? [];
    assert(meant !== undefined);
    const why = await refusal(program, meant, typed);
    if (!why?.includes("''")) taken.push(`${typed.join(" ")}: ${why}`);
  }
  assertEquals(taken, []);
});

Deno.test("a name with a NUL is refused, wherever it comes from", async () => {
  const program = await build((name) => name === "serve", loadCommand);
  const [, serve] = leaves(program).find(([path]) => path === "serve") ?? [];
  assert(serve !== undefined);
  serve.setOptionValueWithSource("data", "a\0b", "config");
  let refused: unknown;
  try {
    refuseNoPlaces(serve);
  } catch (error) {
    refused = error;
  }
  assert(refused instanceof Failure);
  assertEquals(refused.exitCode, 2);
  assert(refused.message.includes("NUL"));
});

Deno.test("reasonOf() speaks of a place that is closed, and of a directory, in words of its own", () => {
  const closed = new Deno.errors.NotCapable('Requires all access to "/proc/x", run again');
  assertEquals(reasonOf(closed), "it belongs to the system, and this program keeps out of it");
  assertEquals(reasonOf(new Deno.errors.IsADirectory("os error 21")), "it is a directory");
  assertEquals(reasonOf(new Error("The disk is gone")), "The disk is gone");
});

const NOBODY = ["-s", "127.0.0.1:1", "-n", "a"];

/** What is typed, with what it ends, and what it says of it. */
const TYPED: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
  [["serve", "--durability", "none", "--host", ""], 2, /A host is a name or an address/],
  [["serve", "--durability", "none", "--host", "x:1"], 2, /A host is a name or an address/],
  [["hook", "add", "ci", "--url", ""], 2, /It looks like https:/],
  [["man", "--dir", "/proc/x"], 1, /^chat: The pages cannot be written to \/proc\/x: it belongs/],
  [["serve", "--durability", "none", "--profile", "/proc/x"], 1, /\/proc\/x: it belongs/],
  [["connect", ...NOBODY, "--token-file", "/proc/x"], 1, /^chat: \/proc\/x: it belongs/],
  [["connect", ...NOBODY, "--tls", "--tls-ca", "/"], 1, /--tls-ca \/ cannot be read: it is a dir/],
  [["login", ...NOBODY, "--password-file", "/"], 1, /cannot be read from \/: it is a directory/],
  [["user", "list", "--data", "/proc/x", "-s", "127.0.0.1:1"], 1, /^chat: \/proc\/x.*: it belongs/],
  [["observe", "--replay", "/"], 1, /^chat: \/ cannot be opened: it is a directory/],
  [["observe", "--from", "/proc/x"], 1, /at \/proc\/x: it belongs/],
  [["cert", "a.example", "--cert", "/proc/x", "--key", "/proc/y"], 1, /^chat: \/proc\/[xy] cannot/],
];

Deno.test("a place that is closed, and a directory where a file is wanted, are told in one sentence", async () => {
  const faults: string[] = [];
  for (const [args, wanted, says] of TYPED) {
    const { code, out, err } = await chat(args);
    const rows = err.trimEnd().split("\n");
    const isSo = code === wanted && out === "" && says.test(err) && rows.length <= 2 &&
      !err.includes("--allow");
    if (!isSo) faults.push(`chat ${args.join(" ")}: ${code} ${err}${out}`);
  }
  assertEquals(faults, []);
});
