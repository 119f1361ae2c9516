# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = VPN on port 443
description = OpenVPN, ocserv or SSTP over TCP, and their UDP side, for networks that let only 443 out

[in]
vpn = 443/tcp, 443/udp
