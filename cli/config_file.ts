/**
 * The config file: values for options that neither a flag nor the environment gave.
 *
 * It is JSON with comments, one flat object. A key is an option's long name (`"max-frame": 65536`) and counts for
 * every command that has this option. Values are checked by the option's own reader, so a bad one
 * gets the same sentence as on the command line. An unknown key is refused: it is a misspelling. An empty file says nothing: a
 * shell makes one before the command runs that is to fill it.
 *
 * @module
 */

import type { CommandUnknownOpts, Option, OptionValueSource } from "@commander-js/extra-typings";
import type { ParseError } from "jsonc-parser";
import { EXIT, Failure } from "./failure.ts";

/** Largest config file in bytes: every option with a comment of its own takes less than a hundredth. */
const CONFIG_BYTES_MAX = 1 << 20;

/** Where the file is: `$CHAT_CONFIG`, else `$XDG_CONFIG_HOME/chat/config.json` or the same below `~/.config`. */
export function configPath(): string {
  const chosen = Deno.env.get("CHAT_CONFIG");
  if (chosen !== undefined) return chosen;
  const home = Deno.env.get("XDG_CONFIG_HOME") ?? `${Deno.env.get("HOME") ?? "."}/.config`;
  return `${home}/chat/config.json`;
}

/** What a command has to know that reads the file later, when it may not look into the environment any more. */
export function configPlace(): {
  readonly path: string;
  readonly home: string | undefined;
  readonly isThere: boolean;
} {
  const path = configPath();
  return { path, home: Deno.env.get("HOME"), isThere: isThere(path) };
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    // Why it cannot be looked at is said when it is read.
    return false;
  }
}

/** Gives `command` the values of the config file. @throws {Failure} When the file is wrong. */
export async function applyConfig(command: CommandUnknownOpts): Promise<void> {
  const path = configPath();
  const options = allOptions(command);
  for (const [key, value] of Object.entries(await readValues(path, options))) {
    const others = options.filter((option) => option.name() === key);
    if (!isOfOthers(command, others, value)) applyOne(command, key, value, path);
  }
}

/**
 * Reads the file again, for a command that runs with its values.
 *
 * @param path Where it is: a command that runs may not look into the environment any more.
 * @returns What each option would be now that neither a flag nor the environment gave, by its attribute.
 * @throws {Failure} When the file is wrong.
 */
export async function readAgain(
  command: CommandUnknownOpts,
  path: string,
): Promise<ReadonlyMap<string, unknown>> {
  const options = allOptions(command);
  const values = await readValues(path, options);
  const read = new Map<string, unknown>();
  for (const option of command.options) {
    const attribute = option.attributeName();
    const source: OptionValueSource | undefined = command.getOptionValueSource(attribute);
    if (source !== undefined && source !== "default" && source !== "config") continue;
    const key = option.name();
    const others = options.filter((option) => option.name() === key);
    const isSaid = key in values && !isOfOthers(command, others, values[key]);
    const said = isSaid ? valueOf(option, key, values[key], path) : undefined;
    read.set(attribute, said ?? option.defaultValue);
  }
  return read;
}

/**
 * What is wrong with the config file for any command of the tree, in a sentence; `undefined` when nothing is.
 *
 * @param command One of the tree, of which all must be loaded.
 */
