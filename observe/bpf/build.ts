/**
 * Builds the kernel programs: `deno task bpf`. With `--check` nothing is written, but compared.
 *
 * ```text
 *   netio.bpf.c + *.h ── clang ──► ELF with types ── strip ──► deflate ── base64 ──► object.ts
 * ```
 *
 * The product is committed, because whoever uses the observer has no compiler. It carries the hash of its sources, so that
 * a test without a compiler tells when somebody changed them and forgot to build. The same compiler gives the same bytes on
 * every machine: no path and no time gets in.
 *
 * Needs clang and llvm-strip (`CLANG` and `LLVM_STRIP` name others) and libbpf's headers: on Debian
 * `apt install clang-19 llvm-19 libbpf-dev`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";

/** What the product is made of, in the order in which it is hashed. */
const SOURCES = [
  ...["netio.bpf.c", "kern.h", "event.h", "syscalls.h", "figures.h", "whose.h"],
  ...["conn.h", "life.h"],
  ...["flights.h", "describe.h", "arrivals.h", "waiting.h", "disk.h"],
] as const;
/** Per architecture of `Deno.build`: how clang and the headers call it. The way to `aarch64` is one more line. */
const TARGETS = { x86_64: { define: "x86", headers: "x86_64-linux-gnu" } } as const;

const here = new URL("./", import.meta.url);
const product = new URL("object.ts", here);

/** The hash of all sources, in hexadecimal. */
export function sourceHash(): string {
  const hash = createHash("sha256");
  for (const name of SOURCES) hash.update(Deno.readFileSync(new URL(name, here)));
  return hash.digest("hex");
}

function run(program: string, args: readonly string[]): void {
  const { code, stderr } = new Deno.Command(program, {
    args: [...args],
    cwd: here,
    stderr: "piped",
  }).outputSync();
  const said = new TextDecoder().decode(stderr).trim();
  if (code !== 0 || said !== "") throw new Error(`${program} failed (${code}):\n${said}`);
}

/** Compiles for one architecture. */
function compile({ define, headers }: (typeof TARGETS)[keyof typeof TARGETS]): Uint8Array {
  const file = Deno.makeTempFileSync({ suffix: ".o" });
  try {
    const flags = ["-O2", "-g", "-target", "bpf", "-mcpu=v3", "-Wall", "-Wextra", "-Werror"];
    const quiet = ["-Wno-unused-parameter", "-Wno-missing-declarations"];
    const where = [`-D__TARGET_ARCH_${define}`, `-I/usr/include/${headers}`];
    const neutral = ["-fdebug-compilation-dir=.", "-ffile-prefix-map=/usr/include=include"];
    const files = ["-c", "netio.bpf.c", "-o", file];
    run(Deno.env.get("CLANG") ?? "clang-19", [...flags, ...quiet, ...where, ...neutral, ...files]);
    // Debugging information goes, the types that the loader needs stay.
    run(Deno.env.get("LLVM_STRIP") ?? "llvm-strip-19", ["-g", file]);
    return Deno.readFileSync(file);
  } finally {
    Deno.removeSync(file);
  }
}

/** The product's text. */
function build(): string {
  const objects = Object.entries(TARGETS).map(([arch, target]) => {
    const packed = new Uint8Array(deflateRawSync(compile(target), { level: 9 })).toBase64();
    const lines = packed.match(/.{1,200}/g) ?? [];
    return `  "${arch}": \`\n${lines.join("\n")}\n\`,\n`;
  });
  return `// deno-fmt-ignore-file
/**
 * The kernel programs, compiled: made by \`deno task bpf\`, not by hand.
 *
 * @module
 */

/** SHA-256 of the sources that this was made of. */
export const SOURCE_HASH: string = "${sourceHash()}";

/** ELF objects by architecture: raw deflate, in base64 with line breaks. */
export const OBJECTS: Readonly<Record<string, string>> = {
${objects.join("")}};
`;
}

if (import.meta.main) {
  const built = build();
  if (!Deno.args.includes("--check")) Deno.writeTextFileSync(product, built);
  else if (built !== Deno.readTextFileSync(product)) {
    throw new Error("observe/bpf/object.ts is not what its sources give: run deno task bpf");
  }
}
