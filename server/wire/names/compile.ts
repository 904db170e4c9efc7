/**
 * Compiles Unicode's data on look-alikes into `confusables.ts`: `deno task names`. With `--check` it only says whether
 * that file is current.
 *
 * The data is Unicode's `confusables.txt` of Technical Standard 39, as `unhomoglyph` carries it; nobody but this
 * script loads that package. Of its 6,300 entries those are kept whose source can stand in a name at all: letters,
 * digits and marks that the compatibility form leaves as they are. ASCII is left out as a source, because look-alikes
 * within it are left to the eye (see `looks.ts`).
 *
 * @module
 */

import data from "unhomoglyph/data.json" with { type: "json" };

/** Version of Unicode that the package says its data is of. */
const UNICODE = "13.0.0";
/** Longest line of the table, in characters, where one group is not longer already. */
const LINE_CHARS_MAX = 116;
/** What a name may be made of, one character of it. */
const OF_A_NAME = /^[\p{L}\p{Nd}\p{M}]$/u;

const sources = new Map<string, string[]>();
for (const [source, looksLike] of Object.entries<string>(data)) {
  const canMeet = OF_A_NAME.test(source) && source.normalize("NFKD") === source;
  if (!canMeet || source < "\x80" || source === looksLike) continue;
  const target = hex(looksLike);
  sources.set(target, [...sources.get(target) ?? [], hex(source)]);
}
const groups = [...sources].map(([target, from]) => `${target}=${from.sort().join(" ")}`).sort();
const text = `/**
 * Which characters look like which: Unicode ${UNICODE}, Technical Standard 39. Made by \`compile.ts\`; not to be edited.
 *
 * Between two semicolons stands \`what=these look like it\`, in hexadecimal code points.
 *
 * @module
 */

/** The table. */
export const CONFUSABLES = \`
${wrapped(groups)}
\`;
`;

const target = new URL("confusables.ts", import.meta.url);
if (!Deno.args.includes("--check")) await Deno.writeTextFile(target, text);
else if (await Deno.readTextFile(target) !== text) {
  throw new Error("The table of look-alikes is not what its data gives. Run deno task names.");
}

function wrapped(parts: readonly string[]): string {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1)}${part};`;
    if (lines.length > 0 && longer.length <= LINE_CHARS_MAX) lines[lines.length - 1] = longer;
    else lines.push(`${part};`);
  }
  return lines.join("\n");
}

function hex(characters: string): string {
  return [...characters].map((one) => one.codePointAt(0)?.toString(16)).join("+");
}
