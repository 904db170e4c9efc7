/**
 * A machine whose process 1 is systemd, for tests: it runs one script, with these sources in `/program` and what the script leaves in `/out`,
 * and then ends (`machine.sh`).
 *
 * @module
 */

import { assert } from "../../assert.ts";
import { within } from "../../harness.ts";

const PROGRAM = new URL("../../..", import.meta.url).pathname;
const MACHINE = new URL("./machine.sh", import.meta.url).pathname;

/** A machine that runs a script. */
export class Machine implements AsyncDisposable {
  /** What is `/out` there. */
  readonly folder: string;
  readonly #process: Promise<Deno.CommandOutput>;

  private constructor(folder: string) {
    this.folder = folder;
    this.#process = new Deno.Command(MACHINE, { args: [folder], stdin: "null" }).output();
  }

  /** @param isBare Whether neither these sources nor the runtime are there. */
  static async start(script: string, isBare: boolean = false): Promise<Machine> {
    const folder = await Deno.makeTempDir({ prefix: "chat-machine-" });
    await Deno.writeTextFile(`${folder}/script`, script);
    if (isBare) {
      await Deno.writeTextFile(`${folder}/deno`, "");
      for (const empty of ["program", "npm"]) await Deno.mkdir(`${folder}/${empty}`);
      return new Machine(folder);
    }
    await Deno.symlink(PROGRAM, `${folder}/program`);
    await Deno.symlink(Deno.execPath(), `${folder}/deno`);
    await Deno.symlink(`${await denoDirectory()}/npm`, `${folder}/npm`);
    return new Machine(folder);
  }

  /** What the script printed until its end. */
  async said(ms: number): Promise<string> {
    const { stderr } = await within(this.#process, "The machine's end", ms);
    const text = await Deno.readTextFile(`${this.folder}/said`).catch(() => "");
    assert(text !== "", new TextDecoder().decode(stderr));
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process;
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}
