#!/bin/bash
# The guest's first process: mounts what the host wrote down, runs one module as root, powers off. Each program that is
# started costs a quarter of a second where the machine is emulated, so there are few.
#
# Its environment is the kernel's command line: CHAT_FOLDER (the host's folder for this boot), CHAT_DENO (the name of the
# program), CHAT_SECONDS (the most that it may take).
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run/home TMPDIR=/run/tmp NO_COLOR=1
export DENO_DIR=/run/cache DENO_NO_UPDATE_CHECK=1
umask 0 # what root caches, others may use
mount -a -T "$CHAT_FOLDER/fstab"
ip link set lo up
# A port of its own is the way out: on the console the kernel talks as well.
for port in /dev/vport*p1; do exec >"$port" 2>/dev/ttyS0 </dev/null; done
cd /run/repository || echo "the repository is not there" >&2
timeout "$CHAT_SECONDS" "/run/deno/$CHAT_DENO" run --no-prompt --allow-all --no-lock --cached-only \
  tests/observe/vm/guest_child.ts
echo "the guest's program ended with $?" >&2
echo o >/proc/sysrq-trigger
sleep 60
