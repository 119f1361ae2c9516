# SPDX-License-Identifier: GPL-2.0-or-later
[profile]
title = Mail server
description = SMTP between servers, submission, IMAP over TLS, webmail; mail and its DNS outbound

[in]
smtp       = 25
submission = 465, 587
imaps      = 993
sieve      = 4190
webmail    = 80, 443

[out]
smtp = 25
dns  = 53/udp, 53/tcp
