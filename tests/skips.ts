/**
 * Tests that need something which a machine may lack say so and are skipped; where nothing may be skipped
 * (`CHAT_NO_SKIPS=1`), a missing thing is a failure.
 *
 * @module
 */

/** Whether a program is on the PATH, or a file at an absolute path. */
export function hasProgram(name: string): boolean {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const paths = name.startsWith("/") ? [name] : folders.map((folder) => `${folder}/${name}`);
  return paths.some((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** Where a kernel describes its types, without which nothing can be attached to it. */
const BTF = "/sys/kernel/btf/vmlinux";
/** Where Debian puts libbpf. */
const LIBBPF: string = `/usr/lib/${Deno.build.arch}-linux-gnu/libbpf.so.1`;

/** A test that needs programs or files; its name tells which are missing when it is skipped. */
export function testWith(
  programs: readonly string[],
  name: string,
  run: (t: Deno.TestContext) => Promise<void> | void,
): void {
  testUnlessMissing(programs.filter((program) => !hasProgram(program)), name, run);
}

/** A test that puts programs into this machine's kernel, and needs the programs or files named besides. */
export function testAsRoot(
  programs: readonly string[],
  name: string,
  run: (t: Deno.TestContext) => Promise<void> | void,
): void {
  const missing = [BTF, LIBBPF, ...programs].filter((program) => !hasProgram(program));
  testUnlessMissing(Deno.uid() === 0 ? missing : ["root", ...missing], name, run);
}

/** A test that makes files of others. */
export function testByRoot(name: string, run: () => Promise<void>): void {
  testUnlessMissing(Deno.uid() === 0 ? [] : ["root"], name, run);
}

/** The same, with programs or files that are needed besides. */
export function testByRootWith(
  programs: readonly string[],
  name: string,
  run: () => Promise<void>,
): void {
  const missing = programs.filter((program) => !hasProgram(program));
  testUnlessMissing(Deno.uid() === 0 ? missing : ["root", ...missing], name, run);
}

function testUnlessMissing(
  missing: readonly string[],
  name: string,
  run: (t: Deno.TestContext) => Promise<void> | void,
): void {
  const strict = Deno.env.get("CHAT_NO_SKIPS") === "1";
  if (missing.length === 0) Deno.test(name, run);
  else if (strict) {
    Deno.test(name, () => {
      throw new Error(`Needs ${missing.join(", ")}, and nothing may be skipped here`);
    });
  } else Deno.test.ignore(`${name} (skipped: needs ${missing.join(", ")})`, run);
}
