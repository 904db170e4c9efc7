/**
 * `chat doctor`: what works on this machine, and why not.
 *
 * @module
 */

import type { Command } from "@commander-js/extra-typings";
import { applyConfig, configFault } from "../config_file.ts";
import { dataOption } from "../data_dir.ts";
import { EXIT, Failure } from "../failure.ts";
import { print } from "../streams.ts";

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .addOption(dataOption())
    .option("--json", "print the findings as JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  chat doctor
  chat doctor --json`,
    )
    .action(async ({ json }) => {
      // Not before: what is wrong with the file is a finding, and not the end.
      const fault = await configFault(command);
      if (fault === undefined) await applyConfig(command);
      const { data } = command.opts() as { readonly data: string };
      const { examine } = await import("../examine.ts");
      const { observerFindings } = await import("../observe/findings.ts");
      const { examineObserver } = await import("../../observe/mod.ts");
      const findings = [...examine(data, fault), ...observerFindings(await examineObserver())];
      const mark = { ok: "ok  ", weak: "weak", no: "NO  " } as const;
      print(
        json
          ? JSON.stringify(findings) + "\n"
          : findings.map(({ what, state, text }) => `${mark[state]}  ${what.padEnd(12)} ${text}\n`)
            .join(""),
      );
      if (findings.some(({ state }) => state === "no")) {
        throw new Failure("Something that the chat needs is missing here.", EXIT.impossible);
      }
    });
}
