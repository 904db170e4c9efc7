/**
 * Builds the scripts and style sheets of both pages: `deno task page`. With `--check` it only says whether they are current.
 *
 * The server's own page is for everybody, and figures are for operators: what only they need is a script of its own, and what both need
 * another.
 *
 * @module
 */

/// <reference lib="deno.unstable" />

import { fileURLToPath } from "node:url";

/** What is built, and what it is called. */
const PAGES = {
  page: { entry: "page/main.tsx", parts: {} },
  chat: {
    entry: "page/visitor/main.tsx",
    parts: { chunk: "chat-shared", instruments: "chat-figures" },
  },
  sw: { entry: "page/visitor/sw.ts", parts: {} },
} as const;

/** A part's name as the bundler makes it. */
const PART = /\b(?<part>[a-z]+)-[A-Z0-9]{8}\.js\b/g;

const CHECK = Deno.args.includes("--check");
for (const [name, { entry, parts }] of Object.entries(PAGES)) {
  const known: Readonly<Record<string, string>> = parts;
  const built = await Deno.bundle({
    entrypoints: [fileURLToPath(new URL(entry, import.meta.url))],
    platform: "browser",
    minify: true,
    codeSplitting: Object.keys(parts).length > 0,
    outputDir: "/",
    write: false,
  });
  if (!built.success) throw new Error(built.errors.map(({ text }) => text).join("\n"));
  const made = new Set<string>();
  for (const { path, contents } of built.outputFiles ?? []) {
    if (contents === undefined) throw new Error(`Nothing was built for ${path}.`);
    const ending = path.split(".").at(-1) ?? "";
    const part = [...path.matchAll(PART)].map(({ groups }) => groups?.["part"] ?? "").at(-1);
    const target = part === undefined ? name : known[part];
    if (target === undefined || made.has(`${target}.${ending}`)) {
      throw new Error(`There is no name for ${path}.`);
    }
    made.add(`${target}.${ending}`);
    await put(`${target}.${ending}`, ending === "js" ? renamed(contents, known) : contents);
  }
}

/** A script with its parts by their names here. */
function renamed(contents: Uint8Array, known: Readonly<Record<string, string>>): Uint8Array {
  const text = new TextDecoder().decode(contents);
  const named = text.replace(PART, (whole, part: string) => {
    const target = known[part];
    return target === undefined ? whole : `${target}.js`;
  });
  return new TextEncoder().encode(named);
}

async function put(name: string, contents: Uint8Array): Promise<void> {
  const target = new URL(`prebuilt/${name}`, import.meta.url);
  if (!CHECK) return await Deno.writeFile(target, contents);
  const kept = await Deno.readFile(target).catch(() => new Uint8Array(0));
  if (kept.length !== contents.length || kept.some((byte, at) => byte !== contents[at])) {
    throw new Error("The page was changed and not built. Run deno task page.");
  }
}
