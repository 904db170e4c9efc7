/**
 * The kernel programs as they are shipped: made of their sources, and unable to read payload.
 *
 * @module
 */

import { inflateRawSync } from "node:zlib";
import { sourceHash } from "../../observe/bpf/build.ts";
import { OBJECTS, SOURCE_HASH } from "../../observe/bpf/object.ts";
import { assert, assertEquals } from "../assert.ts";
import { fieldsRead, helpersCalled, programSections } from "./elf.ts";

/** Helpers by their numbers in the kernel's interface. None of them reads user memory. */
const HELPERS: Readonly<Record<number, string>> = {
  1: "map_lookup_elem",
  2: "map_update_elem",
  3: "map_delete_elem",
  5: "ktime_get_ns",
  8: "get_smp_processor_id",
  14: "get_current_pid_tgid",
  37: "current_task_under_cgroup",
  46: "get_socket_cookie",
  93: "spin_lock",
  94: "spin_unlock",
  107: "sk_storage_get",
  113: "probe_read_kernel",
  120: "get_ns_current_pid_tgid",
  127: "seq_write",
  131: "ringbuf_reserve",
  132: "ringbuf_submit",
  137: "skc_to_tcp_sock",
  156: "task_storage_get",
  158: "get_current_task_btf",
  162: "sock_from_file",
  175: "task_pt_regs",
  178: "skc_to_unix_sock",
  184: "get_func_ret",
};

/** All that is read of the kernel's memory. No field is a message, a buffer or a pointer to one. */
const FIELDS = [
  "bpf_iter__bpf_sk_storage_map.meta",
  "bpf_iter__bpf_sk_storage_map.sk",
  "bpf_iter__bpf_sk_storage_map.value",
  "bpf_iter__task_file.file",
  "bpf_iter__task_file.task",
  "bpf_iter_meta.seq",
  "file.f_inode",
  "inode.i_ino",
  "pid.level",
  "pid.numbers",
  "pid_namespace.ns.inum",
  "pt_regs.ax",
  "pt_regs.di",
  "pt_regs.dx",
  "pt_regs.orig_ax",
  "signal_struct.live.counter",
  "sock.__sk_common.skc_daddr",
  "sock.__sk_common.skc_dport",
  "sock.__sk_common.skc_family",
  "sock.__sk_common.skc_flags",
  "sock.__sk_common.skc_num",
  "sock.__sk_common.skc_rcv_saddr",
  "sock.__sk_common.skc_state",
  "sock.__sk_common.skc_v6_daddr.in6_u.u6_addr32[]",
  "sock.__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[]",
  "sock.sk_protocol",
  "sock.sk_rcvlowat",
  "sock.sk_receive_queue.qlen",
  "sock.sk_socket",
  "sock.sk_type",
  "sock___life.sk_err",
  "socket.file",
  "socket.sk",
  "task_struct.comm",
  "task_struct.group_leader",
  "task_struct.pid",
  "task_struct.signal",
  "task_struct.tgid",
  "task_struct.thread_pid",
  "tcp_sock.bytes_acked",
  "tcp_sock.bytes_received",
  "tcp_sock.bytes_retrans",
  "tcp_sock.bytes_sent",
  "tcp_sock.copied_seq",
  "tcp_sock.rcv_nxt",
  "tcp_sock.snd_nxt",
  "tcp_sock.snd_una",
  "tcp_sock.srtt_us",
  "tcp_sock.total_retrans",
  "tcp_sock.write_seq",
  "tcp_sock___life.bytes_retrans",
  "tcp_sock___life.bytes_sent",
  "tcp_sock___life.inet_conn.icsk_inet.inet_sport",
  "udp_sock.reader_queue.qlen",
  "unix_sock.addr",
  "unix_sock.peer",
  "upid.nr",
  "upid.ns",
];

/** Where the programs sit. */
const SITES = [
  "fentry/__sys_recvfrom",
  "fentry/__sys_recvmmsg",
  "fentry/__sys_recvmsg",
  "fentry/__sys_sendmmsg",
  "fentry/__sys_sendmsg",
  "fentry/__sys_sendto",
  "fentry/tcp_recvmsg",
  "fentry/tcp_sendmsg",
  "iter/bpf_sk_storage_map",
  "iter/task_file",
  "tp_btf/inet_sock_set_state",
  "tp_btf/sched_process_exit",
  "tp_btf/sched_process_fork",
  "tp_btf/sk_data_ready",
  "tp_btf/sock_recv_length",
  "tp_btf/sock_send_length",
  "tp_btf/sys_enter",
  "tp_btf/sys_exit",
  "tp_btf/tcp_receive_reset",
  "tp_btf/tcp_retransmit_skb",
  "tp_btf/tcp_send_reset",
];

const objects = Object.entries(OBJECTS).map(([arch, text]) =>
  [arch, new Uint8Array(inflateRawSync(Uint8Array.fromBase64(text)))] as const
);

Deno.test("the object is made of the sources that are here (else: deno task bpf)", () => {
  assertEquals(SOURCE_HASH, sourceHash());
});

for (const [arch, elf] of objects) {
  Deno.test(`${arch}: programs call these helpers and no other, and none reads user memory`, () => {
    const named = [...helpersCalled(elf)].map((number) => HELPERS[number] ?? `number ${number}`);
    assertEquals(named.sort(), Object.values(HELPERS).sort());
  });

  Deno.test(`${arch}: programs read these fields of the kernel and no other`, () => {
    assertEquals([...fieldsRead(elf)].sort(), FIELDS);
  });

  Deno.test(`${arch}: programs sit where they are meant to`, () => {
    const sites = programSections(elf);
    for (const site of SITES) assert(sites.includes(site), `${site} is missing`);
    const others = sites.filter((site) => !SITES.includes(site) && !/^(license|\.)/.test(site));
    const twins = SITES.filter((site) => site.startsWith("fentry/")).flatMap((site) => {
      const name = site.slice("fentry/".length);
      return [`fexit/${name}`, `kprobe/${name}`, `kretprobe/${name}`];
    });
    assertEquals(others.sort(), twins.sort());
  });
}
