/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The OCSP answer that a server staples to its handshake. */
#ifndef FWPORT_REACH_STAPLE_H
#define FWPORT_REACH_STAPLE_H

#include "facts.h"
#include "trust_tls.h"

/* Fills has_staple, staple_status and staple_error of the facts. */
void staple_read(const unsigned char *bytes, long length, STACK_OF(X509) * sent, struct trust *trust,
		 struct chain_facts *facts);

#endif
