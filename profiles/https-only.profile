# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = HTTPS and nothing else
description = A web server that answers on 443/tcp alone

[in]
https = 443
