# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = API server
description = A public API on 443; its administration on 8443 for private networks only

[in]
https = 443
admin = 8443  from=10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8
