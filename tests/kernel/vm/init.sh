#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The first process of a test machine, in its initramfs: the files of the real machine, under a layer in memory that takes
# what is written, become the root. switch_root takes the other mounts along.
export PATH=/bin
mount -t devtmpfs devtmpfs /dev && exec </dev/console >/dev/console 2>&1
mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t tmpfs tmpfs /run || exit
for module in /modules/*; do
	insmod "$module" || exit
done
mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=512000 root /below &&
	mount -t tmpfs tmpfs /layer && mkdir /layer/upper /layer/work &&
	mount -t overlay -o lowerdir=/below,upperdir=/layer/upper,workdir=/layer/work root /root &&
	exec switch_root /root /bin/bash "${first:?}"
