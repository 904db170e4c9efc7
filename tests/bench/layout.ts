/**
 * Sections of a report as text for a terminal, or as Markdown. Pure.
 *
 * @module
 */

/** A table with what stands before and behind it. */
export interface Section {
  readonly title: string;
  readonly before?: readonly string[];
  /** Headings; the first column is to the left, the others to the right unless `isProse`. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly isProse?: boolean;
  readonly behind?: readonly string[];
}

const gap = "  ";

/** For a terminal. */
export function asText(sections: readonly Section[]): string {
  return sections.map((section) => {
    const { title, before = [], behind = [] } = section;
    const parts = [[title, ...before], textTable(section), behind];
    return parts.filter((part) => part.length > 0).map((part) => part.join("\n")).join("\n\n");
  }).join("\n\n");
}

function textTable({ head, rows, isProse = false }: Section): string[] {
  if (rows.length === 0) return [];
  const all = [head, ...rows];
  const widths = head.map((_, n) => Math.max(...all.map((cells) => cells[n]?.length ?? 0)));
  return all.map((cells) =>
    cells.map((text, n) => {
      const width = widths[n] ?? 0;
      return n === 0 || isProse ? text.padEnd(width) : text.padStart(width);
    }).join(gap).trimEnd()
  );
}

/** As Markdown, below a heading of the level. */
export function asMarkdown(sections: readonly Section[], level: number): string {
  return sections.map((section) => {
    const { title, before = [], behind = [] } = section;
    const lists = (lines: readonly string[]) => lines.map((line) => `- ${escaped(line)}`);
    const parts = [
      [`${"#".repeat(level)} ${title}`],
      before.map(escaped),
      markdownTable(section),
      lists(behind),
    ];
    return parts.filter((part) => part.length > 0).map((part) => part.join("\n")).join("\n\n");
  }).join("\n\n");
}

function markdownTable({ head, rows, isProse = false }: Section): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  const rule = head.map((_, n) => n === 0 || isProse ? "---" : "---:");
  return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)];
}

/** What Markdown would take for its own; line breaks end a cell. */
function escaped(text: string): string {
  return text.replace(/[|*_<]/g, "\\$&").replaceAll("\n", " ");
}

const place = { start: "<!-- table -->", end: "<!-- /table -->" } as const;

/** A document with something else in the place that it has for a table; undefined when it has none. */
export function intoPlace(document: string, text: string): string | undefined {
  const start = document.indexOf(place.start);
  const end = document.indexOf(place.end);
  if (start < 0 || end < start) return undefined;
  return `${document.slice(0, start + place.start.length)}\n\n${text}\n\n${document.slice(end)}`;
}
