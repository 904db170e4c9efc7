/**
 * The mirrors of `bpf/event.h` and `bpf/conn.h` are compared with what a C compiler makes of it: each offset, each
 * size, each number.
 *
 * @module
 */

import { FUNCTIONS, HAS, IO_EVENT, IO_EVENT_BYTES, OPERATIONS } from "../../observe/event.ts";
import {
  FLOW,
  FLOW_BYTES,
  SOCKET_FIGURES,
  SOCKET_FIGURES_BYTES,
  TOTAL_FLOW_BYTES,
  TOTALS,
  TOTALS_BYTES,
} from "../../observe/figures.ts";
import {
  CONN_EVENT,
  CONN_EVENT_BYTES,
  CONN_KINDS,
  CONN_TOTALS,
  CONN_TOTALS_BYTES,
} from "../../observe/conn.ts";
import { SLOT_SHIFT, SLOTS } from "../../observe/histogram.ts";
import { CGROUPS_MAX, COMM_BYTES_MAX } from "../../observe/limits.ts";
import { SETTINGS, SETTINGS_BYTES } from "../../observe/settings.ts";
import { SYNC_EVENT, SYNC_EVENT_BYTES } from "../../observe/sync_event.ts";
import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";

type Offsets = Readonly<Record<string, number>>;

const STRUCTS: Readonly<Record<string, { readonly bytes: number; readonly offsets: Offsets }>> = {
  ioEvent: { bytes: IO_EVENT_BYTES, offsets: IO_EVENT },
  syncEvent: { bytes: SYNC_EVENT_BYTES, offsets: SYNC_EVENT },
  flow: { bytes: FLOW_BYTES, offsets: FLOW },
  totalFlow: { bytes: TOTAL_FLOW_BYTES, offsets: FLOW },
  socketFigures: { bytes: SOCKET_FIGURES_BYTES, offsets: SOCKET_FIGURES },
  totals: { bytes: TOTALS_BYTES, offsets: TOTALS },
  connEvent: { bytes: CONN_EVENT_BYTES, offsets: CONN_EVENT },
  connTotals: { bytes: CONN_TOTALS_BYTES, offsets: CONN_TOTALS },
  settings: { bytes: SETTINGS_BYTES, offsets: SETTINGS },
};

/** Numbers of the header, by their names in C. */
const NUMBERS: Offsets = {
  ...Object.fromEntries(OPERATIONS.map((name, number) => [`OP_${name.toUpperCase()}`, number])),
  ...Object.fromEntries(FUNCTIONS.map((name, number) => [`F_${name.toUpperCase()}`, number])),
  ...Object.fromEntries(
    Object.entries(HAS).map(([name, bit]) => [`HAS_${name.toUpperCase()}`, bit]),
  ),
  OPS: OPERATIONS.length,
  FUNCTIONS: FUNCTIONS.length,
  SLOTS,
  SLOT_SHIFT,
  ...Object.fromEntries(
    CONN_KINDS.map((name, number) => [`CONN_${name.toUpperCase()}`, number]),
  ),
  CGROUPS_MAX,
  COMM_BYTES: COMM_BYTES_MAX + 1,
  SCOPE_PROCESSES: 0,
  SCOPE_COMM: 1,
  SCOPE_CGROUP: 2,
  SCOPE_ALL: 3,
};

function inC(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function fixture(): string {
  const header = (name: string) => new URL(`../../observe/bpf/${name}`, import.meta.url).pathname;
  const lines = [
    "#include <stddef.h>",
    "#include <stdio.h>",
    "#include <stdint.h>",
    "typedef uint64_t u64; typedef uint32_t u32; typedef uint16_t u16; typedef uint8_t u8;",
    "typedef int32_t s32;",
    `#include "${header("event.h")}"`,
    `#include "${header("conn.h")}"`,
    'static void tell(const char *name, size_t value) { printf("%s %zu\\n", name, value); }',
    "int main(void) {",
  ];
  for (const [name, { offsets }] of Object.entries(STRUCTS)) {
    const struct = inC(name);
    lines.push(`tell("${struct}", sizeof(struct ${struct}));`);
    for (const field of Object.keys(offsets).map(inC)) {
      lines.push(
        `tell("${struct}.${field}", offsetof(struct ${struct}, ${field}));`,
        `tell("${struct}.${field} bytes", sizeof(((struct ${struct} *)0)->${field}));`,
      );
    }
  }
  for (const name of Object.keys(NUMBERS)) lines.push(`tell("${name}", ${name});`);
  return [...lines, "return 0; }", ""].join("\n");
}

async function output(program: string, ...args: readonly string[]): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], stdout: "piped", stderr: "piped" });
  const { success, stdout, stderr } = await command.output();
  assert(success, `${program}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** What the compiler makes of the header: values by name. */
async function compiled(): Promise<ReadonlyMap<string, number>> {
  const folder = await Deno.makeTempDir({ prefix: "chat-layout-" });
  try {
    await Deno.writeTextFile(`${folder}/layout.c`, fixture());
    await output("gcc", "-std=c11", "-Wall", "-o", `${folder}/layout`, `${folder}/layout.c`);
    const told = (await output(`${folder}/layout`)).trimEnd().split("\n");
    return new Map(told.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), Number(line.slice(end))];
    }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

testWith(
  ["gcc"],
  "the mirrors have the offsets, sizes and numbers of event.h and conn.h",
  async (t) => {
    const header = await compiled();

    for (const [name, { bytes, offsets }] of Object.entries(STRUCTS)) {
      const struct = inC(name);
      await t.step(`struct ${struct}`, () => {
        const there = Object.keys(offsets).map((
          name,
        ) => [name, header.get(`${struct}.${inC(name)}`)]);
        assertEquals(offsets, Object.fromEntries(there));
        assertEquals(bytes, header.get(struct));
      });

      await t.step(`struct ${struct} has no field that its mirror lacks`, () => {
        let end = 0;
        for (const [name, offset] of Object.entries(offsets)) {
          assertEquals(offset, end, `Before '${name}' there is nothing else`);
          end += header.get(`${struct}.${inC(name)} bytes`) ?? 0;
        }
        assertEquals(end, bytes);
      });
    }

    await t.step("numbers", () => {
      const there = Object.keys(NUMBERS).map((name) => [name, header.get(name)]);
      assertEquals(NUMBERS, Object.fromEntries(there));
    });
  },
);
