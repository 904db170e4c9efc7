/**
 * Builds the scripts and style sheets of both pages: `deno task page`. With `--check` it only says whether they are current.
 *
 * @module
 */

/// <reference lib="deno.unstable" />

import { fileURLToPath } from "node:url";

/** What is built, and what it is called. */
const PAGES = {
  page: "page/main.tsx",
  chat: "page/visitor/main.tsx",
  sw: "page/visitor/sw.ts",
} as const;

const CHECK = Deno.args.includes("--check");
for (const [name, entry] of Object.entries(PAGES)) {
  const built = await Deno.bundle({
    entrypoints: [fileURLToPath(new URL(entry, import.meta.url))],
    platform: "browser",
    minify: true,
    outputDir: "/",
    write: false,
  });
  if (!built.success) throw new Error(built.errors.map(({ text }) => text).join("\n"));
  for (const { path, contents } of built.outputFiles ?? []) {
    const target = new URL(`prebuilt/${name}.${path.split(".").at(-1)}`, import.meta.url);
    if (contents === undefined) throw new Error(`Nothing was built for ${path}.`);
    if (!CHECK) {
      await Deno.writeFile(target, contents);
      continue;
    }
    const kept = await Deno.readFile(target);
    if (kept.length !== contents.length || kept.some((byte, at) => byte !== contents[at])) {
      throw new Error("The page was changed and not built. Run deno task page.");
    }
  }
}
