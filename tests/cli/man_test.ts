/**
 * The manual: pages that come from the same source as `--help`, in a form that the usual program for it takes.
 *
 * @module
 */

import { Command } from "@commander-js/extra-typings";
import { loadCommand } from "../../cli/load_command.ts";
import { manual, type Page } from "../../cli/man.ts";
import { build } from "../../cli/program.ts";
import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { chat } from "./program.ts";

/** The page of a command that says this. */
function pageOf(text: string): string {
  const command = new Command("x").description("does x").option("--to-be <n>", "or not")
    .addHelpText("after", text);
  return manual(command)[0]?.text ?? "";
}

async function all(): Promise<Page[]> {
  return manual(await build(() => true, loadCommand), Deno.env.get("HOME"));
}

Deno.test("every command has a page, and every option of --help is on it", async () => {
  const pages = new Map((await all()).map(({ name, text }) => [name, text]));
  for (const words of [[], ["serve"], ["db", "stat"], ["man"]]) {
    const text = pages.get(["chat", ...words].join("-")) ?? "";
    const { out } = await chat([...words, "--help"]);
    const options = [...out.matchAll(/^ {2}(-\S, )?(--[a-z-]+)/gm)].map(([, , long = ""]) => long);
    assert(options.length > 0, out);
    const missing = options.filter((long) => !text.includes(long.replaceAll("-", "\\-")));
    assertEquals(missing, [], words.join(" "));
  }
});

Deno.test("what roff would take for its own is text", () => {
  const text = pageOf("\n.so /etc/passwd\n'br\na\\fBb --to-be\n");
  assert(text.includes("\\&.so /etc/passwd\n\\&'br\na\\efBb \\-\\-to\\-be"), text);
});

Deno.test("examples are set as they are, and other words flow", () => {
  const text = pageOf("\nIt is so.\n\nExamples:\n  x --to-be 1\n  x");
  assert(text.includes('.SH "DESCRIPTION"\n.PP\nIt is so.\n'), text);
  assert(text.includes('.SH "EXAMPLES"\n.PP\n.RS 4\n.nf\nx \\-\\-to\\-be 1\nx\n.fi\n.RE\n'), text);
});

Deno.test("chat man prints a page, knows no other, and writes all into a folder", async () => {
  const { code, out } = await chat(["man", "db", "verify"]);
  assertEquals([code, out.startsWith(".TH CHAT-DB-VERIFY 1")], [0, true], out);
  assertEquals((await chat(["man", "nonsense"])).code, 2);
  const folder = await Deno.makeTempDir();
  try {
    assertEquals((await chat(["man", "--dir", `${folder}/man1`])).code, 0);
    const files = await Array.fromAsync(Deno.readDir(`${folder}/man1`), ({ name }) => name);
    assertEquals(files.sort(), (await all()).map(({ name }) => `${name}.1`).sort());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

testWith(["groff"], "groff has nothing to object to on any page", async () => {
  const child = new Deno.Command("groff", {
    args: ["-man", "-ww", "-z", "-Kutf8"],
    stdin: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  for (const { text } of await all()) await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stderr } = await child.output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
});