export async function configFault(command: CommandUnknownOpts): Promise<string | undefined> {
  const path = configPath();
  const options = allOptions(command);
  try {
    for (const [key, value] of Object.entries(await readValues(path, options))) {
      const others = options.filter((option) => option.name() === key);
      for (const { command: one } of commandsBelow(rootOf(command), "")) {
        const option = one.options.find((option) => others.includes(option));
        if (option !== undefined && !isOfOthers(one, others, value)) {
          valueOf(option, key, value, path);
        }
      }
    }
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

/** What the file says, if it is there. @throws {Failure} When it is wrong, or speaks of what is no option. */
async function readValues(
  path: string,
  options: readonly Option[],
): Promise<Record<string, unknown>> {
  const text = readIfThere(path);
  if (text === undefined || text.trim() === "") return {};
  const values = await parse(text, path);
  const known = new Set(options.map((option) => option.name()));
  const unknown = Object.keys(values).find((key) => !known.has(key));
  if (unknown !== undefined) throw wrong(path, `there is no option '${unknown}'`);
  return values;
}

/** Whether a value is one that another command's option of that name takes, where this one's is only a switch. */
function isOfOthers(
  { options }: CommandUnknownOpts,
  others: readonly Option[],
  value: unknown,
): boolean {
  const own = options.find((option) => others.includes(option));
  return own?.isBoolean() === true &&
    others.some(({ argChoices }) => argChoices?.includes(String(value)));
}

/** An example with every option that can be set, each commented out. */
export function exampleConfig(program: CommandUnknownOpts): string {
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const { command, path } of commandsBelow(program, "chat")) {
    const fresh = command.options.filter((option) => option.envVar && !seen.has(option.name()));
    if (fresh.length > 0) lines.push("", `  // ${path}`);
    for (const option of fresh) {
      seen.add(option.name());
      const value = option.defaultValueDescription ?? option.defaultValue ?? "…";
      lines.push(`  // ${option.description}; or ${option.envVar} in the environment`);
      lines.push(`  // "${option.name()}": ${JSON.stringify(value)},`);
    }
  }
  return `{${lines.join("\n")}\n}\n`;
}

/** The options of the whole tree that `command` is part of. */
function allOptions(command: CommandUnknownOpts): CommandUnknownOpts["options"] {
  return [...commandsBelow(rootOf(command), "")].flatMap(({ command }) => [...command.options]);
}

function rootOf(command: CommandUnknownOpts): CommandUnknownOpts {
  return command.parent === null ? command : rootOf(command.parent);
}

/** Every command below another one, at any depth, with what one types for it. */
function* commandsBelow(
  parent: CommandUnknownOpts,
  path: string,
): Generator<{ readonly command: CommandUnknownOpts; readonly path: string }> {
  for (const command of parent.commands) {
    const below = `${path} ${command.name()}`;
    yield { command, path: below };
    yield* commandsBelow(command, below);
  }
}

function applyOne(command: CommandUnknownOpts, key: string, value: unknown, path: string): void {
  const option = command.options.find((option) => option.name() === key);
  if (option === undefined) return;
  const attribute = option.attributeName();
  const source: OptionValueSource | undefined = command.getOptionValueSource(attribute);
  if (source !== undefined && source !== "default") return;
  const read = valueOf(option, key, value, path);
  if (read !== undefined) command.setOptionValueWithSource(attribute, read, "config");
}

/** A value as the option reads it; `undefined` for none. @throws {Failure} When it does not take it. */
function valueOf(option: Option, key: string, value: unknown, path: string): unknown {
  // None, for an option of another command that has several.
  if (!option.variadic && Array.isArray(value) && value.length === 0) return undefined;
  try {
    if (option.isBoolean()) return truth(value);
    if (!option.variadic) return option.parseArg?.(one(value), undefined as never) ?? one(value);
    return texts(value).reduce<unknown>(
      (before, text) => option.parseArg?.(text, before as never) ?? [...asList(before), text],
      undefined,
    ) ?? [];
  } catch (error) {
    throw wrong(path, `'${key}' cannot be ${JSON.stringify(value)}: ${(error as Error).message}`);
  }
}

function truth(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new TypeError("It must be true or false.");
}

/** A value as it would be typed. */
function one(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new TypeError("It must be a text or a number.");
}

/** Values of an option that may be given several times: one, or a list. */
function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(one) : [one(value)];
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function readIfThere(path: string): string | undefined {
  try {
    const { isFile, size } = Deno.statSync(path);
    // Neither a FIFO that nobody writes to nor a device without an end is waited for.
    if (!isFile) throw wrong(path, "it is no regular file");
    if (size > CONFIG_BYTES_MAX) throw wrong(path, `it has more than ${CONFIG_BYTES_MAX} bytes`);
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return;
    if (error instanceof Deno.errors.NotCapable) {
      throw new Failure(
        `There was no config file ${path} at the start, so it may not be read now.`,
      );
    }
    throw error instanceof Failure ? error : wrong(path, (error as Error).message);
  }
}

async function parse(text: string, path: string): Promise<Record<string, unknown>> {
  const { parse, printParseErrorCode } = await import("jsonc-parser");
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split("\n").length;
    throw wrong(path, `line ${line}: ${printParseErrorCode(first.error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrong(path, "it must hold one object");
  }
  return value as Record<string, unknown>;
}

function wrong(path: string, what: string): Failure {
  return new Failure(`The config file ${path} is wrong: ${what}.`.replace("..", "."), EXIT.usage);
}
