# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = Public web server
description = HTTPS, HTTP for redirects and ACME challenges, and HTTP/3

[in]
https = 443/tcp, 443/udp  ; udp: HTTP/3
http  = 80
