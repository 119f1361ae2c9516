# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = VPN server
description = WireGuard, OpenVPN and IPsec (IKE and NAT traversal) on their own ports

[in]
wireguard = 51820/udp
openvpn   = 1194/udp
ipsec     = 500/udp, 4500/udp
