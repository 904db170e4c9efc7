/**
 * Where received files go: one option for every command that receives.
 *
 * `--downloads`, else `$XDG_DOWNLOAD_DIR/chat`, else what the desktop's own settings say
 * (`~/.config/user-dirs.dirs`), else `~/Downloads/chat`. A folder of our own, so that a stranger's file never stands
 * among the user's.
 *
 * @module
 */

import { InvalidArgumentError, Option } from "@commander-js/extra-typings";

/** What the answer depends on. An empty string counts as missing, as the XDG specification says. */
export interface Places {
  readonly downloadDir?: string | undefined;
  readonly home?: string | undefined;
  /** The text of `user-dirs.dirs`. */
  readonly userDirs?: string | undefined;
}

/** The download directory that follows from these places. */
export function downloadsFrom({ downloadDir, home, userDirs }: Places): string {
  const base = home || ".";
  const own = absolute(downloadDir) ?? absolute(fromUserDirs(userDirs ?? "", base));
  return `${own ?? `${base}/Downloads`}/chat`;
}

/** The download directory unless told otherwise. */
export function defaultDownloads(): string {
  const home = Deno.env.get("HOME");
  const config = Deno.env.get("XDG_CONFIG_HOME") || `${home || "."}/.config`;
  return downloadsFrom({
    downloadDir: Deno.env.get("XDG_DOWNLOAD_DIR"),
    home,
    userDirs: textOf(`${config}/user-dirs.dirs`),
  });
}

/** `--downloads DIR`, also by `CHAT_DOWNLOADS` and the config file. */
export function downloadsOption(): Option<"--downloads <dir>", undefined, string, string> {
  return new Option("--downloads <dir>", "directory for received files")
    .env("CHAT_DOWNLOADS").argParser(directory).default(defaultDownloads());
}

/** The name of a directory, as an option has it. @throws {InvalidArgumentError} When it is none. */
export function directory(text: string): string {
  if (text === "") throw new InvalidArgumentError("The name of a directory cannot be empty.");
  return text;
}

/** Without slashes at its end; `undefined` for what is not absolute, which the specification says to ignore. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith("/") ? path.replace(/\/+$/, "") : undefined;
}

/** The value in a line of shell such as `XDG_DOWNLOAD_DIR="$HOME/Downloads"`: only these two forms exist. */
function fromUserDirs(text: string, home: string): string | undefined {
  const values = [...text.matchAll(/^[ \t]*XDG_DOWNLOAD_DIR="((?:[^"\\\n]|\\.)*)"/gm)];
  return values.at(-1)?.[1]?.replace(/^\$HOME(?=\/|$)/, () => home).replace(/\\(.)/g, "$1");
}

function textOf(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    // Settings of somebody else's that cannot be read are no reason not to receive.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return undefined;
    }
    throw error;
  }
}
