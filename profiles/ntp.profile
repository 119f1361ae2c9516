# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = Time server
description = NTP, and the key exchange of Network Time Security; its own sources outbound

[in]
ntp = 123/udp
nts = 4460

[out]
ntp = 123/udp
nts = 4460
