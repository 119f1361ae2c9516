# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = DNS server
description = Queries over UDP and TCP, over TLS, QUIC and HTTPS; its own questions outbound

[in]
dns            = 53/udp, 53/tcp
dns-over-tls   = 853/tcp
dns-over-quic  = 853/udp
dns-over-https = 443/tcp

[out]
dns = 53/udp, 53/tcp
