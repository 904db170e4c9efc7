/**
 * What the documents point to is there, and their pictures are small.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";

const root = new URL("../..", import.meta.url);
const BYTES_MAX = 300_000;

/** All documents, by their paths from the root. */
function documents(): string[] {
  return ["", "docs/", "docs/performance/"].flatMap((folder) =>
    [...Deno.readDirSync(new URL(folder || ".", root))]
      .filter(({ isFile, name }) => isFile && name.endsWith(".md"))
      .map(({ name }) => folder + name)
  );
}

/** Where a document points to in this project: each path, and the heading in it. */
function linksOf(text: string): string[] {
  // What stands between backticks is an example.
  const prose = text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
  const markdown = [...prose.matchAll(/\]\(([^()\s]+)\)/g)];
  const html = [...prose.matchAll(/\b(?:src|href|srcset)="([^"]+)"/g)];
  return [...markdown, ...html].map(([, to = ""]) => to).filter((to) => !/^[a-z]+:/.test(to));
}

/** The names under which headings are found. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N}\- _]/gu, "").replaceAll(" ", "-")
  );
}

Deno.test("every link in a document leads to a file that is there, and to a heading in it", () => {
  const broken: string[] = [];
  for (const path of documents()) {
    const text = Deno.readTextFileSync(new URL(path, root));
    for (const link of linksOf(text)) {
      const [to = "", anchor] = link.split("#");
      const from = new URL(path, root);
      const target = to === "" ? from : new URL(to, from);
      try {
        const isFile = Deno.statSync(target).isFile;
        if (anchor === undefined || !isFile) continue;
        if (!anchorsOf(Deno.readTextFileSync(target)).includes(anchor)) {
          broken.push(`${path}: no heading #${anchor} in ${to || path}`);
        }
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
        broken.push(`${path}: ${link}`);
      }
    }
  }
  assertEquals(broken, []);
});

Deno.test("links are found in text and in HTML, and not in examples", () => {
  const text =
    'See [a](docs/a.md#b), `[x](y)`, [w](https://w.example)\n<img src="c.svg">\n```\n[d](e)\n```';
  assertEquals(linksOf(text), ["docs/a.md#b", "c.svg"]);
  assertEquals(anchorsOf("# One, two\n## Why `x`?\n"), ["one-two", "why-x"]);
});

Deno.test("every picture of docs/performance/ is shown, and below 300 KB", () => {
  const folder = new URL("docs/performance/", root);
  const pages = documents().filter((path) => path.startsWith("docs/performance"));
  const shown = pages.flatMap((page) =>
    linksOf(Deno.readTextFileSync(new URL(page, root))).map((link) =>
      new URL(link, new URL(page, root)).href
    )
  );
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".svg")) continue;
    assert(Deno.statSync(new URL(name, folder)).size < BYTES_MAX, name);
    assert(shown.includes(new URL(name, folder).href), `${name} is shown nowhere`);
  }
});
