# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = Matrix home server
description = Clients and federation, with TURN for calls

[in]
https      = 443
http       = 80
federation = 8448
turn       = 3478/tcp, 3478/udp, 5349/tcp, 5349/udp
relay      = 49152-65535/udp  ; coturn's default range

[out]
https      = 443
federation = 8448
dns        = 53/udp, 53/tcp
