/**
 * What docs/recipes.md says of ssh, typed: over an sshd of this test, to the home in which the chat is.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { until } from "../within.ts";
import { freePort, hears, listens, type Stage, stage } from "./stage.ts";
import { linesIn } from "./typing.ts";

const SSHD = "/usr/sbin/sshd";
/** Without this directory, which a service makes, an sshd of root's does not start. */
const SEPARATED = "/run/sshd";

async function run(command: string, ...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** An sshd whose only user comes to the home of the stage, and a client that knows the way. */
async function sshd({ home, env }: Stage): Promise<AsyncDisposable> {
  const port = freePort();
  for (const key of ["host_key", "key"]) {
    await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `${home}/${key}`);
  }
  const settings = Object.entries({ HOME: home, ...env }).map(([name, value]) =>
    name === "PATH" ? "" : `export ${name}='${value}';`
  );
  const lines = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${home}/host_key`,
    `AuthorizedKeysFile ${home}/key.pub`,
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
    "PasswordAuthentication no",
    "PermitRootLogin prohibit-password",
    `ForceCommand cd ${home}; ${settings.join(" ")} eval "$SSH_ORIGINAL_COMMAND"`,
  ];
  await Deno.writeTextFile(`${home}/sshd_config`, `${lines.join("\n")}\n`);
  const way = [
    "Host chat.example.org",
    "HostName 127.0.0.1",
    `Port ${port}`,
    `IdentityFile ${home}/key`,
    "IdentitiesOnly yes",
    `UserKnownHostsFile ${home}/known_hosts`,
    "StrictHostKeyChecking accept-new",
    "LogLevel ERROR",
  ];
  await Deno.writeTextFile(`${home}/ssh_config`, `${way.join("\n")}\n`);
  const made = await Deno.mkdir(SEPARATED).then(() => true, () => false);
  const child = new Deno.Command(SSHD, {
    args: ["-D", "-e", "-f", `${home}/sshd_config`],
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("an sshd", () => listens(port));
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      if (made) await Deno.remove(SEPARATED);
    },
  };
}

testWith(
  [SSHD, "ssh", "ssh-keygen", "script", "setsid", "bash"],
  "what docs/recipes.md shows of ssh is so when it is typed",
  async () => {
    const tunnel = freePort();
    await using here = await stage([
      ["ssh -f -N", "ssh -M -S ~/tunnel -f -N"],
      ["-L 8080:", `-L ${tunnel}:`],
      ["ssh -", "ssh -F ~/ssh_config -"],
      ["ssh chat", "ssh -F ~/ssh_config chat"],
    ]);
    const { shell, home } = here;
    await using _sshd = await sshd(here);
    await using ann = await here.ann();
    const [there = "", through = "", said = "", dump = ""] = linesIn(
      shell.here(here.texts("Over ssh").join("")),
    ).map(({ command }) => command.replace(/ +#.*/, ""));

    await shell.type(`script -qec '${there} -n there' /dev/null &`);
    await hears(ann, /^\[Server\] there has joined\.$/);
    await shell.type("kill %%");
    await hears(ann, /^\[Server\] there has left\.$/);

    await using _tunnel = {
      [Symbol.asyncDispose]: async () => {
        await shell.type("ssh -S ~/tunnel -O exit chat.example.org");
      },
    };
    await shell.type(through);
    assertEquals(await shell.type(`chat send -s localhost:${tunnel} -n here hello`), []);
    await hears(ann, /^here: hello$/);

    assertEquals(await shell.type(said), []);
    assertEquals(await shell.type(dump), []);
    const dumped = await Deno.readTextFile(`${home}/ops.jsonl`);
    assert(/"from":"ben","content":"up /.test(dumped), dumped);
  },
);
