/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Whose call is it? Decided in the kernel, at each call, in one of four ways.
 *
 *   processes   their numbers are in `watched`: the reader puts in those that were named
 *                 fork ──► the child joins, if children are wanted
 *                 exit ──► the number leaves, before it can be given to anybody else
 *   comm        the process is called so at this moment: there is nothing to keep, so nothing to miss
 *   cgroup      the thread is below one of the control groups: the kernel itself answers
 *   all         everybody but the observer, which would see itself tell
 *
 * A process that runs another program (exec) stays what it is: its number remains, also when another thread takes the place
 * of the first one. Its name changes, which `comm` sees at the next call.
 *
 * Numbers are those of the reader's pid namespace. Structures are read directly, checked by type, so that this works under
 * lockdown, too.
 */
#ifndef CHAT_OBSERVE_WHOSE_H
#define CHAT_OBSERVE_WHOSE_H

struct task_struct;
struct signal_struct { struct { int counter; } live; } RELOCATED;
struct pid;
struct ns_common { u32 inum; } RELOCATED;
struct pid_namespace { struct ns_common ns; } RELOCATED;
struct upid { int nr; struct pid_namespace *ns; } RELOCATED;
struct pid { u32 level; struct upid numbers[1]; } RELOCATED;
struct task_struct {
	int pid, tgid;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct signal_struct *signal;
	char comm[16];
} RELOCATED;

/* The processes that are watched, by number. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u32);
	__type(value, u32);
} watched SEC(".maps");

/* The control groups that are watched. */
struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, CGROUPS_MAX);
	__type(key, u32);
	__type(value, u32);
} cgroups SEC(".maps");

/* Children that found no room in `watched`. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} left_out SEC(".maps");

struct caller { u32 pid, tid; };

/* The calling thread in the reader's pid namespace. */
static __always_inline struct caller current_caller(void)
{
	struct caller caller = {};
	if (settings.ns_inode) {
		struct bpf_pidns_info ids;
		if (bpf_get_ns_current_pid_tgid(settings.ns_device, settings.ns_inode, &ids, sizeof ids)) return caller;
		caller.pid = ids.tgid;
		caller.tid = ids.pid;
		return caller;
	}
	u64 ids = bpf_get_current_pid_tgid();
	caller.pid = ids >> 32;
	caller.tid = ids;
	return caller;
}

/* Whether that is the name that was asked for. */
static __always_inline int is_name(const char *name)
{
#pragma unroll
	for (int i = 0; i < COMM_BYTES; i++) {
		char letter = name[i];
		if (letter != settings.comm[i]) return 0;
		if (!letter) return 1;
	}
	return 1;
}

/* Whether the calling process is called as was asked. Its name is that of its first thread; others may have their own. */
static __always_inline int is_called_so(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
	return is_name(task->group_leader->comm);
}

static __always_inline int is_in_cgroup(void)
{
	for (u32 i = 0; i < CGROUPS_MAX; i++) {
		if (i >= settings.cgroup_count) break;
		if (bpf_current_task_under_cgroup(&cgroups, i) == 1) return 1;
	}
	return 0;
}

static __always_inline int is_watched(struct caller *caller)
{
	if (!totals.armed) return 0;
	*caller = current_caller();
	if (settings.scope == SCOPE_PROCESSES) return bpf_map_lookup_elem(&watched, &caller->pid) != 0;
	/* 0: a process outside of the reader's pid namespace, of which it could not even say who it is. */
	if (!caller->pid || caller->pid == settings.self) return 0;
	if (settings.scope == SCOPE_COMM) return is_called_so();
	if (settings.scope == SCOPE_CGROUP) return is_in_cgroup();
	return 1;
}

/* Levels of pid namespaces that are looked through; the kernel nests up to 32, people two or three. */
enum { LEVELS_MAX = 8 };

/* A process' number in the reader's pid namespace; 0 when it has none there. */
static __always_inline u32 number_of(struct task_struct *task)
{
	if (!settings.ns_inode) return task->tgid;
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	u32 level = BPF_CORE_READ(pid, level);
	for (u32 i = 0; i < LEVELS_MAX; i++) {
		if (i > level) break;
		/* The list has no length that the compiler could know. */
		struct upid *upid = (void *)pid + bpf_core_field_offset(struct pid, numbers) + i * bpf_core_type_size(struct upid);
		if (BPF_CORE_READ(upid, ns, ns.inum) == settings.ns_inode) return BPF_CORE_READ(upid, nr);
	}
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(whose_fork, struct task_struct *parent, struct task_struct *child)
{
	/* A thread belongs to a process that is known. */
	if (child->pid != child->tgid) return 0;
	struct caller caller = current_caller();
	if (!bpf_map_lookup_elem(&watched, &caller.pid)) return 0;
	u32 number = number_of(child), zero = 0;
	if (!number || !bpf_map_update_elem(&watched, &number, &zero, BPF_ANY)) return 0;
	u64 *count = bpf_map_lookup_elem(&left_out, &zero);
	if (count) __sync_fetch_and_add(count, 1);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(whose_exit, struct task_struct *task)
{
	/* Others of its threads go on. */
	if (task->signal->live.counter > 0) return 0;
	struct caller caller = current_caller();
	bpf_map_delete_elem(&watched, &caller.pid);
	return 0;
}

#endif
