/**
 * What installing and removing a service takes, step by step, as it is shown before it is done. Pure.
 *
 * The service has a copy of the program and of Deno of its own: whoever works in the checkout, or has it where nobody else can read, changes
 * nothing of what runs. The program is a checkout, or the one file that it was packed into. Installing again brings it up to date: the
 * new copy is whole before it takes the old one's place. Removing leaves what people said, and who may read it.
 *
 * @module
 */

import { PLACES, UNITS, unitTexts } from "./units.ts";

/** One thing that is done. */
export type Step =
  | { readonly kind: "copy"; readonly from: string; readonly to: string }
  | { readonly kind: "write"; readonly path: string; readonly text: string; readonly anew: boolean }
  | { readonly kind: "make"; readonly path: string; readonly owner: string }
  | { readonly kind: "remove"; readonly path: string }
  /** Instead of what is at `to`. */
  | { readonly kind: "move"; readonly from: string; readonly to: string }
  /** `unless`: a command that succeeds where there is nothing to do. */
  | {
    readonly kind: "run";
    readonly words: readonly string[];
    readonly unless?: readonly string[];
  };

/** What is installed. */
export interface Installed {
  /** The runtime that runs now. */
  readonly deno: string;
  /** Files and folders that are copied, each to a place below the program's own. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
  /** The flags behind `deno run`, and what is run, below the program's own place. */
  readonly flags: readonly string[];
  readonly entry: string;
  readonly user: string;
  /** Where an image has its root; empty for this machine. */
  readonly root: string;
}

/** What stands in a config file that is written for the first time. */
const CONFIG = `{
  // "chat config" prints all that can stand here. "systemctl reload chat" lets the server read it again.
  "host": "127.0.0.1",
  "port": 8080
}
`;

/** What installing takes. */
export function installing(installed: Installed): readonly Step[] {
  const { deno, flags, entry, user, root } = installed;
  const program = PLACES.program;
  const fresh = `${root}${program}.new`;
  const units = unitTexts({
    deno: `${program}/deno`,
    words: ["run", ...flags, `${program}/${entry}`],
    user,
  });
  const steps: Step[] = [
    { kind: "remove", path: fresh },
    { kind: "copy", from: deno, to: `${fresh}/deno` },
    ...installed.files.map(({ from, to }): Step => ({ kind: "copy", from, to: `${fresh}/${to}` })),
    { kind: "run", words: ["chmod", "-R", "a+rX,go-w", fresh] },
    { kind: "move", from: fresh, to: root + program },
    { kind: "write", path: root + PLACES.config, text: CONFIG, anew: false },
    ...UNITS.map((unit): Step => ({
      kind: "write",
      path: `${root}${PLACES.units}/${unit}`,
      text: units[unit],
      anew: true,
    })),
  ];
  if (root !== "") return steps;
  return [
    {
      kind: "run",
      words: [
        ...["useradd", "--system", "--user-group", "--no-create-home"],
        ...["--home-dir", PLACES.data, "--shell", "/usr/sbin/nologin", user],
      ],
      unless: ["id", "-u", user],
    },
    ...steps,
    { kind: "make", path: PLACES.backups, owner: user },
    run("systemctl daemon-reload"),
    run("systemctl enable --quiet chat.service chat-backup.timer"),
    run("systemctl restart chat.service"),
    run("systemctl start chat-backup.timer"),
  ];
}

/** What removing takes. */
export function removing(root: string): readonly Step[] {
  const files: Step[] = [
    ...UNITS.map((unit): Step => ({ kind: "remove", path: `${root}${PLACES.units}/${unit}` })),
    { kind: "remove", path: root + PLACES.program },
  ];
  if (root !== "") return files;
  return [
    {
      ...run("systemctl disable --quiet --now chat.service chat-backup.timer"),
      // Of what is not installed, nothing is to be stopped.
      unless: ["test", "!", "-e", `${PLACES.units}/chat.service`],
    },
    ...files,
    run("systemctl daemon-reload"),
  ];
}

/** A step as people read it. */
export function stepText(step: Step): string {
  switch (step.kind) {
    case "copy":
      return `copy   ${step.from} to ${step.to}`;
    case "write":
      return `write  ${step.path}${step.anew ? "" : ", unless it is there"}`;
    case "move":
      return `move   ${step.from} to ${step.to}, instead of what is there`;
    case "make":
      return `make   ${step.path}, which is ${step.owner}'s`;
    case "remove":
      return `remove ${step.path}`;
    case "run":
      return `run    ${step.words.join(" ")}`;
    default:
      return step satisfies never;
  }
}

function run(line: string): Step & { readonly kind: "run" } {
  return { kind: "run", words: line.split(" ") };
}
