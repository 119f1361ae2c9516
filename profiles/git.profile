# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = Git server
description = Forgejo, GitLab and the like: clone and push over HTTPS and SSH

[in]
https = 443
http  = 80
ssh   = 22
