/**
 * All commands of the packed program, each with what is to be typed that it shows something, in their order.
 *
 * @module
 */

/** Where it is tried. */
export interface Surroundings {
  readonly folder: string;
  readonly data: string;
  /** Of a server that runs on that data. */
  readonly address: string;
}

/** A command. */
export interface Tried {
  readonly command: string;
  readonly args: (where: Surroundings, before: string) => readonly string[];
  /** What it then says. */
  readonly says: RegExp;
  /** Whether it reads what the one before printed. */
  readonly reads?: boolean;
}

/** Groups, which do nothing themselves, and what is tried otherwise. */
export const ELSEWHERE: readonly string[] = [
  "",
  "ban",
  "connect",
  "db",
  "hook",
  "receive",
  "send",
  "serve",
  "service",
  // It asks this machine's systemd.
  "service status",
  "user",
];

const onData = ({ data, address }: Surroundings) => ["--data", data, "--server", address];

/** What is tried, in this order. */
export const TRIED: readonly Tried[] = [
  { command: "config", args: () => [], says: /"port"/ },
  { command: "doctor", args: () => [], says: /^ok {4}deno/ },
  { command: "man", args: ({ folder }) => ["--dir", `${folder}/man`], says: /pages were written/ },
  { command: "completions", args: () => ["bash"], says: /complete/ },
  {
    command: "cert",
    args: ({ folder }) => ["a.example", "--cert", `${folder}/c.pem`, "--key", `${folder}/k.pem`],
    says: /^for a\.example/m,
  },
  {
    command: "user add",
    args: (at) => ["zoe", "--password-file", `${at.folder}/home/password`, ...onData(at)],
    says: /zoe/,
  },
  { command: "user role", args: (at) => ["zoe", "operator", ...onData(at)], says: /zoe/ },
  {
    command: "login",
    args: (
      { folder, address },
    ) => [address, "--name", "zoe", "--password-file", `${folder}/home/password`],
    says: /zoe/,
  },
  { command: "logout", args: ({ address }) => [address, "--name", "zoe"], says: /zoe/ },
  {
    command: "user passwd",
    args: (at) => ["zoe", "--password-file", `${at.folder}/home/password`, ...onData(at)],
    says: /zoe/,
  },
  { command: "user list", args: onData, says: /zoe/ },
  { command: "user remove", args: (at) => ["zoe", "--yes", ...onData(at)], says: /zoe/ },
  {
    command: "user add",
    args: (at) => ["yan", "--password-file", `${at.folder}/home/password`, ...onData(at)],
    says: /yan/,
  },
  { command: "user erase", args: (at) => ["yan", "--yes", ...onData(at)], says: /yan/ },
  { command: "ban add", args: (at) => ["203.0.113.7", ...onData(at)], says: /203\.0\.113\.7/ },
  { command: "ban list", args: onData, says: /203\.0\.113\.7/ },
  { command: "ban remove", args: (at) => ["203.0.113.7", ...onData(at)], says: /203\.0\.113\.7/ },
  { command: "mark", args: (at) => ["deployed 1.4", ...onData(at)], says: /Marked/ },
  { command: "invite", args: onData, says: /Invitation \w+/ },
  { command: "invite list", args: onData, says: /\w/ },
  {
    command: "invite revoke",
    args: (at, before) => [/^[a-z0-9]{8}\b/m.exec(before)?.[0] ?? "", ...onData(at)],
    says: /\w/,
  },
  { command: "hook add", args: (at) => ["ci", ...onData(at)], says: /\/hooks\// },
  { command: "hook list", args: onData, says: /ci/ },
  { command: "hook remove", args: (at) => ["ci", ...onData(at)], says: /ci/ },
  {
    command: "observe",
    args: (at) => ["--pid", "server", "--server", at.address, "--duration", "1", "--hist"],
    says: /\d bytes? sent/,
  },
  {
    command: "top",
    args: (at) => ["--duration", "2", ...onData(at)],
    says: /^room +users/m,
  },
  {
    command: "dashboard",
    args: ({ address }) => ["--server", address, "--window"],
    says: /never: there is no display/,
  },
  { command: "service install", args: () => ["--dry-run"], says: /^write .*chat\.service$/m },
  { command: "service remove", args: () => ["--dry-run"], says: /^remove .*chat\.service$/m },
  { command: "db stat", args: ({ data }) => [data], says: /messages/ },
  { command: "db verify", args: ({ data }) => [data], says: /nothing is damaged/ },
  { command: "db dump", args: ({ data }) => [data], says: /"hello"/ },
  {
    command: "db import",
    args: ({ folder }) => [`${folder}/i`],
    says: /\w/,
    reads: true,
  },
  { command: "db backup", args: ({ folder, data }) => [`${folder}/b`, data], says: /^Backed up/ },
  {
    command: "db restore",
    args: ({ folder }) => [`${folder}/b`, `${folder}/r`],
    says: /^Restored/,
  },
  { command: "db compact", args: ({ folder }) => [`${folder}/r`, "--yes"], says: /\w/ },
  {
    command: "db repair",
    args: ({ folder }) => [`${folder}/r`, "--into", `${folder}/s`, "--yes"],
    says: /\w/,
  },
  // Last, for it says much.
  {
    command: "bench",
    args: ({ address }) =>
      ["--server", address, "--members", "4", "--threads", "1", "--duration", "1s", "--warm-up"]
        .concat("1s"),
    says: /0 lost {3}0 doubled[\s\S]*reaches [\d,]+ a second/,
  },
];
