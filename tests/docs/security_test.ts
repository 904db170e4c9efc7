/**
 * SECURITY.md tells the truth: each dependency stands there with its reason, and an audit of them tells a finding from a network that is not there.
 *
 * @module
 */

import page from "../../observe/dashboard/page/deno.json" with { type: "json" };
import manifest from "../../deno.json" with { type: "json" };
import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";

const ROOT = new URL("../..", import.meta.url);
const PAGE = await Deno.readTextFile(new URL("SECURITY.md", ROOT));

Deno.test("SECURITY.md names every dependency once with its reason, and no other", () => {
  const imported = [manifest, page].flatMap(({ imports }) => Object.values(imports))
    .map((specifier) => /^npm:((?:@[^/]+\/)?[^@/]+)@/.exec(specifier)?.[1] ?? specifier);
  const [, section = ""] = PAGE.split("\n## Dependencies\n");
  const rows = [...section.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) +\| (\w.*?) *\| (\w.*?) *\|$/gm)];
  const named = rows.flatMap(([, names = ""]) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name)
  );
  assertEquals(named.sort(), [...new Set(imported)].sort());
});

Deno.test("server, wire and store are made of no package", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "server/mod.ts"],
    cwd: ROOT.pathname,
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: readonly { readonly kind: string; readonly specifier: string }[];
  };
  const specifiers = modules.map(({ specifier }) => specifier);
  assert(specifiers.some((one) => one.endsWith("/db/mod.ts")), "The store is among them");
  const ours = (one: string) => one.startsWith(ROOT.href) || one.startsWith("node:");
  assertEquals(specifiers.filter((one) => !ours(one)), []);
});

/** What a registry may answer, and what an audit makes of it. */
const ANSWERS: readonly (readonly [what: string, answer: () => Response, code: number])[] = [
  ["none has one", () => Response.json({}), 0],
  ["one has one", () => new Response(`{ "commander": [${ADVISORY}] }`), 1],
  ["it does not serve audits", () => new Response("no", { status: 405 }), 77],
  ["it is broken", () => new Response("no", { status: 503 }), 77],
  ["it answers something else", () => new Response("<h1>Log in to this network</h1>"), 77],
];

const ADVISORY = `{
  "id": 1, "url": "https://registry.example/advisories/1", "title": "Something is wrong",
  "severity": "low", "vulnerable_versions": "<99", "cwe": [], "cvss": { "score": 1, "vectorString": null }
}`;

testWith(
  ["bash"],
  "an audit tells a known vulnerability from a registry that does not answer",
  async () => {
    let answer = () => new Response();
    await using registry = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        await request.arrayBuffer();
        return request.method === "POST" ? answer() : new Response(null, { status: 404 });
      },
    );
    const audit = async (address: string) => {
      const { code } = await new Deno.Command(new URL(".ci/audit", ROOT).pathname, {
        args: [Deno.execPath()],
        cwd: ROOT.pathname,
        env: { NPM_CONFIG_REGISTRY: address },
        stdout: "null",
        stderr: "null",
      }).output();
      return code;
    };
    const { port } = registry.addr;
    for (const [what, said, code] of ANSWERS) {
      answer = said;
      assertEquals([what, await audit(`http://127.0.0.1:${port}`)], [what, code]);
    }
    await registry.shutdown();
    assertEquals(await audit(`http://127.0.0.1:${port}`), 77, "It is not there");
  },
);
