/**
 * The offsets into structs of libbpf, libc and the kernel are compared with what a C compiler makes of the headers.
 *
 * @module
 */

import {
  DIRENT,
  EPOLL_EVENT,
  EPOLL_EVENT_ALIGNED,
  ITER_OPTS,
  ITER_TARGET,
  LINK_INFO,
  OPEN_OPTS,
  POLLFD,
  PROG_INFO,
  STAT,
} from "../../observe/layouts.ts";
import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";

/** C's name of a struct → its mirror, and how C calls fields that are called otherwise here. */
const STRUCTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "struct bpf_object_open_opts": OPEN_OPTS,
  "struct bpf_prog_info": PROG_INFO,
  "struct bpf_link_info": LINK_INFO,
  "struct dirent": DIRENT,
  "struct bpf_iter_attach_opts": ITER_OPTS,
  "union bpf_iter_link_info": ITER_TARGET,
  "struct pollfd": POLLFD,
  "struct stat": STAT,
  "struct epoll_event": Deno.build.arch === "x86_64" ? EPOLL_EVENT : EPOLL_EVENT_ALIGNED,
};
const IN_C: Readonly<Record<string, string>> = {
  "kprobe_missed": "perf_event.kprobe.missed",
  "map_fd": "map.map_fd",
  "pid": "task.pid",
};

function fixture(): string {
  const lines = Object.entries(STRUCTS).flatMap(([struct, fields]) =>
    Object.keys(fields).map((field) =>
      field === "size"
        ? `printf("${struct} size %zu\\n", sizeof(${struct}));`
        : `printf("${struct} ${field} %zu\\n", offsetof(${struct}, ${IN_C[field] ?? field}));`
    )
  );
  const headers = [
    "stddef.h",
    "stdio.h",
    "poll.h",
    "dirent.h",
    "sys/stat.h",
    "sys/epoll.h",
    "bpf/libbpf.h",
  ];
  return [
    ...headers.map((header) => `#include <${header}>`),
    "int main(void) {",
    ...lines,
    "return 0; }",
  ].join("\n");
}

testWith(
  ["gcc", "/usr/include/bpf/libbpf.h"],
  "structs of libbpf, libc and the kernel have their fields where we put them",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/layout.c`, fixture());
      const run = (program: string, ...args: string[]) =>
        new Deno.Command(program, { args, cwd: folder }).output();
      const built = await run("gcc", "layout.c", "-o", "layout");
      assert(built.success, new TextDecoder().decode(built.stderr));
      const { stdout } = await run(`${folder}/layout`);
      const said = new TextDecoder().decode(stdout).trim().split("\n");
      assert(said.length > 20);
      for (const line of said) {
        const [, struct = "", field = "", number] = /^(.+) (\S+) (\d+)$/.exec(line) ?? [];
        const ours = STRUCTS[struct]?.[field] ?? NaN;
        // Newer headers make structs longer; we pass and want what we know.
        if (field === "size") assert(ours <= Number(number), `${line}, ours is ${ours}`);
        else assertEquals(ours, Number(number), line);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("the size that is told to libbpf ends with the last field that is set", () => {
  assertEquals(OPEN_OPTS.size, OPEN_OPTS.kernel_log_level + 8);
});
