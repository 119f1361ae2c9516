# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = Monitored host
description = Exporters and agents that private networks may ask, and nobody else

[in]
node-exporter = 9100       from=10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8
zabbix-agent  = 10050      from=10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8
nrpe          = 5666       from=10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8
snmp          = 161/udp    from=10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8
