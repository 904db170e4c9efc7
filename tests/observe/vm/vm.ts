/**
 * One boot of a virtual machine whose root file system is this machine's, read-only, and in which one module runs.
 *
 * ```text
 *   this machine                              guest
 *   virtiofsd ◄── the root file system ────── init.sh: mounts, starts
 *   qemu      ── port "chat": lines ◄──────── guest_child.ts: one line per claim, as JSON
 *             └─ console: for people, kept in case that something goes wrong
 * ```
 *
 * Everything has its limit, and everything that was started is ended. Two limits tell a failure from a machine that
 * hangs: each claim has its own inside the guest, so that silence beyond it means that nothing runs there any more. That
 * happens to emulated machines now and then, and is the only thing that is tried a second time.
 *
 * @module
 */

import { TextLineStream } from "./lines.ts";
import { CASE_MS, type Report } from "./report.ts";
import { type Machine, QEMU, VIRTIOFSD } from "./machine.ts";

/** Milliseconds until the guest's program must have said its first word, and that it may be silent between two claims. */
const SILENCE_MS = 60_000 + CASE_MS;
/** Seconds for the whole boot, whatever happens. */
const BOOT_S = 600;
/** Characters of the console that are quoted. */
const LAST_WORDS = 3000;

/** What came out of a boot. */
export interface Boot {
  readonly reports: readonly Report[];
  /** What went wrong with the boot as a whole. */
  readonly trouble?: string;
}

/** What to boot. */
export interface BootOptions {
  readonly machine: Machine;
  /** Folder that the guest sees as `/run/host`. */
  readonly folder: string;
  /** Words for the kernel's command line. */
  readonly append: string;
}

/** Boots and gives all reports; once more if the machine hung. */
export async function boot(options: BootOptions): Promise<Boot> {
  const first = await bootOnce(options);
  return first.hung ? await bootOnce(options) : first;
}

async function bootOnce(options: BootOptions): Promise<Boot & { hung: boolean }> {
  const { machine, folder, append } = options;
  const root = new URL("../../../", import.meta.url).pathname.replace(/\/$/, "");
  await Deno.writeTextFile(`${folder}/fstab`, fstab({ folder, root }));
  const consoleFile = `${folder}/console`;
  await Deno.writeTextFile(consoleFile, "");
  await using files = await shareFiles(`${folder}/socket`);
  const init = new URL("init.sh", import.meta.url).pathname;
  const words = [
    ...["rootfstype=virtiofs root=rootfs ro console=ttyS0 quiet panic=-1", `init=${init}`],
    ...[`CHAT_FOLDER=${folder}`, `CHAT_DENO=${Deno.execPath().split("/").at(-1)}`],
    ...[`CHAT_SECONDS=${BOOT_S}`, append],
  ];
  await using qemu = start("timeout", [
    ...["--kill-after=5", String(BOOT_S), QEMU, "-M", "q35", ...machine.accelerator],
    ...["-smp", "2", "-m", "2G", "-nodefaults", "-display", "none", "-no-reboot"],
    ...["-object", "memory-backend-memfd,id=mem,size=2G,share=on", "-numa", "node,memdev=mem"],
    ...["-chardev", `socket,id=files,path=${files.socket}`],
    ...["-device", "vhost-user-fs-pci,chardev=files,tag=rootfs"],
    ...["-device", "virtio-serial-pci", "-chardev", "file,id=out,path=/dev/stdout"],
    ...["-device", "virtserialport,chardev=out,name=chat", "-serial", `file:${consoleFile}`],
    ...["-kernel", machine.kernel, "-append", words.join(" ")],
  ]);
  const { reports, ended } = await read(qemu);
  if (ended === "whole") return { reports, hung: false };
  const said = (await Deno.readTextFile(consoleFile)).slice(-LAST_WORDS);
  const trouble = `The virtual machine ${ended === "hung" ? "hung" : "ended too early"}. ` +
    `Its console: ${said}\nqemu: ${await qemu.lastWords()}`;
  return { reports, trouble, hung: ended === "hung" };
}

