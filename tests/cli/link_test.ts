/**
 * `deno task link`: the launcher works from any folder, and nothing of others is touched.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { assert, assertEquals } from "../assert.ts";
import { launcher } from "../../cli/link.ts";

const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(
  path: string,
  args: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(path, { ...options, args: [...args] })
    .output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

/**
 * What a bare `sudo` leaves, and where Deno finds its cache and its registry here: that these are known to whoever runs
 * the tests is no part of what is claimed.
 */
function bareEnvironment(): Record<string, string> {
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) =>
    /^(DENO|NPM|npm|SSL|HTTP|HTTPS|NO|http|https|no)_/.test(name)
  );
  const home = Deno.env.get("HOME") ?? "/";
  return { ...Object.fromEntries(kept), PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: home };
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "with space " });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** `deno task link` for a home of its own. For root it would write where all see it, so the test plays a user. */
function link(home: string, ...args: string[]): Promise<Ran> {
  const script = `Deno.uid = () => 1000; await import("./cli/link.ts").then((m) => m.main(${
    JSON.stringify(args)
  }));`;
  return run(Deno.execPath(), ["eval", script], { cwd: root, env: { HOME: home } });
}

Deno.test("launcher() starts the program from any folder, with the task's permissions", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/chat`;
    await Deno.writeTextFile(path, launcher(Deno.execPath(), root), { mode: 0o755 });
    const { code, out } = await run(path, ["--version"], { cwd: folder });
    assertEquals({ code, out }, { code: 0, out: `${manifest.version}\n` });
    const text = await Deno.readTextFile(path);
    for (const flag of manifest.tasks.chat.match(/--allow-\S+/g) ?? []) assert(text.includes(flag));
  });
});

Deno.test("launcher() starts the program where sudo left Deno out of the PATH", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/chat`;
    await Deno.writeTextFile(path, launcher(Deno.execPath(), root), { mode: 0o755 });
    const env = bareEnvironment();
    const { code, out, err } = await run(path, ["observe", "--help"], { clearEnv: true, env });
    assertEquals(code, 0, err);
    assert(out.includes("sudo chat observe --pid"), out);
  });
});

Deno.test("launcher() says what to do when Deno is gone", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/chat`;
    await Deno.writeTextFile(path, launcher("/nonexistent/deno", root), { mode: 0o755 });
    const { code, err } = await run("/bin/sh", [path], {
      clearEnv: true,
      env: { PATH: "/nonexistent" },
    });
    assertEquals(code, 77);
    assert(err.includes("Run 'deno task link' again"), err);
  });
});

Deno.test("link puts the launcher into ~/.local/bin, link --remove takes it away", async () => {
  await withFolder(async (home) => {
    const linked = await link(home);
    assertEquals(linked.code, 0, linked.err);
    assert(linked.out.includes("is not on your PATH"), linked.out);
    assertEquals(
      (await run(`${home}/.local/bin/chat`, ["--version"])).out,
      `${manifest.version}\n`,
    );
    assertEquals((await link(home, "--remove")).code, 0);
    assertEquals(await Array.fromAsync(Deno.readDir(`${home}/.local/bin`)), []);
    assert((await link(home, "--remove")).out.includes("There is no launcher"));
  });
});

Deno.test("link touches no file that it did not write", async () => {
  await withFolder(async (home) => {
    const path = `${home}/.local/bin/chat`;
    await Deno.mkdir(`${home}/.local/bin`, { recursive: true });
    await Deno.writeTextFile(path, "#!/bin/sh\necho another\n");
    for (const args of [[], ["--remove"]]) {
      const { code, err } = await link(home, ...args);
      assertEquals(code, 1);
      assert(err.includes("is another program: nothing was done."), err);
      assertEquals(await Deno.readTextFile(path), "#!/bin/sh\necho another\n");
    }
  });
});
