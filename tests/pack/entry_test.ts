/**
 * How sources become one file: its entry, and where its threads are started from.
 *
 * @module
 */

import { distOf } from "../../cli/pack/build.ts";
import { entrySource, oneFile } from "../../cli/pack/entry.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";

const THREADS = ["load/crew_thread.ts"];
const FILES = new Map([
  ["page/a.html", new TextEncoder().encode("<p>é</p>")],
  ["b.png", new Uint8Array([0x89, 0x50, 0xff])],
]);

Deno.test("entrySource() has each command and thread behind a function of its name", () => {
  const source = entrySource(
    { commands: ["cli/commands/serve.ts"], threads: THREADS },
    "file:///x/",
  );
  assert(source.includes(`"serve": () => import("file:///x/cli/commands/serve.ts")`), source);
  assert(source.includes(`"crew_thread": () => import("file:///x/load/crew_thread.ts")`), source);
});

Deno.test("oneFile() starts threads from the file itself", () => {
  for (const path of ["crew_thread.ts", "./crew_thread.ts", "../load/crew_thread.ts"]) {
    assertEquals(
      oneFile(`new Worker(new URL("${path}",import.meta.url))`, THREADS, FILES),
      `new Worker(new URL("#crew_thread", import.meta.url))`,
    );
  }
});

Deno.test("oneFile() leaves the program where it may ask for its address", () => {
  const rest = `createRequire(import.meta.url);new URL(import.meta.url).hash.slice(1);`;
  const start = `new URL("#crew_thread", import.meta.url)`;
  assertEquals(
    oneFile(`${rest}new URL("crew_thread.ts",import.meta.url)`, THREADS, FILES),
    rest + start,
  );
});

/** The sentence with which it refuses. */
function refusal(bundle: string): string {
  return assertThrows(() => oneFile(bundle, THREADS, FILES), Error).message;
}

Deno.test("oneFile() carries files that a module reads beside itself, byte for byte", async () => {
  const packed = oneFile(
    `new URL("crew_thread.ts",import.meta.url);async (p)=>await Deno.readFile(new URL(p,import.meta.url))`,
    THREADS,
    FILES,
  );
  const read: (path: string) => Promise<Uint8Array> = (0, eval)(
    packed.split(";").slice(1).join(";"),
  );
  for (const [path, bytes] of FILES) assertEquals(await read(path), bytes);
  await assertRejects(read("c.png"), Error);
});

Deno.test("oneFile() refuses what would not be there", () => {
  const start = `new URL("crew_thread.ts",import.meta.url);`;
  assert(refusal(`${start}new URL("a_thread.ts",import.meta.url)`).includes("a_thread"));
  assert(refusal("").includes("crew_thread"));
  for (
    const look of [
      `Deno.readFile(new URL("page.html",import.meta.url))`,
      `import(import.meta.resolve(name))`,
      `import.meta.dirname`,
    ]
  ) assert(refusal(start + look).includes(look.slice(0, 12)));
});

Deno.test("oneFile() is plain ASCII, and says the same", () => {
  const code = 'const all = ["é—😀", `ü`, /[Ā-ž]😀/u.test("ő😀")]; all';
  const packed = oneFile(`new URL("crew_thread.ts",import.meta.url);${code}`, THREADS, FILES);
  assert(/^[\0-\x7f]*$/.test(packed));
  const [, words = ""] = packed.split(";const");
  assertEquals((0, eval)(`const${words}`), ["é—😀", "ü", true]);
});

Deno.test("it is packed into the checkout, also where that has a space or an umlaut in its path", () => {
  assertEquals(
    distOf(new URL("file:///home/ann/my%20fr%C3%BChling/")),
    "/home/ann/my frühling/dist",
  );
});
