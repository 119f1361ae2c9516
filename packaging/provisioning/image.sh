#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In the chroot of an image that is built: a line RUN of a Dockerfile, mkosi.postinst.chroot, a hook of mmdebstrap or of live-build. It
# needs neither a kernel of its own nor rights on that of the machine that builds.
set -e
fwport apply --offline --file /etc/fwport/openings.json
fwport save --offline --enable
