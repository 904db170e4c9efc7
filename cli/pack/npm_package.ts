/**
 * What stands around the packed program in an npm package: its description, and a launcher.
 *
 * The program runs on Deno, which is on npm, too: the package depends on the release that it was packed with.
 *
 * ```text
 *   npx chat ─► bin/chat ── exec ─► node_modules/deno/deno run FLAGS chat.js
 * ```
 *
 * The launcher becomes the program instead of waiting for it, so signals and the terminal are the program's own.
 *
 * @module
 */

/** What is packed, and what it runs on. */
export interface Release {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The version of Deno. */
  readonly deno: string;
}

/** The `package.json`. @param man Paths of the manual's pages. */
export function packageJson(release: Release, man: readonly string[]): string {
  const { name, version, license, deno } = release;
  const content = {
    name,
    version,
    description: "A chat for small teams: server, client and tools in one program.",
    license,
    type: "module",
    bin: { chat: "bin/chat" },
    man,
    files: ["chat.js", "bin", "man", "NOTICES"],
    os: ["linux", "darwin"],
    dependencies: { deno },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** `bin/chat`. @param flags Those of `deno run`. */
export function launcher(flags: readonly string[]): string {
  return `#!/bin/sh
# Starts the chat beside this folder, on the Deno that was installed with it, or on the one that is on the PATH.
self=$(readlink -f "$0")
here=\${self%/bin/chat}
for packages in "$here/node_modules" "$here/.." "$here/../.."; do
  for deno in "$packages"/deno/deno "$packages"/@deno/*/deno; do
    [ -x "$deno" ] && exec "$deno" run ${flags.join(" ")} "$here/chat.js" "$@"
  done
done
command -v deno >/dev/null || {
  echo "chat: Deno is missing. Install this package again, or Deno itself." >&2
  exit 77
}
exec deno run ${flags.join(" ")} "$here/chat.js" "$@"
`;
}
