/**
 * The functions of libbpf and of the C library that the observer calls.
 *
 * Addresses are integers (`usize`) and never pointer objects: so the permission for this one library is enough
 * (`--allow-ffi=/usr/lib/…/libbpf.so.1`). The C library needs none of its own, since libbpf is linked to it and its
 * functions are found through the same handle. A `buffer` is only for calls that do not keep it.
 *
 * Everything is in libbpf 1.0, so an older one fails when it is opened.
 *
 * @module
 */

/** The table for `Deno.dlopen`. */
export const SYMBOLS = {
  libbpf_version_string: { parameters: [], result: "usize" },
  libbpf_set_print: { parameters: ["usize"], result: "usize" },

  bpf_object__open_mem: { parameters: ["buffer", "usize", "buffer"], result: "usize" },
  bpf_object__load: { parameters: ["usize"], result: "i32" },
  bpf_object__close: { parameters: ["usize"], result: "void" },
  bpf_object__next_program: { parameters: ["usize", "usize"], result: "usize" },
  bpf_object__find_map_by_name: { parameters: ["usize", "buffer"], result: "usize" },
  bpf_program__name: { parameters: ["usize"], result: "usize" },
  bpf_program__set_autoload: { parameters: ["usize", "u8"], result: "i32" },
  bpf_program__attach: { parameters: ["usize"], result: "usize" },
  bpf_program__attach_iter: { parameters: ["usize", "buffer"], result: "usize" },
  bpf_iter_create: { parameters: ["i32"], result: "i32" },
  bpf_program__fd: { parameters: ["usize"], result: "i32" },
  bpf_link__fd: { parameters: ["usize"], result: "i32" },
  bpf_link__destroy: { parameters: ["usize"], result: "i32" },
  bpf_map__fd: { parameters: ["usize"], result: "i32" },
  bpf_map__set_max_entries: { parameters: ["usize", "u32"], result: "i32" },
  bpf_map__set_autocreate: { parameters: ["usize", "u8"], result: "i32" },
  bpf_map__initial_value: { parameters: ["usize", "buffer"], result: "usize" },

  bpf_map_update_elem: { parameters: ["i32", "buffer", "buffer", "u64"], result: "i32" },
  bpf_map_lookup_elem: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  bpf_map_lookup_and_delete_elem: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  bpf_map_delete_elem: { parameters: ["i32", "buffer"], result: "i32" },
  bpf_map_lookup_batch: {
    parameters: ["i32", "buffer", "buffer", "buffer", "buffer", "buffer", "usize"],
    result: "i32",
  },
  bpf_enable_stats: { parameters: ["i32"], result: "i32" },
  bpf_obj_get_info_by_fd: { parameters: ["i32", "buffer", "buffer"], result: "i32" },

  btf__load_vmlinux_btf: { parameters: [], result: "usize" },
  btf__find_by_name_kind: { parameters: ["usize", "buffer", "u32"], result: "i32" },
  btf__free: { parameters: ["usize"], result: "void" },

  malloc: { parameters: ["usize"], result: "usize" },
  free: { parameters: ["usize"], result: "void" },
  strlen: { parameters: ["usize"], result: "usize" },
  /** Memory → buffer. */
  peek: { name: "memcpy", parameters: ["buffer", "usize", "usize"], result: "usize" },
  /** Buffer → memory. */
  poke: { name: "memcpy", parameters: ["usize", "buffer", "usize"], result: "usize" },
  errno_location: { name: "__errno_location", parameters: [], result: "usize" },
  getpagesize: { parameters: [], result: "i32" },
  mmap: { parameters: ["usize", "usize", "i32", "i32", "i32", "i64"], result: "usize" },
  munmap: { parameters: ["usize", "usize"], result: "i32" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  syscall: { parameters: ["i64", "i64", "i64"], result: "i64" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "i64" },
  close: { parameters: ["i32"], result: "i32" },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  stat: { parameters: ["buffer", "buffer"], result: "i32" },
  opendir: { parameters: ["buffer"], result: "usize" },
  readdir: { parameters: ["usize"], result: "usize" },
  closedir: { parameters: ["usize"], result: "i32" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  eventfd_write: { parameters: ["i32", "u64"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  /** The events go to memory from `malloc`, since the call outlives the turn in which it is made. */
  epoll_wait: { parameters: ["i32", "usize", "i32", "i32"], result: "i32", nonblocking: true },
} as const;

/** What `Deno.dlopen` gives for the table. */
export type Symbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/**
 * Where libbpf is, from the most to the least usual place. Absolute paths, since the permission for a library is
 * compared with its path as text.
 */
export const LIBRARY_PATHS: readonly string[] = [
  "/usr/lib/x86_64-linux-gnu/libbpf.so.1",
  "/usr/lib/aarch64-linux-gnu/libbpf.so.1",
  "/usr/lib64/libbpf.so.1",
  "/usr/lib/libbpf.so.1",
  "/usr/local/lib/libbpf.so.1",
  "/usr/local/lib64/libbpf.so.1",
];
