/**
 * What a machine fetches that runs the program from sources for the first time.
 *
 * A registry of this test's own knows each package of the lock file and has none of them: what is asked of it is noted.
 *
 * @module
 */

import { dirname } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import lockText from "../../deno.lock" with { type: "text" };
import { assert, assertEquals } from "../assert.ts";

const root = new URL("../..", import.meta.url).pathname;

const lock: { readonly npm: Readonly<Record<string, { readonly integrity: string }>> } = JSON.parse(
  lockText,
);

/** What a registry says of a package, as far as the lock file knows it. */
function told(name: string): object {
  const versions = Object.entries(lock.npm).flatMap(([id, { integrity }]) => {
    const [, of, version] = /^(@?[^@]+)@([^_]+)/.exec(id) ?? [];
    const dist = { tarball: `http://nowhere.invalid/${name}.tgz`, integrity };
    return of === name && version !== undefined ? [[version, { name, version, dist }]] : [];
  });
  return { name, "dist-tags": {}, versions: Object.fromEntries(versions) };
}

/** Names of packages that a first start of `chat ARGS` asks the registry for, in order of the alphabet. */
async function asked(args: readonly string[]): Promise<string[]> {
  const names = new Set<string>();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const name = decodeURIComponent(new URL(request.url).pathname.slice(1));
    names.add(name.replace(/\/-\/.*$/, ""));
    return Response.json(told(name));
  });
  const cache = await Deno.makeTempDir();
  try {
    const { code } = await new Deno.Command(`${root}chat`, {
      args: [...args],
      env: {
        PATH: `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`,
        DENO_DIR: cache,
        NPM_CONFIG_REGISTRY: `http://127.0.0.1:${server.addr.port}/`,
        CHAT_CONFIG: "/nonexistent/config.json",
      },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    assert(code !== 0, "It cannot run: nothing could be fetched");
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
  return [...names].sort();
}

Deno.test("./chat starts the program as the task does, with its permissions", async () => {
  const words = (await Deno.readTextFile(`${root}chat`)).split(/\s+/);
  const flags = manifest.tasks.chat.split(" ").filter((word) => word.startsWith("--"));
  const given = words.filter((word) => /^--(?:v8|frozen|no-|allow)/.test(word));
  assertEquals(given.sort(), flags.sort());
});

Deno.test("a first start fetches what the command runs, and nothing of tests and pages", async () => {
  const names = await asked(["serve", "--help"]);
  assert(names.includes("@commander-js/extra-typings"), names.join(", "));
  const needless = ["axe-core", "fast-check", "playwright-core", "preact", "unhomoglyph", "uplot"];
  assertEquals(names.filter((name) => needless.includes(name)), []);
});
