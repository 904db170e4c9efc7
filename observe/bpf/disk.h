/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * When a process has a file synced, and how long that takes: fsync and fdatasync, from entry to exit.
 *
 * Both ends are seen at the doors of all system calls, which is the only way that every kernel has, and which costs each call of the
 * machine something. So these programs are loaded only while somebody asks for them.
 *
 * A sync has a record of its own in the ring, known by its length. Which file it is of is told by its descriptor alone.
 */
#ifndef CHAT_OBSERVE_DISK_H
#define CHAT_OBSERVE_DISK_H

#if defined(__TARGET_ARCH_x86)
enum { NR_FSYNC = 74, NR_FDATASYNC = 75 };
#elif defined(__TARGET_ARCH_arm64)
enum { NR_FSYNC = 82, NR_FDATASYNC = 83 };
#endif

/* A sync that has begun. A process syncs on a few threads, and one that dies in it leaves its place to the next of its number. */
struct syncing { u64 ts_ns; s32 fd; u32 pad; };
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct syncing);
} syncs SEC(".maps");

SEC("tp_btf/sys_enter") int BPF_PROG(disk_enter, struct pt_regs *regs, long nr)
{
	/* Asked before whose call it is: this runs for every system call of the machine. */
	if (nr != NR_FDATASYNC && nr != NR_FSYNC) return 0;
	struct caller caller;
	if (!is_watched(&caller)) return 0;
	struct syncing syncing = { .ts_ns = bpf_ktime_get_ns(), .fd = REGS_FD(regs) };
	bpf_map_update_elem(&syncs, &caller.tid, &syncing, BPF_ANY);
	return 0;
}

SEC("tp_btf/sys_exit") int BPF_PROG(disk_exit, struct pt_regs *regs, long result)
{
	long nr = REGS_SYSCALL(regs);
	if (nr != NR_FDATASYNC && nr != NR_FSYNC) return 0;
	struct caller caller;
	if (!is_watched(&caller)) return 0;
	struct syncing *syncing = bpf_map_lookup_elem(&syncs, &caller.tid);
	if (!syncing) return 0;
	u64 now = bpf_ktime_get_ns();
	ADD(totals.produced, 1);
	struct sync_event *event = bpf_ringbuf_reserve(&events, sizeof *event, 0);
	if (event) {
		event->ts_ns = now;
		event->duration_ns = now - syncing->ts_ns;
		event->result = result;
		event->fd = syncing->fd;
		event->pid = caller.pid;
		event->tid = caller.tid;
		bpf_ringbuf_submit(event, settings.wakeup ? 0 : BPF_RB_NO_WAKEUP);
	} else ADD(totals.lost, 1);
	bpf_map_delete_elem(&syncs, &caller.tid);
	return 0;
}

#endif
