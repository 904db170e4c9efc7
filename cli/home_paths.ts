/**
 * `~/x` in an option that names a file or a directory: below the home directory of whoever runs the program.
 *
 * A shell says so itself of most that is typed, but not in `--data=~/x`, nor in a config file or a unit of systemd. Whoever means a
 * directory with the name `~` says `./~`. And nowhere is a place without a name. Pure.
 *
 * @module
 */

import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { EXIT, Failure } from "./failure.ts";

/** What an option takes that names a place on the disk. */
const PLACE = /<(?:file|dir|path|new)>$/;

/** Expands it in the values that `command` has by now, wherever they come from. */
export function expandHome(command: CommandUnknownOpts, home: string | undefined): void {
  if (!home) return;
  for (const option of command.options) {
    const attribute = option.attributeName();
    const value: unknown = command.getOptionValue(attribute);
    const placed = placeOf(option, value, home);
    if (placed === value) continue;
    command.setOptionValueWithSource(attribute, placed, command.getOptionValueSource(attribute));
  }
}

/** Arguments that name a place on the disk. */
const PLACES: ReadonlySet<string> = new Set(["dir", "from", "to"]);

/** @throws {Failure} When an option or an argument that names a place on the disk has a value that can be no name. */
export function refuseNoPlaces(command: CommandUnknownOpts): void {
  for (const option of command.options) {
    if (!PLACE.test(option.flags)) continue;
    const attribute = option.attributeName();
    const source = command.getOptionValueSource(attribute);
    if (source === undefined || source === "default") continue;
    const name = source === "env" ? option.envVar : option.long;
    refuseNoPlace(name ?? option.flags, command.getOptionValue(attribute));
  }
  for (const [index, argument] of command.registeredArguments.entries()) {
    if (PLACES.has(argument.name())) refuseNoPlace(argument.name(), command.args[index]);
  }
}

function refuseNoPlace(name: string, value: unknown): void {
  if (value === "") {
    throw new Failure(`${name} cannot be '': a file or a directory has a name.`, EXIT.usage);
  }
  if (typeof value === "string" && value.includes("\0")) {
    throw new Failure(`${name} cannot be '${value}': no file has a NUL in its name.`, EXIT.usage);
  }
}

/** An option's value, with the home directory in it if it is a place that says so. */
export function placeOf(
  option: Pick<Option, "flags">,
  value: unknown,
  home: string | undefined,
): unknown {
  const isPlace = typeof value === "string" && PLACE.test(option.flags);
  return isPlace && home ? belowHome(value, home) : value;
}

/** The path, with the home directory in it where it says so. */
export function belowHome(path: string, home: string): string {
  return path === "~" || path.startsWith("~/") ? home + path.slice(1) : path;
}
