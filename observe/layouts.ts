/**
 * Where the fields of the C structs stand that pass between the observer and libbpf, libc or the kernel.
 *
 * A wrong offset here is a crash of the whole process. A test compiles a C program against the headers and compares
 * each number; `struct io_event` and what else is ours has its mirrors elsewhere. All of 64-bit Linux; `epoll_event` is packed on
 * x86_64 only.
 *
 * @module
 */

/** `struct bpf_object_open_opts`, as far as libbpf 1.0 knows it. `size` is what we say that we pass. */
export const OPEN_OPTS = {
  size: 80,
  sz: 0,
  object_name: 8,
  kernel_log_buf: 56,
  kernel_log_size: 64,
  kernel_log_level: 72,
} as const;

/** `struct bpf_prog_info`, up to what is read of it. */
export const PROG_INFO = {
  size: 224,
  run_time_ns: 192,
  run_cnt: 200,
  recursion_misses: 208,
} as const;

/** `struct bpf_link_info` of a kprobe. */
export const LINK_INFO = { size: 64, kprobe_missed: 48 } as const;

/** `struct bpf_iter_attach_opts`: to what an iterator is attached. */
export const ITER_OPTS = { size: 24, sz: 0, link_info: 8, link_info_len: 16 } as const;

/** `union bpf_iter_link_info`: a map, or a process. */
export const ITER_TARGET = { size: 16, map_fd: 0, pid: 4 } as const;

/** `struct pollfd`. */
export const POLLFD = { size: 8, fd: 0, events: 4, revents: 6 } as const;

/** `struct stat`; the same on x86_64 and aarch64 as far as these two go. */
export const STAT = { size: 144, st_dev: 0, st_ino: 8 } as const;

/** `struct epoll_event`. */
export const EPOLL_EVENT = { size: 12, events: 0, data: 4 } as const;
/** The same where it is not packed. */
export const EPOLL_EVENT_ALIGNED = { size: 16, events: 0, data: 8 } as const;

/** `struct dirent`. */
export const DIRENT = { d_name: 19 } as const;
