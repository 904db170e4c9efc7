/**
 * Does the steps of installing and removing, and asks systemd how the service stands.
 *
 * @module
 */

import { cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };
import { EXIT, Failure } from "../failure.ts";
import { codeOf } from "../files/disk.ts";
import { runFlags } from "../pack/run_flags.ts";
import type { Installed, Step } from "./plan.ts";
import { PLACES } from "./units.ts";

/** What a program runs of; everything else of a checkout is for those who work in it. */
const PARTS = [
  ...["cli", "db", "ground", "load", "observe", "server", "talk", "verdict"],
  ...["mod.ts", "deno.json", "deno.lock", "LICENSE"],
];

/** Where systemd says that it runs the machine. */
const BOOTED = "/run/systemd/system";

/** The entry of a checkout. */
const ENTRY = "cli/main.ts";

/** The name under which the packed program is installed. */
const PACKED = "chat.js";

/**
 * What is installed when this program installs itself: a checkout, or the one file that it was packed into.
 *
 * @param main What was started.
 * @throws {Failure} When it does not know how it was started.
 */
export function ownProgram(user: string, root: string, main: string = Deno.mainModule): Installed {
  const url = URL.parse(main);
  if (url?.protocol !== "file:") {
    throw new Failure(`A service is installed from a file, and this program came from ${main}.`);
  }
  const path = fileURLToPath(url);
  const how = { deno: Deno.execPath(), user, root };
  if (!path.endsWith(`/${ENTRY}`)) {
    const files = [{ from: path, to: PACKED }];
    return { ...how, files, flags: runFlags(), entry: PACKED };
  }
  const source = path.slice(0, -ENTRY.length);
  const task = /^deno run (?<flags>.*) (?<entry>\S+)$/.exec(manifest.tasks.chat)?.groups;
  if (task?.["entry"] !== ENTRY) {
    throw new Failure("deno.json has no task 'chat' that can be installed.");
  }
  return {
    ...how,
    files: PARTS.map((part) => ({ from: source + part, to: part })),
    flags: [
      "--quiet",
      "--config",
      `${PLACES.program}/deno.json`,
      ...task["flags"]?.split(" ") ?? [],
    ],
    entry: ENTRY,
  };
}

/** @throws {Failure} Where there is no systemd, or one may not tell it anything. */
export function demandSystemd(): void {
  if (!isThere(BOOTED)) {
    throw new Failure(
      "systemd does not run this machine, so there is nothing to install the service into. " +
        "chat serve runs under any other supervisor: it ends at SIGTERM, and reads its files again at SIGHUP.",
      EXIT.impossible,
    );
  }
}

/** @throws {Failure} When one is not root. */
export function demandRoot(command: string): void {
  if (Deno.uid() === 0) return;
  throw new Failure(
    `A service is installed by root: sudo chat service ${command}. With --dry-run it is only shown what that does.`,
    EXIT.impossible,
  );
}

/**
 * @throws {Failure} When something else is where the program's copy goes: a checkout perhaps, which nobody wants to lose.
 */
export function refuseForeign(place: string): void {
  if (!isThere(place) || isThere(`${place}/deno`)) return;
  throw new Failure(
    `${place} is no copy that 'chat service install' has made: nothing was done. ` +
      "Move it elsewhere, such as to /opt, and say that again there.",
  );
}

/** Lets others read what is made from now on, whatever root keeps to itself: the service is not root. */
export function readableByAll(): void {
  Deno.umask(0o022);
}

/** Does one. @throws {Failure} In a sentence that says which it was. */
export async function perform(step: Step): Promise<void> {
  try {
    switch (step.kind) {
      case "copy":
        await mkdir(dirname(step.to), { recursive: true });
        return await cp(step.from, step.to, { recursive: true });
      case "write":
        await mkdir(dirname(step.path), { recursive: true });
        return await writeFile(step.path, step.text, { flag: step.anew ? "w" : "wx" });
      case "make":
        await mkdir(step.path, { recursive: true, mode: 0o700 });
        return await run(["chown", `${step.owner}:${step.owner}`, step.path]);
      case "remove":
        return await rm(step.path, { recursive: true, force: true });
      case "move":
        await rm(step.to, { recursive: true, force: true });
        return await rename(step.from, step.to);
      case "run":
        if (step.unless !== undefined && (await ask(step.unless)).success) return;
        return await run(step.words);
      default:
        return step satisfies never;
    }
  } catch (error) {
    if (step.kind === "write" && !step.anew && codeOf(error) === "EEXIST") return;
    if (error instanceof Failure) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`Could not ${step.kind} as it was to be: ${why}.`);
  }
}

/** What a command says on its standard output. */
export async function ask(
  [command = "", ...args]: readonly string[],
): Promise<{ readonly success: boolean; readonly text: string; readonly error: string }> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" })
      .output();
    const [text, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
    return { success, text: text ?? "", error: error ?? "" };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { success: false, text: "", error: `there is no ${command} here` };
  }
}

async function run(words: readonly string[]): Promise<void> {
  const { success, error } = await ask(words);
  if (!success) throw new Failure(`'${words.join(" ")}' failed: ${error}.`.replace("..", "."));
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
