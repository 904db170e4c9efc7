/**
 * The service on a machine whose process 1 is systemd: installed, talked to, reloaded, backed up, killed, removed, restored.
 *
 * @module
 */

import manifest from "../../../deno.json" with { type: "json" };
import { assert, assertEquals } from "../../assert.ts";
import { fencedIn, linesIn } from "../../docs/typing.ts";
import { testByRootWith } from "../../skips.ts";
import { Machine } from "./machine.ts";

const root = new URL("../../..", import.meta.url).pathname;
/** A busy machine takes its time. */
const MACHINE_MS = 240_000;

const README = await Deno.readTextFile(`${root}README.md`);
const RECIPES = await Deno.readTextFile(`${root}docs/recipes.md`);

/** The command lines of a text in a document, from one on, which are typed there. */
function shown(document: string, language: string, from = 0): string {
  const [text] = fencedIn(document).filter((one) => one.language === language);
  assert(text !== undefined, language);
  return `{ ${linesIn(text.text).slice(from).map(({ command }) => command).join(" && ")}; }`;
}

/** What is typed there, by name. */
const TYPED: readonly (readonly [name: string, line: string])[] = [
  ["install", "(umask 077; chat service install --yes)"],
  ["status", "chat service status"],
  ["send", "chat send -n Anna hello"],
  ["reload", `sed -i 's/8080/8080, "rate": 3/' /etc/chat/config.json && systemctl reload chat`],
  ["reloaded", "soon grep 'read again, changed: --rate' /out/log"],
  ["backup", shown(RECIPES, "service-backup")],
  ["timer", "systemctl is-active chat-backup.timer"],
  ["restored", shown(RECIPES, "service-restore")],
  ["back", "chat db dump --room lobby /var/lib/chat | grep -c hello"],
  ["kill", "systemctl kill -s SIGKILL chat"],
  ["again", "soon restarted"],
  ["owner", "stat -c '%U %a' /var/lib/chat /var/lib/chat/LOCK /var/backups/chat"],
  ["confined", "grep -E '^(NoNewPrivs|Seccomp|CapBnd)' /proc/$(cat /var/lib/chat/LOCK)/status"],
  ["stop", "systemctl stop chat"],
  ["foreign", "chat db compact --yes /var/lib/chat"],
  ["owners", "stat -c '%U' /var/lib/chat/* | sort -u"],
  ["update", "chat service install --yes"],
  // The program is there, and the service was installed above.
  ["host", `echo 127.0.0.1 chat.example >>/etc/hosts; ${shown(README, "host", 2)}`],
  [
    "join",
    "CHAT_PASSWORD=correct-horse-battery chat login chats://chat.example --register -n Zoe --invite $(invited)",
  ],
  ["talk", "chat send -s chats://chat.example -n Zoe hello"],
  ["closed", "chat send -n Eve hello"],
  ["page", "curl -sf --cacert /etc/chat/cert.pem https://chat.example:8443/ | grep -c '<html'"],
  ["remove", "chat service remove --yes"],
  ["gone", "chat service status"],
  ["restore", "chat db restore /var/backups/chat/2* /tmp/back && chat db stat --json /tmp/back"],
];

/** What is refused there. */
const FAIL: ReadonlySet<string> = new Set(["foreign", "closed", "gone"]);

interface Said {
  readonly code: number;
  readonly text: string;
}

/** What a shell does with them: each says what it printed, and how it ended. */
function script(): string {
  const chat = manifest.tasks.chat.replace(/^deno/, "/usr/local/bin/chat-test-deno")
    .replace("deno run", "deno run --quiet").replace("cli/main.ts", '/program/cli/main.ts "$@"');
  const lines = TYPED.map(([name, line]) => `echo "== ${name}"; ${line} 2>&1; echo "-- $?"`);
  return `export HOME=/root DENO_DIR=/var/cache/chat DENO_NO_UPDATE_CHECK=1 XDG_STATE_HOME=/tmp/state
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
chat() { ${chat}; }
sudo() { "$@"; }
invited() { sed -n 's/^https:.*#invite=//p' /out/said; }
soon() { for _ in $(seq 100); do "$@" && return; sleep 0.1; done; return 1; }
restarted() {
  [ "$(systemctl show chat -p NRestarts --value)" = 1 ] && systemctl is-active --quiet chat
}
${lines.join("\n")}
`;
}

testByRootWith(
  ["/lib/systemd/systemd", "curl", "unshare", "pivot_root", "useradd"],
  "systemd runs what is installed, confined; it is reloaded, backed up, started again, removed and restored",
  async () => {
    await using machine = await Machine.start(script());
    const text = await machine.said(MACHINE_MS);
    const said = readSaid(text);
    const textOf = (name: string) => said.get(name)?.text ?? "";
    const codes = TYPED.map(([name]) => `${name} ${said.get(name)?.code}`);
    const wanted = TYPED.map(([name]) => `${name} ${FAIL.has(name) ? 1 : 0}`);
    assertEquals(codes, wanted, text);
    assert(/active \(running\).*Listening on 127\.0\.0\.1:8080/.test(textOf("status")), text);
    assert(textOf("install").includes("The server runs, and will after the next boot."), text);
    assert(/^Restored .*\nChecked .*: nothing is damaged\.$/m.test(textOf("backup")), text);
    assertEquals(textOf("back"), "1", "What was restored is what was backed up");
    assertEquals(textOf("owner"), "chat 700\nchat 600\nchat 700");
    assert(textOf("foreign").includes("belongs to another user"), text);
    assertEquals(textOf("owners"), "chat", "Root left nothing of its own there");
    assertEquals(
      textOf("confined").split(/\s+/).join(" "),
      "CapBnd: 0000000000000000 NoNewPrivs: 1 Seccomp: 2 Seccomp_filters: " +
        textOf("confined").split(/\s+/).at(-1),
    );
    assert(textOf("gone").includes("chat.service         not installed"), text);
    assert(/"messages":1\b/.test(textOf("restore")), text);
  },
);

function readSaid(text: string): ReadonlyMap<string, Said> {
  const blocks = [...text.matchAll(/^== (\w+)\n([\s\S]*?)^-- (\d+)$/gm)];
  return new Map(
    blocks.map(([, name = "", said = "", code]) => [name, {
      text: said.trim(),
      code: Number(code),
    }]),
  );
}
