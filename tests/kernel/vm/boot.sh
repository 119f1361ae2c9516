#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# boot.sh KERNEL SECONDS SCRIPT [NAME=VALUE...]: runs SCRIPT as root on another Linux, in qemu, and prints what it prints.
# KERNEL is a directory of debian_kernel.sh; the NAMEs are in SCRIPT's environment. The machine sees all files of this
# one, and what it writes is gone with it; it has no network. Exits as SCRIPT does, or with 125, behind the last lines of
# the console, when the machine did not come to the end of SCRIPT within SECONDS.
#
# The processor is emulated, also where /dev/kvm is: in a machine that is virtual itself that often does not work, and it
# may not even end.
set -u

kernel=${1:?which kernel?} seconds=${2:?how long?} script=${3:?which script?}
shift 3
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 125
trap 'rm -rf "$work"' EXIT

with_libraries() {
	local library
	install "$(command -v "$1")" "$work/root/bin/$1"
	ldd "$work/root/bin/$1" | grep -oE '/[^ ]+' | while read -r library; do
		install -D "$library" "$work/root$library"
	done
}

# What it takes to see the root, each behind those that it needs.
modules_for_root() {
	modprobe --dirname "$kernel" --set-version "$(ls "$kernel/lib/modules")" \
		--show-depends --all virtio_pci 9pnet_virtio 9p overlay | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

initramfs() {
	local program module number=10
	mkdir -p "$work/root"/{bin,dev,proc,sys,run,below,layer,root,modules}
	for program in sh mount mkdir insmod switch_root; do
		with_libraries "$program"
	done
	for module in $(modules_for_root); do
		install "$module" "$work/root/modules/$((number++))-${module##*/}"
	done
	install "$here/init.sh" "$work/root/init"
	(cd "$work/root" && find . | cpio --create --format=newc --quiet) >"$work/initramfs"
}

# Parameters that the kernel does not know become the environment of the first process.
machine() {
	timeout --signal=KILL "$seconds" qemu-system-x86_64 -accel tcg -cpu max -smp 1 -m 1024 \
		-nodefaults -no-reboot -display none -serial "file:$work/console" -serial "file:$work/output" \
		-fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap \
		-device virtio-9p-pci,fsdev=root,mount_tag=root \
		-kernel "$(echo "$kernel"/boot/vmlinuz-*)" -initrd "$work/initramfs" -append "console=ttyS0 quiet \
			mitigations=off panic=-1 first=$here/first.sh modules=$kernel/lib/modules script=$(realpath "$script") $*"
}

initramfs
touch "$work/console" "$work/output"
machine "$@" >"$work/qemu" 2>&1
sed '/^machine: exit [0-9]*$/d' "$work/output"
status=$(sed -n 's/^machine: exit //p' "$work/output")
[ -z "$status" ] || exit "$status"
cat "$work/qemu" "$work/console" | tr -d '\r' | tail -n 20
exit 125
