#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The first process of a test machine once its root is there: makes it a host with loopback, control groups and the modules
# of its own kernel, runs the script, sends what it prints and then its status to the second serial port, and ends the
# machine. The kernel takes over modules from the modules of the package; nothing else is started.
: "${modules:?} ${script:?}"
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root

mkdir -p /dev/pts /dev/shm /lib/modules
mount --bind "$modules" /lib/modules
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ln -s /proc/self/fd /dev/fd
ip link set lo up

stty -F /dev/ttyS1 raw
exec 3>/dev/ttyS1
bash "$script" >&3 2>&1 3>&- </dev/null
echo "machine: exit $?" >&3
exec 3>&-
echo o >/proc/sysrq-trigger
sleep infinity
