/**
 * The sender's file: what was offered is sent, or nothing.
 *
 * @module
 */

import { CHECK_BYTES } from "../../../cli/files/limits.ts";
import { openSource, readSource, SourceChanged } from "../../../cli/files/source.ts";
import { Failure } from "../../../cli/failure.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { joined, within } from "../../harness.ts";
import { testWith } from "../../skips.ts";
import { place, sha256, someBytes } from "./place.ts";

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return joined(...await Array.fromAsync(pieces, (piece) => piece.slice()));
}

Deno.test("a source has name, size and hash, and gives its bytes from any offset", async () => {
  using at = place();
  for (const size of [0, 1, 300_000]) {
    const bytes = someBytes(size);
    const path = `${at.path}/s ${size}.bin`;
    await Deno.writeFile(path, bytes);
    let read = 0;
    const source = await openSource(path, { onBytes: (done) => read = done });
    assertEquals([source.name, source.size, read], [`s ${size}.bin`, size, size]);
    assertEquals(source.sha256, sha256(bytes));
    for (const offset of [0, 1, 262_144, 299_999, size].filter((offset) => offset <= size)) {
      assertEquals(await all(readSource(source, offset)), bytes.slice(offset));
    }
  }
});

Deno.test("several readers at once read the same source", async () => {
  using at = place();
  const bytes = someBytes(600_000);
  await Deno.writeFile(`${at.path}/s`, bytes);
  const source = await openSource(`${at.path}/s`);
  const read = await Promise.all([0, 5, 300_000].map((offset) => all(readSource(source, offset))));
  assertEquals(read.map((one) => one.length), [600_000, 599_995, 300_000]);
  assertEquals(sha256(read[0] ?? new Uint8Array()), source.sha256);
});

/** What can happen to a file after it was offered. */
const CHANGES: Readonly<Record<string, (path: string) => void>> = {
  "grown": (path) => Deno.writeTextFileSync(path, "x", { append: true }),
  "cut": (path) => Deno.truncateSync(path, 1_000),
  "rewritten with the same size": (path) => {
    const file = Deno.readFileSync(path);
    Deno.writeFileSync(path, file);
    Deno.utimeSync(path, new Date(), new Date(Date.now() + 5));
  },
  "replaced by a copy": (path) => {
    const { mtime } = Deno.statSync(path);
    Deno.copyFileSync(path, `${path}.copy`);
    Deno.utimeSync(`${path}.copy`, new Date(), mtime ?? new Date());
    Deno.renameSync(`${path}.copy`, path);
  },
  "removed": (path) => Deno.removeSync(path),
};

for (const [name, change] of Object.entries(CHANGES)) {
  Deno.test(`a source that was ${name} is noticed, before and on the way`, async () => {
    using at = place();
    const path = `${at.path}/s`;
    const bytes = someBytes(600_000);
    await Deno.writeFile(path, bytes);
    const source = await openSource(path);
    let got = 0;
    const error = await assertRejects(
      (async () => {
        for await (const piece of readSource(source)) {
          if (got === 0) change(path);
          got += piece.length;
        }
      })(),
      SourceChanged,
    );
    assert(error.message.startsWith(path) && /changed/.test(error.message), error.message);
    assert(got < bytes.length, "The receiver cannot take it for whole");
    await assertRejects(all(readSource(source)), SourceChanged);
  });
}

Deno.test("a change in the middle of a large source is noticed before its end", async () => {
  using at = place();
  const path = `${at.path}/s`;
  await Deno.writeFile(path, new Uint8Array());
  await Deno.truncate(path, 4 * CHECK_BYTES);
  const source = await openSource(path);
  let got = 0;
  await assertRejects(
    (async () => {
      for await (const piece of readSource(source)) {
        got += piece.length;
        if (got === piece.length) await Deno.utime(path, new Date(), new Date(0));
      }
    })(),
    SourceChanged,
  );
  assert(got <= CHECK_BYTES, `${got}`);
});

Deno.test("a file that changes while its hash is taken is refused", async () => {
  using at = place();
  const path = `${at.path}/s`;
  await Deno.writeFile(path, someBytes(3 << 20));
  const taking = openSource(path, {
    onBytes: () => Deno.writeTextFileSync(path, "x", { append: true }),
  });
  await assertRejects(taking, SourceChanged);
});

Deno.test("taking the hash can be cancelled", async () => {
  using at = place();
  await Deno.writeFile(`${at.path}/s`, someBytes(3 << 20));
  const end = new AbortController();
  const taking = openSource(`${at.path}/s`, {
    signal: end.signal,
    onBytes: () => end.abort(new Failure("Enough.")),
  });
  assertEquals((await assertRejects(taking, Failure)).message, "Enough.");
});

testWith(["mkfifo"], "what is no regular file is refused at once, in a sentence", async () => {
  using at = place();
  await new Deno.Command("mkfifo", { args: [`${at.path}/pipe`] }).output();
  for (const path of [at.path, `${at.path}/pipe`, `${at.path}/none`, "/dev/zero"]) {
    const error = await assertRejects(within(openSource(path), path), Failure);
    assert(error.message.includes(path), error.message);
  }
});
