# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = HTTPS on both usual ports
description = 443, and 8443 for an administration site or a second application server

[in]
https     = 443
https-alt = 8443
