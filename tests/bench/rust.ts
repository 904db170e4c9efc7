/**
 * Builds the server that is written with tokio (rust/), where cargo is and finds its packages.
 *
 * They are Debian's (`librust-tokio-dev` and others, see rust/README.md) or, where those are not installed, come from
 * crates.io. What was built stays in rust/target, so only the first run waits for it.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** The program; or why there is none, as a sentence. */
export type Blueprint =
  | { readonly kind: "built"; readonly program: string }
  | { readonly kind: "missing"; readonly reason: string };

/** Where Debian's packages put what cargo would download. */
const debian = "/usr/share/cargo/registry";

/** A first build takes a minute; nothing else may hang on it. */
const buildMsMax = 300_000;

/** Builds it. */
export async function buildBlueprint(signal: AbortSignal): Promise<Blueprint> {
  const folder = fileURLToPath(new URL("rust/", import.meta.url));
  const program = `${folder}target/release/blueprint`;
  const ways = [
    ["--offline", "--config", 'source.crates-io.replace-with="debian"']
      .concat("--config", `source.debian.directory="${debian}"`),
    [],
  ];
  const reasons: string[] = [];
  for (const way of ways) {
    const reason = await cargo(["build", "--release", "--quiet", ...way], folder, signal);
    if (reason === undefined) return { kind: "built", program };
    reasons.push(reason);
  }
  return { kind: "missing", reason: reasons.at(-1) ?? "" };
}

/** Undefined when it went well; otherwise why not. */
async function cargo(
  args: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { success, stderr } = await new Deno.Command("cargo", {
      args: [...args],
      cwd: folder,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.any([signal, AbortSignal.timeout(buildMsMax)]),
    }).output();
    if (success) return undefined;
    const line = new TextDecoder().decode(stderr).trim().split("\n").findLast((line) =>
      line !== ""
    );
    return `cargo cannot build it: ${line?.trim() ?? "no word"}`;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Deno.errors.NotFound) return "cargo is not installed";
    throw error;
  }
}
