#!/bin/sh
# A machine of its own in namespaces, whose root is this one's with a layer above it: nothing of what happens there is left. Several may
# run at once.
# Process 1 is systemd, which runs a script as its only service and then ends.
#
#   machine.sh DIR     DIR/script is run; what it says stands in DIR/said. DIR/program, DIR/deno and DIR/npm lead to the checkout,
#                      the runtime and the packages.
set -e
out=$1
case ${2-} in
  inside) ;;
  grouped)
    # Below this group, of which nobody else knows: two machines have units of the same names.
    mkdir -p "$out/groups"
    mount -t cgroup2 groups "$out/groups"
    group=$out/groups$(sed -n 's/^0:://p' /proc/self/cgroup)/chat-machine-$$
    mkdir "$group"
    code=0
    sh -c 'echo $$ >"$1/cgroup.procs" && exec unshare --fork --pid --mount --cgroup --net --uts --ipc --kill-child "$2" "$3" inside' \
      sh "$group" "$0" "$out" || code=$?
    find "$group" -depth -type d -exec rmdir {} +
    exit "$code"
    ;;
  *) exec unshare --mount "$0" "$out" grouped ;;
esac

mount --make-rprivate /
layer=$out/layer
mkdir -p "$layer"
mount -t tmpfs -o mode=755 layer "$layer"
mkdir "$layer/upper" "$layer/work" "$layer/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
root=$layer/root

# None of this machine's own services.
rm -rf "$root"/etc/systemd/system/*
rm -f "$root/etc/fstab"
: >"$root/etc/machine-id"
mkdir -p "$root/out" "$root/program" "$root/before" "$root/var/cache/chat" "$root/etc/systemd/system/chat.service.d"
mount --bind "$(readlink -f "$out/program")" "$root/program"
cp "$(readlink -f "$out/deno")" "$root/usr/local/bin/chat-test-deno"
cp -r "$(readlink -f "$out/npm")" "$root/var/cache/chat/npm"
mount --bind "$out" "$root/out"
cat >"$root/etc/systemd/system/script.service" <<UNIT
[Service]
Type=oneshot
ExecStart=/bin/sh /out/script
ExecStopPost=/bin/systemctl poweroff --force --force
StandardOutput=append:/out/said
StandardError=append:/out/said
UNIT
# Its log, where the script can read it.
printf '[Service]\nStandardOutput=append:/out/log\nStandardError=append:/out/log\n' \
  >"$root/etc/systemd/system/chat.service.d/log.conf"
printf '[Unit]\nRequires=basic.target\nAfter=basic.target\nWants=script.service\n' \
  >"$root/etc/systemd/system/test.target"
for unit in systemd-udevd.service systemd-udev-trigger.service systemd-logind.service systemd-firstboot.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs groups "$root/sys/fs"
mkdir "$root/sys/fs/cgroup"
mount -t cgroup2 groups "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 dev "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs shm "$root/dev/shm"
mount -t tmpfs -o mode=755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
ip link set lo up

cd "$root"
# Not chroot: who lives in one gets no user namespace, which the units ask for.
pivot_root . before
umount -l /before
container=test exec /lib/systemd/systemd --system --unit=test.target --log-target=console --show-status=no
