# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = HTTPS with HTTP/3
description = TLS over TCP and QUIC over UDP on 443, without port 80

[in]
https = 443/tcp
http3 = 443/udp
