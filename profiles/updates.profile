# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = What a host needs from outside
description = For hosts that filter outbound: packages, certificates, names and time

[out]
web = 80, 443
dns = 53/udp, 53/tcp
ntp = 123/udp
