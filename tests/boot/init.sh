#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# init.sh COPY: the first process of namespaces of its own becomes systemd in the copy.
set -eu
root=$1
mount -t proc proc "$root/proc"
mount --bind "$root/boot.id" "$root/proc/sys/kernel/random/boot_id"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs tmpfs "$root/dev"
mount -t tmpfs tmpfs "$root/run"
while read -r name major minor; do
	mknod -m 666 "$root/dev/$name" c "$major" "$minor"
done <<-'END'
	null 1 3
	zero 1 5
	full 1 7
	random 1 8
	urandom 1 9
	tty 5 0
END
mkdir "$root/dev/shm" "$root/dev/pts"
ip link set lo up
cd "$root"
exec chroot . env -i container=fwport-test PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	/lib/systemd/systemd --system --unit=boot-probe.target --log-target=console --log-level=info --show-status=no
