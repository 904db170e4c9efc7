/**
 * Options from the environment: `--max-frame` is `CHAT_MAX_FRAME`, for every option of every command.
 *
 * Commander reads the variables that an option names itself. All others are named and read here, and so are all switches, which
 * commander takes for on whatever stands there. A switch is on for `1`, `true`, `yes` or `on`, and off for `0`, `false`, `no`, `off`
 * or nothing. An option that may be given several times
 * takes its values separated by commas. Pure.
 *
 * @module
 */

import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { EXIT, Failure } from "./failure.ts";

const ON = /^(?:1|true|yes|on)$/i;
const OFF = /^(?:0|false|no|off|)$/i;

/** Gives every option below `parent` the variable that it can be set with, unless it names one itself. */
export function nameVariables(parent: CommandUnknownOpts): void {
  for (const command of parent.commands) {
    for (const option of command.options) {
      // `--no-x` sets the same value as `--x`, and off is what the variable of `--x` can say.
      if (!option.negate) option.envVar ??= variableOf(option);
    }
    nameVariables(command);
  }
}

/** Gives `command` what the environment says and commander has not read. @throws {Failure} For a wrong value. */
export function applyEnvironment(
  command: CommandUnknownOpts,
  variable: (name: string) => string | undefined,
): void {
  for (const option of command.options) {
    const text = option.envVar === undefined ? undefined : variable(option.envVar);
    const attribute = option.attributeName();
    const source = command.getOptionValueSource(attribute);
    const isOpen = source === undefined || source === "default" ||
      (source === "env" && option.isBoolean());
    if (text === undefined || !isOpen) continue;
    command.setOptionValueWithSource(attribute, read(option, text), "env");
  }
}

function variableOf(option: Option): string {
  return `CHAT_${option.name().toUpperCase().replaceAll("-", "_")}`;
}

function read(option: Option, text: string): unknown {
  try {
    if (option.isBoolean()) return isOn(text);
    const parse = (option.parseArg ?? ((part) => part)) as (
      part: string,
      before: unknown,
    ) => unknown;
    if (!option.variadic) return parse(text, undefined);
    const parts = text.split(",").map((part) => part.trim()).filter((part) => part !== "");
    // Without a reader of its own, a list is the list of its parts.
    if (option.parseArg === undefined) return parts;
    return parts.reduce<unknown>((before, part) => parse(part, before), undefined);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(`${option.envVar} cannot be '${text}': ${why}`, EXIT.usage, { cause });
  }
}

function isOn(text: string): boolean {
  if (ON.test(text)) return true;
  if (OFF.test(text)) return false;
  throw new TypeError("It must be 1 or 0.");
}
