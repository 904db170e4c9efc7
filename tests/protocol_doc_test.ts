/**
 * docs/PROTOCOL.md tells the truth: every type with its fields, and every code with its sentence.
 *
 * @module
 */

import { ERROR_SENTENCES } from "../server/wire/mod.ts";
import { assert, assertEquals } from "./assert.ts";

const read = (path: string) => Deno.readTextFileSync(new URL(path, import.meta.url));
const doc = read("../docs/PROTOCOL.md");

/** The types of a table's first column, each with the words in backticks of its row. */
function rows(section: string): Map<string, Set<string>> {
  const text = doc.split(`\n## ${section}\n`)[1]?.split("\n## ")[0] ?? "";
  const found = new Map<string, Set<string>>();
  for (const [, first = "", rest = ""] of text.matchAll(/^\| (`[^|]+) \|(.*)\|$/gm)) {
    const words = new Set([...rest.matchAll(/`(\w+\??)`/g)].map(([, word = ""]) => word));
    for (const [, type = ""] of first.matchAll(/`(\w+)`/g)) found.set(type, words);
  }
  return found;
}

/** The interfaces of source files: type → fields as the document writes them. */
function interfaces(paths: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (
    const [, body = ""] of paths.map(read).join("").matchAll(
      /^export interface \w+ [^{]*\{\n([\s\S]*?)^\}/gm,
    )
  ) {
    const type = /^ {2}type: "(\w+)"/m.exec(body)?.[1];
    const fields = [...body.matchAll(/^ {2}(\w+\??): /gm)].map(([, field = ""]) => field);
    if (type !== undefined) found.set(type, fields.filter((field) => field !== "type"));
  }
  return found;
}

for (
  const [section, paths] of [
    ["What a client sends", [
      "../server/wire/client_messages.ts",
      "../server/wire/client_account_messages.ts",
      "../server/wire/client_change_messages.ts",
      "../server/wire/client_hook_messages.ts",
      "../server/wire/client_invitation_messages.ts",
      "../server/wire/client_order_messages.ts",
      "../server/wire/client_trace_messages.ts",
    ]],
    [
      "What a server sends",
      [
        "../server/wire/server_messages.ts",
        "../server/wire/welcome_message.ts",
        "../server/wire/server_file_messages.ts",
        "../server/wire/server_account_messages.ts",
        "../server/wire/server_change_messages.ts",
        "../server/wire/server_hook_messages.ts",
        "../server/wire/server_invitation_messages.ts",
        "../server/wire/server_order_messages.ts",
        "../server/wire/server_trace_messages.ts",
      ],
    ],
  ] as const
) {
  Deno.test(`the protocol's document names every type and field under '${section}'`, () => {
    const documented = rows(section);
    const defined = interfaces(paths);
    assert(defined.size > 10, "The interfaces were not found");
    assertEquals([...documented.keys()].sort(), [...defined.keys()].sort());
    for (const [type, fields] of defined) {
      const missing = fields.filter((field) => !documented.get(type)?.has(field));
      assertEquals(missing, [], `Fields of ${type}`);
    }
  });
}

Deno.test("the protocol's document has every error code with its sentence", () => {
  const text = doc.split("\n## Errors\n")[1]?.split("\n## ")[0] ?? "";
  const table = [...text.matchAll(/^\| `(\w+)` *\| (.*?) *\|$/gm)].map((
    [, code, sentence],
  ) => [code, sentence]);
  assertEquals(Object.fromEntries(table), { ...ERROR_SENTENCES });
});
