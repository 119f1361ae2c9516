/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A certificate, as facts. */
#ifndef FWPORT_REACH_CERTIFICATE_H
#define FWPORT_REACH_CERTIFICATE_H

#include "facts.h"

#include "fwport/error.h"
#include "fwport/pool.h"

#include <openssl/x509.h>

/* What is not in it, or does not parse, is absent. -1: no memory. */
int certificate_read(X509 *certificate, struct pool *pool, struct certificate_facts *out, struct error *err);
/* Signed certificate timestamps inside of it. */
unsigned certificate_scts(const X509 *certificate);

#endif
