/**
 * `deno task pack [FOLDER]`: the program as one file, and as an npm package.
 *
 * ```text
 *   dist/chat.js         all of it: deno run … chat.js, or ./chat.js where Deno is on the PATH
 *   dist/Containerfile   an image of it
 *   dist/npm/            for npm pack: chat.js, bin/chat, and the manual
 * ```
 *
 * @module
 */

/// <reference lib="deno.unstable" />

import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };
import { loadCommand } from "../load_command.ts";
import { pagesHere } from "../man_files.ts";
import { build as buildProgram } from "../program.ts";
import { print, printError } from "../streams.ts";
import { entrySource, oneFile, type Parts } from "./entry.ts";
import { containerfile } from "./containerfile.ts";
import { asComment, type Info, type Notice, noticesText, packagesOf } from "./notices.ts";
import { launcher, packageJson } from "./npm_package.ts";
import { runFlags } from "./run_flags.ts";

const root = new URL("../../", import.meta.url);

/** Folders in which threads' modules lie. */
const ROOMS = ["cli/", "load/", "observe/", "server/"] as const;

/** What is built to something else, and what only developers need. */
const SOURCE = /\.(?:tsx?|css|json)$/;

/** The page's script has packages of its own. */
const PAGE = fileURLToPath(new URL("observe/dashboard/page/main.tsx", root));

/** Commands and threads, as they lie in their folders. */
function parts(): Parts {
  const commands = [...below("cli/commands/")];
  const threads = ROOMS.flatMap((room) => [...below(room)])
    .filter((path) => path.endsWith("_thread.ts"));
  return { commands: commands.sort(), threads: threads.sort() };
}

function* below(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    if (isDirectory) yield* below(`${folder}${name}/`);
    else yield `${folder}${name}`;
  }
}

/** What the pages' server reads, by its path from there. */
async function pageFiles(): Promise<Map<string, Uint8Array>> {
  const files = [...below("observe/dashboard/prebuilt/"), ...below("observe/dashboard/page/")]
    .filter((path) => path.includes("/prebuilt/") || !SOURCE.test(path));
  return new Map(
    await Promise.all(
      files.sort().map(async (path) =>
        [path.replace("observe/dashboard/", ""), await Deno.readFile(new URL(path, root))] as const
      ),
    ),
  );
}

/** What the packages say that these modules lead to. */
async function noticesOf(modules: readonly string[]): Promise<Notice[]> {
  const infos = await Promise.all(modules.map(async (path): Promise<Info> => {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", fileURLToPath(new URL("deno.json", root)), path],
      stderr: "inherit",
    }).output();
    if (code !== 0) throw new Error(`What ${path} imports cannot be told.`);
    return JSON.parse(new TextDecoder().decode(stdout));
  }));
  return await Promise.all(
    packagesOf(infos).map(async ({ name, version, localPath }) => {
      const names = (await Array.fromAsync(Deno.readDir(localPath))).map((entry) => entry.name);
      const licence = names.find((each) => /^licen[cs]e/i.test(each));
      const text = await Deno.readTextFile(`${localPath}/${licence ?? "package.json"}`);
      return {
        name,
        version,
        text: licence === undefined
          ? `Licence: ${JSON.parse(text).license}, says its package.`
          : text,
      };
    }),
  );
}

/** The whole program as text, and whose work is in it. */
async function bundle(): Promise<{ readonly file: string; readonly notices: string }> {
  const all = parts();
  const folder = await Deno.makeTempDir();
  try {
    const entry = `${folder}/entry.ts`;
    await Deno.writeTextFile(entry, entrySource(all, root.href));
    const built = await Deno.bundle({
      entrypoints: [entry],
      platform: "deno",
      minify: true,
      outputDir: folder,
      write: false,
    });
    if (!built.success) throw new Error(built.errors.map(({ text }) => text).join("\n"));
    const [file, ...others] = built.outputFiles ?? [];
    if (file === undefined || others.length > 0) throw new Error("It was not bundled to one file.");
    const notices = noticesText(await noticesOf([entry, PAGE]));
    return {
      file: oneFile(`${file.text()}${asComment(notices)}`, all.threads, await pageFiles()),
      notices,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Packs it into a folder. */
export async function pack(folder: string): Promise<void> {
  const flags = runFlags();
  const bundled = await bundle();
  const file = `#!/usr/bin/env -S deno run ${flags.join(" ")}\n${bundled.file}`;
  const pages = pagesHere(await buildProgram(() => true, loadCommand));
  await Deno.remove(`${folder}/npm`, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  for (const part of ["", "/npm/bin", "/npm/man"]) {
    await Deno.mkdir(`${folder}${part}`, { recursive: true });
  }
  const release = { ...manifest, deno: Deno.version.deno };
  const write = (path: string, text: string, mode = 0o644) =>
    Deno.writeTextFile(`${folder}/${path}`, text, { mode });
  await write("chat.js", file, 0o755);
  await write("Containerfile", containerfile(flags, release.deno));
  await write("npm/chat.js", file);
  await write("npm/bin/chat", launcher(flags), 0o755);
  await write("npm/package.json", packageJson(release, pages.map(({ name }) => `man/${name}.1`)));
  await write("npm/NOTICES", bundled.notices);
  await Deno.copyFile(new URL("LICENSE", root), `${folder}/npm/LICENSE`);
  await Deno.copyFile(new URL("README.md", root), `${folder}/npm/README.md`);
  for (const { name, text } of pages) await write(`npm/man/${name}.1`, text);
}

/** Where it goes unless told otherwise: into the checkout, whatever that is called. */
export function distOf(checkout: URL): string {
  return fileURLToPath(new URL("dist", checkout));
}

if (import.meta.main) {
  const [folder = distOf(root), ...rest] = Deno.args;
  if (rest.length > 0) {
    printError("Usage: deno task pack [FOLDER]\n");
    Deno.exit(2);
  }
  await pack(folder);
  print(`${folder}/chat.js: ${Deno.statSync(`${folder}/chat.js`).size} bytes\n`);
}
