/**
 * `--profile` and `--profile-seconds` of a server, and what they come to.
 *
 * @module
 */

import { resolve } from "node:path";
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { wholeNumber } from "../values.ts";
import { SECONDS_MAX } from "./limits.ts";
import { isDirectory, ProfileFile } from "./profile_file.ts";
import { type ProfileEvent, Profiling } from "./profiling.ts";

/** What a server is told of profiles. */
export interface ProfileFlags {
  readonly profile?: string | undefined;
  readonly profileSeconds?: number | undefined;
}

/** `--profile PATH`. */
export function profileOption(): Option<"--profile <path>", undefined, undefined, string> {
  return new Option(
    "--profile <path>",
    "profile the whole run into a new file; a directory: where profiles go that SIGUSR2 asks for",
  ).env("CHAT_PROFILE").argParser(pathName);
}

/** `--profile-seconds N`. */
export function profileSecondsOption(): Option<
  "--profile-seconds <n>",
  undefined,
  undefined,
  number
> {
  return new Option(
    "--profile-seconds <n>",
    "how long a profile takes (default: 10 by SIGUSR2, else the whole run, 600 at most)",
  ).env("CHAT_PROFILE_SECONDS").argParser(wholeNumber(1, SECONDS_MAX));
}

/** Whether files are made when somebody asks by a signal, where nothing else is kept. */
export function makesFiles({ profile }: ProfileFlags): boolean {
  return profile !== undefined && isDirectory(profile);
}

/**
 * Who takes profiles; one of the whole run has begun.
 *
 * @param data The directory that the server keeps its data in, if it keeps any.
 * @throws {Failure} When a profile cannot be written where it was said.
 */
export async function profilingOf(
  { profile, profileSeconds: seconds }: ProfileFlags,
  data: string | undefined,
  tell: (event: ProfileEvent) => void,
): Promise<Profiling> {
  const isPlace = makesFiles({ profile });
  const place = isPlace ? profile : data;
  // While it is permitted to ask where relative names begin.
  const directory = place === undefined ? undefined : resolve(place);
  const profiling = new Profiling({ directory, seconds, tell });
  if (isPlace) await profiling.prepare();
  else if (profile !== undefined) await profiling.begin(ProfileFile.makeNamed(profile));
  return profiling;
}

/** The name of a file or a directory. */
function pathName(text: string): string {
  if (text === "") throw new InvalidArgumentError("The name of a file cannot be empty.");
  return text;
}
