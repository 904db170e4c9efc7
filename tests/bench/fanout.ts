/**
 * How fast does one message reach everybody, who else does it, and is that what was to be reached?
 *
 *   deno task bench fanout    the server beside C, for who has just changed something
 *   deno task bench peers     ours in all ways beside all rivals, in all loads, with the goals: the one table
 *
 * What the figures mean is in workloads.ts (what), servers.ts and rivals.ts (who), c/load.c (how it is counted and proved),
 * schedule.ts (in which order), results.ts (median, ratio) and goals.ts. This file is the shell: files, order, end. Nothing it
 * starts outlives it: every process is held with `await using`.
 *
 * @module
 */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { compilePrograms, type Programs } from "./compile.ts";
import { asMarkdown, asText, intoPlace } from "./layout.ts";
import { lineOf, type Machine, thisMachine } from "./machine.ts";
import { measureAll } from "./measure_all.ts";
import { type Bench, help, parse, type Plan } from "./options.ts";
import { note, print } from "./output.ts";
import { plot } from "./plot.ts";
import { report, type Row, type Subject } from "./report.ts";
import type { Results } from "./results.ts";
import { buildBlueprint } from "./rust.ts";
import { oldServer, type ServerSpec } from "./servers.ts";
import { allWorkloads } from "./workloads.ts";

/** What a reader may look for in the whole table, and does not find. */
const elsewhere: readonly string[] = [
  "Over TLS nothing is measured here; what it costs beside the same without it is in [encryption.md](encryption.md), and measured by `deno task bench tls`.",
  "Chat during a file at full speed is measured by `deno task bench files`, a full store by `deno task bench durable` and " +
  "`deno task bench store`.",
  "Ten minutes' soak with reconnects is `deno task bench soak`.",
];

/** What a run leaves, so that it can be shown again. */
interface Saved extends Results {
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly columns: readonly string[];
  readonly isWhole: boolean;
  readonly missing: readonly string[];
}

/** Measures; the exit code is 0, 1 something failed, 2 wrong usage, 77 no compiler. */
export async function run(bench: Bench, args: string[], signal: AbortSignal): Promise<number> {
  const plan = parse(bench, args);
  if (typeof plan === "string") {
    note(plan);
    return plan === help ? 0 : 2;
  }
  const saved = plan.from === undefined
    ? await measured(plan, signal)
    : JSON.parse(await Deno.readTextFile(plan.from)) as Saved;
  if (saved === undefined) {
    note("The benchmark needs a C compiler (cc or gcc) for its load generator.");
    return 77;
  }
  const subject: Subject = {
    ...saved,
    columns: allWorkloads.filter(({ name }) => saved.columns.includes(name)),
  };
  const sections = report(saved, subject);
  if (plan.markdown !== undefined) await writeMarkdown(plan.markdown, saved, subject);
  print(plan.json ? JSON.stringify(saved) : `${lineOf(saved.machine)}\n\n${asText(sections)}`);
  const failed = saved.measurements.some(({ outcome }) => outcome.kind === "failed") ||
    saved.readings.some(({ reason }) => reason !== undefined);
  return failed ? 1 : 0;
}

async function measured(plan: Plan, signal: AbortSignal): Promise<Saved | undefined> {
  await using compiled = await compilePrograms(signal);
  if (compiled === undefined) return undefined;
  const missing: string[] = [];
  const wanted = [...plan.rows];
  if (plan.old !== undefined) wanted.push(await oldServer(pathToFileURL(`${resolve(plan.old)}/`)));
  let programs: Programs = compiled;
  if (wanted.some(({ name }) => name === "tokio")) {
    const blueprint = await buildBlueprint(signal);
    if (blueprint.kind === "built") programs = { ...compiled, tokio: blueprint.program };
    else {missing.push(
        `Rust, tokio is left out: ${blueprint.reason}. See tests/bench/rust/README.md.`,
      );}
  }
  const rows: ServerSpec[] = [];
  for (const spec of wanted) {
    const reason = spec.name === "tokio" && programs.tokio === undefined
      ? ""
      : await whyAbsent(spec, programs);
    if (reason === undefined) rows.push(spec);
    else if (reason !== "") missing.push(`${spec.title} is left out: ${reason}.`);
  }
  if (plan.isWhole) missing.push(...elsewhere);
  missing.forEach(note);
  const about = {
    machine: await thisMachine(),
    rows: rows.map(({ name, title, differs, isAside }) => ({
      name,
      title,
      ...(differs === undefined ? {} : { differs }),
      ...(isAside === undefined ? {} : { isAside }),
    })),
    columns: plan.columns.map(({ name }) => name),
    isWhole: plan.isWhole,
    missing,
  };
  const { save } = plan;
  const onRound = (results: Results) => write(save, { ...about, ...results });
  const results = await measureAll({ ...plan, rows }, plan, { programs, signal, onRound });
  return { ...about, ...results };
}

/** Writes the raw measurements: after each round, so that one that is stopped leaves those before. */
async function write(file: string | undefined, saved: Saved): Promise<void> {
  if (file !== undefined) await Deno.writeTextFile(file, JSON.stringify(saved) + "\n");
}

/** Why a server is not on this machine; undefined when it is. */
async function whyAbsent(spec: ServerSpec, programs: Programs): Promise<string | undefined> {
  try {
    if (spec.needs) await Deno.stat(spec.needs);
    const { command } = await spec.command(programs, 1);
    const { success } = await new Deno.Command("sh", {
      args: ["-c", 'command -v "$0"', command],
      stdout: "null",
    }).output();
    return success ? undefined : "it is not installed";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return error.message;
    throw error;
  }
}

/** Writes it as a document; into one that has a place for it, only there. */
async function writeMarkdown(file: string, saved: Saved, subject: Subject): Promise<void> {
  const picture = file.replace(/(\.md)?$/, ".svg");
  const columns = subject.columns.filter(({ senders }) => senders > 0);
  await Deno.writeTextFile(picture, plot(saved, subject.rows, columns));
  const old = await Deno.readTextFile(file).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const name = picture.slice(picture.lastIndexOf("/") + 1);
  const parts = [
    `Measured with \`deno task bench peers\`: ${
      lineOf(saved.machine)
    }. A message is in flight until every member has it.`,
    `![Deliveries a second of each server in each workload](${name})`,
  ];
  const sections = report(saved, subject);
  await Deno.writeTextFile(
    file,
    intoPlace(old, [...parts, asMarkdown(sections, 3)].join("\n\n")) ??
      ["# How fast it is", ...parts, asMarkdown(sections, 2)].join("\n\n") + "\n",
  );
  // As all documents of this project are.
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", file, picture] }).output();
}
