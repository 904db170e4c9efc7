/**
 * Whose work is packed with ours: the notices that licences want to go along. Pure.
 *
 * Which packages they are, the runtime's list of modules says (`deno info --json`): those that the program and its pages import, and
 * what these depend on.
 *
 * @module
 */

/** What `deno info --json` tells, as far as it is needed. */
export interface Info {
  readonly modules: readonly { readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<Record<string, InfoPackage>>;
}

/** A package, and where it lies. */
export interface InfoPackage {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly localPath: string;
}

/** A package and what it says of its licence. */
export interface Notice {
  readonly name: string;
  readonly version: string;
  readonly text: string;
}

/** The packages that are in use, each once, by name. */
export function packagesOf(infos: readonly Info[]): InfoPackage[] {
  const found = new Map<string, InfoPackage>();
  for (const { modules, npmPackages } of infos) {
    const add = (id: string): void => {
      const known = npmPackages[id];
      if (known === undefined) throw new Error(`Nothing is known of the package ${id}.`);
      const key = `${known.name}@${known.version}`;
      if (found.has(key)) return;
      found.set(key, known);
      known.dependencies.forEach(add);
    };
    for (const { npmPackage } of modules) if (npmPackage !== undefined) add(npmPackage);
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}

/** All of them as one text; packages of one text stand together. */
export function noticesText(notices: readonly Notice[]): string {
  const byText = Map.groupBy(notices, ({ text }) => text.trim());
  const parts = [...byText].map(([text, of]) =>
    `${of.map(({ name, version }) => `${name} ${version}`).join(", ")}\n\n${text}\n`
  );
  const line = `\n${"-".repeat(72)}\n\n`;
  return `This program contains work of others:\n${line}${parts.join(line)}`;
}

/** The text as a comment of JavaScript. */
export function asComment(text: string): string {
  return `/*\n${text.replaceAll("*/", "* /")}*/\n`;
}
