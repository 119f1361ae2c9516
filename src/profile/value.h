/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands right of the '=' in a profile: ports and services, and who may use them.
 *
 *     443/tcp, 8000-8010, https  from=10.0.0.0/8,2001:db8::/32  iface=eth1
 */
#ifndef PROFILE_VALUE_H
#define PROFILE_VALUE_H

#include "ini.h"
#include "sources.h"

struct value {
	struct port_spec *ports;
	size_t port_count;
	struct scope scope;
};

/* Cuts up the line. Names are looked up in the sources; memory is theirs. */
int value_parse(const struct ini_line *line, enum direction direction, struct sources *sources,
		struct value *out, struct error *err);

#endif
