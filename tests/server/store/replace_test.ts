/**
 * Replacing bodies, in memory and on a disk: both read what plain arrays would.
 *
 * @module
 */

import fc from "fast-check";
import { memoryStorage } from "../../../db/memory.ts";
import { durableStore, memoryStore, type MessageStore } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const steps = fc.array(
  fc.oneof(
    fc.record({ append: fc.constantFrom("a", "b"), body: fc.string() }),
    fc.record({
      replace: fc.constantFrom("a", "b"),
      which: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      body: fc.string(),
    }),
  ),
  { maxLength: 40 },
);

function settled(run: (settled: (error?: Error) => void) => void): Promise<Error | undefined> {
  return new Promise((resolve) => run(resolve));
}

async function bodies(store: MessageStore, stream: string): Promise<string[]> {
  const { messages } = await store.read(stream, { after: 0, limit: 500, bytesMax: Infinity });
  return messages.map(({ body }) => decoder.decode(body));
}

for (
  const [kind, open] of [
    ["memory", () => Promise.resolve(memoryStore())],
    ["disk", () => durableStore("x", { durability: "durable", storage: memoryStorage() })],
  ] as const
) {
  Deno.test(`a store in ${kind} replaces bodies as an array does, with what stands beside them`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        await using store = await open();
        const model: Record<string, string[]> = { a: [], b: [], notes: [] };
        for (const step of all) {
          const body = encoder.encode(step.body);
          if ("append" in step) {
            const { append: stream } = step;
            model[stream]?.push(step.body);
            const write = { stream, at: 1, encode: () => body };
            assertEquals(
              await settled((settled) => store.append({ ...write, settled })),
              undefined,
            );
            continue;
          }
          const { replace: stream, which } = step;
          const there = model[stream] ?? [];
          if (there.length === 0) continue;
          const seq = 1 + Math.floor(which * there.length);
          const { messages: [stored] } = await store.read(stream, {
            after: seq - 1,
            limit: 1,
            bytesMax: 1,
          });
          assert(stored?.seq === seq);
          there[seq - 1] = step.body;
          model["notes"]?.push(`${seq} as ${(model["notes"]?.length ?? 0) + 1}`);
          const error = await settled((settled) =>
            store.replace({
              stream,
              stored,
              body,
              at: 2,
              beside: [{
                stream: "notes",
                encode: (seq, own) => encoder.encode(`${seq} as ${own}`),
              }],
              erases: true,
              takesAway: false,
              settled,
            })
          );
          assertEquals(error, undefined);
        }
        for (const [stream, there] of Object.entries(model)) {
          assertEquals(await bodies(store, stream), there, stream);
          assertEquals(store.head(stream), there.length);
        }
      }),
      { numRuns: 40 },
    );
  });

  Deno.test(`a store in ${kind} refuses to replace what is not there, and writes nothing beside it`, async () => {
    await using store = await open();
    const error = await settled((settled) =>
      store.replace({
        stream: "a",
        stored: { seq: 3, body: new Uint8Array(0) },
        body: encoder.encode("x"),
        at: 1,
        beside: [{ stream: "notes", encode: () => encoder.encode("x") }],
        erases: false,
        takesAway: false,
        settled,
      })
    );
    assert(error !== undefined);
    assertEquals(store.head("notes"), 0);
  });
}

Deno.test("in memory who read a body before it was replaced still has it, and what took its place is counted and given back", async () => {
  const store = memoryStore({ messagesMax: 3 });
  const append = (text: string): void =>
    store.append({ stream: "a", at: 1, encode: () => encoder.encode(text), settled: () => {} });
  append("THE-SECRET");
  const before = store.memoryBytes?.() ?? 0;
  const { messages: [stored] } = await store.read("a", { limit: 1, bytesMax: 1 });
  assert(stored !== undefined);
  const body = encoder.encode("x".repeat(5_000));
  const rest = { stream: "a", stored, body, at: 1, beside: [], erases: true, takesAway: false };
  store.replace({ ...rest, settled: () => {} });
  assertEquals(decoder.decode(stored.body), "THE-SECRET");
  assert((store.memoryBytes?.() ?? 0) >= before + 5_000);
  for (let n = 0; n < 3; n++) append("y");
  assertEquals(await bodies(store, "a"), ["y", "y", "y"]);
  assert((store.memoryBytes?.() ?? 0) < before + 1_000);
});
