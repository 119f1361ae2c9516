# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = Secure shell
description = SSH for administration from anywhere

[in]
ssh = 22
