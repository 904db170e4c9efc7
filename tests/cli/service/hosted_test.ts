/**
 * "Host it for your team", as the README has it, on a machine that was just started: typed in a terminal, and then used over TLS from another one and
 * from a phone, directly and through nginx; then a backup is made, and restored.
 *
 * With `CHAT_PICTURES=DIR` what the phone and the terminal show is left there. So were the pictures in `docs/pictures/` taken.
 *
 * @module
 */

import { svg } from "../../../docs/svg.ts";
import { assert } from "../../assert.ts";
import { CHROMIUM } from "../../dashboard/stage.ts";
import { testByRootWith } from "../../skips.ts";
import { Machine } from "./machine.ts";

const NEEDS = [
  "/lib/systemd/systemd",
  "unshare",
  "pivot_root",
  "useradd",
  "ss",
  "tmux",
  "/usr/sbin/nginx",
  "/usr/lib/nginx/modules/ngx_stream_module.so",
  CHROMIUM,
];
/** A busy machine takes its time. */
const MACHINE_MS = 400_000;
/** As large as the terminal that is used there. */
const SIZE = { columns: 84, rows: 16 };

/** What makes the machine one on which somebody sits who may do everything, whose name others know, and which has no more than a small Debian. */
const SCRIPT = `export HOME=/root DENO_DIR=/var/cache/chat DENO_NO_UPDATE_CHECK=1 LANG=C.UTF-8
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export XDG_STATE_HOME=/tmp/state XDG_CONFIG_HOME=/tmp/config
ln -sf chat-test-deno /usr/local/bin/deno
command -v sudo >/dev/null || { printf '#!/bin/sh\\nexec "$@"\\n' >/usr/local/bin/sudo; chmod +x /usr/local/bin/sudo; }
rm -f /usr/bin/kill /usr/bin/pkill /usr/bin/ps
echo 127.0.0.1 chat.example "$(hostname)" >>/etc/hosts
deno run --quiet --no-check --frozen --no-prompt -A /program/tests/cli/service/hosting_child.ts 2>&1
echo "ended with $?"
`;

testByRootWith(
  NEEDS,
  "who types what the README shows hosts the chat: over TLS, for terminals and phones, behind nginx, too, and with backups",
  async () => {
    await using machine = await Machine.start(SCRIPT);
    const said = await machine.said(MACHINE_MS);
    assert(/^ended with 0$/m.test(said), said);
    const pictures = Deno.env.get("CHAT_PICTURES");
    if (pictures !== undefined) await keep(machine.folder, pictures);
  },
);

async function keep(folder: string, pictures: string): Promise<void> {
  await Deno.mkdir(pictures, { recursive: true });
  for (const name of ["invited", "phone"]) {
    await Deno.copyFile(`${folder}/${name}.png`, `${pictures}/host-${name}.png`);
  }
  const screen = await Deno.readTextFile(`${folder}/terminal`);
  await Deno.writeTextFile(`${pictures}/host-terminal.svg`, svg(screen, SIZE));
}
