# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = XMPP server
description = Clients and servers, with TLS from the start too, and web clients on 443

[in]
client = 5222, 5223
server = 5269, 5270
web    = 443

[out]
server = 5269, 5270
dns    = 53/udp, 53/tcp
