/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What programs are told: getaddrinfo, which may take as long as it likes, in a thread that is left behind when it takes too long. */
#ifndef FWPORT_REACH_NSS_H
#define FWPORT_REACH_NSS_H

#include "deadline.h"
#include "facts.h"

#include "fwport/error.h"
#include "fwport/pool.h"

struct nss_question;

/* NULL: there is no thread or no memory for it, or too many are still being waited for. */
struct nss_question *nss_ask(const char *host, unsigned families);
/* Takes the answer, or goes on without it. */
int nss_take(struct nss_question **question, struct deadline deadline, struct pool *pool,
	     struct nss_facts *out, struct error *err);

#endif
