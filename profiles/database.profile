# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = Database server
description = PostgreSQL and MySQL for private networks only

[in]
postgresql = 5432  from=10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8
mysql      = 3306  from=10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8
