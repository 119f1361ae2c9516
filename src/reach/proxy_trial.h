/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether another way leads to the target: a proxy that is not in use, or none where one is. */
#ifndef FWPORT_REACH_PROXY_TRIAL_H
#define FWPORT_REACH_PROXY_TRIAL_H

#include "examination.h"

/* A tunnel, and a TLS handshake through it, whatever the certificate. */
bool proxy_leads_there(const struct examination *examination, const char *proxy, struct deadline deadline);
/* Likewise without a proxy; trusted: the certificate has to hold. */
bool target_answers(const struct examination *examination, bool trusted, struct deadline deadline);

#endif
