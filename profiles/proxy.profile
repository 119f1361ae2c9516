# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = Reverse or forward proxy
description = Public HTTP and HTTPS in, a forward proxy for private networks, and what it fetches outbound

[in]
web   = 80, 443/tcp, 443/udp
squid = 3128  from=10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8

[out]
web = 80, 443
dns = 53/udp, 53/tcp