/** Takes lines to the last one, or until the guest has been silent for too long. */
async function read(
  qemu: Child,
): Promise<{ reports: Report[]; ended: "whole" | "hung" | "early" }> {
  const reports: Report[] = [];
  const lines = qemu.lines.getReader();
  let hung = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (hung = true, qemu.kill()), SILENCE_MS);
  };
  patience();
  try {
    for (;;) {
      const { value, done } = await lines.read();
      if (done) return { reports, ended: hung ? "hung" : "early" };
      patience();
      const line = JSON.parse(value) as Report | { done: true };
      if ("done" in line) return { reports, ended: "whole" };
      reports.push(line);
    }
  } finally {
    clearTimeout(timer);
    await lines.cancel();
    lines.releaseLock();
  }
}

/** Mounts in their order. Short names, because an unprivileged user of the guest may not walk to the original ones. */
function fstab({ folder, root }: { folder: string; root: string }): string {
  const deno = Deno.execPath().replace(/\/[^/]*$/, "");
  const memory = ["/run", "/run/tmp", "/run/home", "/run/cache"].map((path) =>
    `memory ${path} tmpfs mode=1777,x-mount.mkdir`
  );
  const own = [[deno, "deno"], [root, "repository"], [folder, "host"]].map(([from, to]) =>
    `${from} /run/${to} none bind,x-mount.mkdir`
  );
  return [
    ...["proc /proc proc", "sys /sys sysfs", "dev /dev devtmpfs"].map((line) => `${line} defaults`),
    ...memory,
    "tracing /sys/kernel/tracing tracefs defaults",
    "debug /sys/kernel/debug debugfs defaults",
    "security /sys/kernel/security securityfs defaults",
    "bpf /sys/fs/bpf bpf defaults",
    ...own,
    "",
  ].join("\n");
}

/** Starts the daemon that serves the root file system, and waits until it listens. */
async function shareFiles(socket: string): Promise<AsyncDisposable & { socket: string }> {
  const daemon = start("timeout", [
    ...["--kill-after=5", String(BOOT_S), VIRTIOFSD, `--socket-path=${socket}`],
    ...["--shared-dir", "/", "--sandbox", "none", "--announce-submounts"],
    "--inode-file-handles=never",
  ]);
  try {
    await daemon.said("Waiting for vhost-user socket connection");
  } catch (error) {
    await daemon[Symbol.asyncDispose]();
    throw error;
  }
  return { socket, [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
}

interface Child extends AsyncDisposable {
  readonly lines: ReadableStream<string>;
  kill(): void;
  /** Waits until its errors contain a text, or throws what it said instead. */
  said(text: string): Promise<void>;
  /** The end of its errors; it must have been told to end. */
  lastWords(): Promise<string>;
}

function start(program: string, args: readonly string[]): Child {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let words = "";
  let heard = () => {};
  const listening = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      words = (words + text).slice(-LAST_WORDS);
      heard();
    }
  })();
  let running = true;
  const ended = child.status.then(() => void (running = false));
  const kill = () => {
    try {
      if (running) child.kill("SIGTERM");
    } catch (error) {
      // It has just ended, and `running` does not know yet.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  const lines = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  return {
    lines,
    kill,
    async said(text) {
      const found = new Promise<void>((resolve) => heard = () => words.includes(text) && resolve());
      heard();
      await Promise.race([found, listening]);
      if (!words.includes(text)) throw new Error(`${args.join(" ")}: ${words}`);
    },
    async lastWords() {
      kill();
      await listening;
      return words;
    },
    async [Symbol.asyncDispose]() {
      kill();
      if (!lines.locked) await lines.cancel();
      await Promise.all([ended, listening]);
    },
  };
}
