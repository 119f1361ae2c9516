/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the words of a request to openings: ports by name or number, prefixes, families.
 */
#ifndef FWPORT_SCOPE_H
#define FWPORT_SCOPE_H

#include "command.h"
#include "fwport/service.h"
#include "fwport/text.h"

/* --in, --out, --from, --to, --iface, -4 and -6. */
int scope_from_request(const struct request *request, enum direction direction, struct pool *pool,
		       struct scope *out, struct error *err);
/* Whether it can be the name of one interface. */
int iface_check(const char *name, struct error *err);
/* Leaves the families asked for (0: none by name) that the prefixes do not rule out; false: there is none. */
bool scope_narrow(struct scope *scope, unsigned asked);
/* in unless --out; both are an error. */
int direction_from_request(const struct request *request, enum direction *out, struct error *err);
/* SERVICE[/PROTO] or PORT[-PORT][/PROTO]; name is NULL when it was a number. */
int ports_from_operand(const char *operand, struct pool *pool, struct service *out, struct error *err);
/* All operands in the request's scope. What they are besides ports, for which nothing is done, is added to `aside`, a line each. */
int openings_from_request(const struct request *request, int64_t now, struct pool *pool, struct openings *out,
			  struct text *aside, struct error *err);
int openings_add(struct openings *openings, const struct opening *opening, struct pool *pool,
		 struct error *err);

#endif
