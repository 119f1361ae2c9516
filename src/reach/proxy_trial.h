/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a proxy that is not in use leads to the target. */
#ifndef FWPORT_REACH_PROXY_TRIAL_H
#define FWPORT_REACH_PROXY_TRIAL_H

#include "examination.h"

/* A tunnel, and a TLS handshake through it, whatever the certificate. */
bool proxy_leads_there(const struct examination *examination, const char *proxy, struct deadline deadline);

#endif
