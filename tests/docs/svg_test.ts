/**
 * Screens as pictures: what stands where, without the help of spaces, which not all who draw a picture take for the same.
 *
 * @module
 */

import { svg } from "../../docs/svg.ts";
import { assert, assertEquals } from "../assert.ts";

const DOCS = new URL("../../docs/", import.meta.url);
const SCREENS = ["three-clients.svg", "files.svg", "observe.svg", "pictures/host-terminal.svg"];

/** The texts of a picture, and how far from the left each begins, in columns. */
function textsOf(picture: string): { readonly column: number; readonly text: string }[] {
  return [...picture.matchAll(/<text\s+x="([\d.]+)"[^>]*>([^<]*)<\/text>/g)]
    .map(([, x, text = ""]) => ({ column: Math.round((Number(x) - 10) / 8.4), text }));
}

Deno.test("svg() puts each text into its column, whatever a space is worth", () => {
  const picture = svg("  one two   three\x1b[7m inverse \x1b[m李雷  x\n", { columns: 40, rows: 1 });
  assertEquals(textsOf(picture), [
    { column: 2, text: "one two" },
    { column: 12, text: "three" },
    { column: 18, text: "inverse" },
    { column: 26, text: "李雷" },
    { column: 32, text: "x" },
  ]);
});

Deno.test("the pictures of terminals in docs/ stand on no spaces either", async () => {
  for (const name of SCREENS) {
    const texts = textsOf(await Deno.readTextFile(new URL(name, DOCS)));
    assert(texts.length > 5, name);
    assertEquals(texts.filter(({ text }) => /^\s|\s$|\s\s/.test(text)), [], name);
  }
});
