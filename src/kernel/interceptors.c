/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks in all the places, one after the other. A kernel that was built without one of them has nothing there; where something
 * may be and may not be read, that is noted.
 */
#include "interceptors.h"

#include <errno.h>
#include <string.h>

int interceptor_add(struct host *host, const struct interceptor *interceptor, struct pool *pool,
		    struct error *err)
{
	host->interceptors =
		pool_grow(pool, host->interceptors, host->interceptor_count, sizeof(*host->interceptors));
	if (!host->interceptors)
		return error_memory(err);
	host->interceptors[host->interceptor_count++] = *interceptor;
	return 0;
}

static bool is_noted(const struct host *host, const char *what)
{
	for (size_t i = 0; i < host->unread_count; i++)
		if (strcmp(host->unread[i].what, what) == 0)
			return true;
	return false;
}

int unread_note(struct host *host, const char *what, int sys, struct pool *pool, struct error *err)
{
	const char *why = pool_text(pool, strerror(sys));

	if (!why)
		return error_memory(err);
	if (is_noted(host, what))
		return 0;
	host->unread = pool_grow(pool, host->unread, host->unread_count, sizeof(*host->unread));
	if (!host->unread)
		return error_memory(err);
	host->unread[host->unread_count++] = (struct unread){what, why};
	return 0;
}

/* By netlink, which says so when it does not know what is asked. */
struct part {
	const char *what;
	int (*read)(struct netlink *netlink, struct pool *pool, struct host *host, struct error *err);
};

static int part_read(const struct part *part, struct netlink *netlink, struct pool *pool, struct host *host,
		     struct error *err)
{
	if (part->read(netlink, pool, host, err) == 0)
		return 0;
	if (err->sys == EOPNOTSUPP || err->sys == EAFNOSUPPORT || err->sys == ENOENT)
		return 0;
	return err->sys ? unread_note(host, part->what, err->sys, pool, err) : -1;
}

int interceptors_read(struct netlink *netlink, struct pool *pool, struct host *host, struct error *err)
{
	static const struct part parts[] = {
		{"filters of traffic control", traffic_control_read},
		{"rules of policy routing", policy_rules_read},
	};
	bool hooks_known;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (part_read(&parts[i], netlink, pool, host, err) < 0)
			return -1;
	if (hooks_read(pool, host, &hooks_known, err) < 0 || programs_read(hooks_known, pool, host, err) < 0)
		return -1;
	return virtual_services_read(pool, host, err);
}
