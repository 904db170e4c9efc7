/**
 * `chat doctor`: what works on this machine, and why not.
 *
 * @module
 */

import type { Command } from "@commander-js/extra-typings";
import { applyConfig, configFault } from "../config_file.ts";
import { dataOption } from "../data_dir.ts";
import { EXIT, Failure } from "../failure.ts";
import { certOption } from "../tls/serve_options.ts";
import { print } from "../streams.ts";

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .addOption(dataOption())
    .addOption(certOption())
    .option("--json", "print the findings as JSON", false)
    .addHelpText(
      "after",
      `
Where a server's store is (--data), it also says what a crash would leave of it: disk, time, memory, descriptors, restart, and
for how long its certificate (--tls-cert) is good.

Examples:
  chat doctor
  sudo chat doctor --data /var/lib/chat
  chat doctor --json`,
    )
    .action(async ({ json }) => {
      // Not before: what is wrong with the file is a finding, and not the end.
      const fault = await configFault(command);
      if (fault === undefined) await applyConfig(command);
      const { data, tlsCert } = command.opts() as {
        readonly data: string;
        readonly tlsCert?: string;
      };
      const { examine } = await import("../examine.ts");
      const { examineServer } = await import("../examine_server.ts");
      const { observerFindings } = await import("../observe/findings.ts");
      const { examineObserver } = await import("../../observe/mod.ts");
      const findings = [
        ...examine(data, fault),
        ...await examineServer(data, tlsCert),
        ...observerFindings(await examineObserver()),
      ];
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
