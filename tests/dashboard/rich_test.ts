/**
 * Links and code in what is said: found where they are, nowhere else, and in time by the length of the text.
 *
 * @module
 */

import fc from "fast-check";
import { type Part, partsOf } from "../../observe/dashboard/page/chat/rich.ts";
import { assert, assertEquals } from "../assert.ts";

/** The parts as text: links in angle brackets, code in square ones. */
function shown(text: string): string {
  const marks = {
    text: ["", ""],
    link: ["<", ">"],
    code: ["[", "]"],
    block: ["[[", "]]"],
  } as const;
  return partsOf(text).map(({ kind, text }) => marks[kind].join(text)).join("");
}

Deno.test("addresses that are written out become links, without what belongs to the sentence", () => {
  for (
    const [said, wanted] of [
      ["see https://example.com/a_(b), ok", "see <https://example.com/a_(b)>, ok"],
      ["<http://a.example/?q=1&r=2>.", "<<http://a.example/?q=1&r=2>>."],
      ["main.rs a@b.example //x.example", "main.rs a@b.example //x.example"],
      ["javascript://x.example/%0aalert(1)", "javascript://x.example/%0aalert(1)"],
      ["data:text/html,x ftp://a.example", "data:text/html,x ftp://a.example"],
    ] as const
  ) assertEquals(shown(said), wanted);
});

Deno.test("a link leads to the host as a browser reads it", () => {
  // The first letter but one is Cyrillic.
  const [link] = partsOf("https://e\u0445ample.com/a") as readonly Extract<
    Part,
    { kind: "link" }
  >[];
  assert(/^https:\/\/xn--[a-z0-9-]+\.com\/a$/.test(link?.url ?? ""), link?.url);
});

Deno.test("code is what stands between as many backticks, and has no links in it", () => {
  for (
    const [said, wanted] of [
      ["use `deno task ok` now", "use [deno task ok] now"],
      ["``a`b`` and `c`", "[a`b] and [c]"],
      ["`https://a.example`", "[https://a.example]"],
      ["one ` alone, ` ` nothing", "one [ alone, ] ` nothing"],
      ["not `over\nlines`", "not `over\nlines`"],
      ["a\n```ts\nconst a = 1;\n```\nb", "a[[const a = 1;]]b"],
      ["```\nnever closed", "```\nnever closed"],
      ["```\n```", "```\n```"],
    ] as const
  ) assertEquals(shown(said), wanted);
});

Deno.test("nothing that was said gets lost: the parts are the text but for its marks", () => {
  const piece = fc.constantFrom(
    "`",
    "``",
    "```",
    "\n",
    "a",
    " ",
    "https://a.example/",
    "ts",
    "(",
    ")",
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
    const bare = (text: string) => text.replace(/[`\s]|ts/g, "");
    const text = pieces.join("");
    assertEquals(bare(partsOf(text).map(({ text }) => text).join("")), bare(text));
  }));
});
