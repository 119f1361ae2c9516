/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking and taking apart are c-ares'; what is done here is climbing, and reading whom the records allow. */
#include "caa.h"

#include "fwport/text.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <poll.h>
#include <string.h>

enum { TYPE_CAA = 257, TIMEOUT_MS = 2000, TRIES = 1 };

/* What is known of one name. */
struct asked {
	bool done, known;
	struct text *issuers;
};

static void channel_free(ares_channel *channel)
{
	if (*channel)
		ares_destroy(*channel);
}

/* "issue" values may have parameters behind a semicolon; an empty one allows nobody. */
static void add_record(const struct ares_caa_reply *record, struct text *issuers)
{
	const char *value = (const char *)record->value;
	const size_t length = strcspn(value, "; ");

	if (strcasecmp((const char *)record->property, "issue") != 0)
		return;
	text_add(issuers, "%s%.*s", issuers->length ? ", " : "", length ? (int)length : 6,
		 length ? value : "nobody");
}

static void take_answer(void *data, int status, int timeouts, unsigned char *bytes, int length)
{
	struct ares_caa_reply *records = NULL;
	struct asked *asked = data;

	(void)timeouts;
	asked->done = true;
	asked->known = status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND;
	if (status != ARES_SUCCESS || ares_parse_caa_reply(bytes, length, &records) != ARES_SUCCESS)
		return;
	for (const struct ares_caa_reply *record = records; record; record = record->next)
		add_record(record, asked->issuers);
	ares_free_data(records);
}

/* One round of waiting: c-ares says what for, and is told what came. */
static void go_on(ares_channel channel, struct deadline deadline)
{
	ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
	const int wanted = ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
	struct pollfd polled[ARES_GETSOCK_MAXNUM];
	nfds_t count = 0;

	for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; i++)
		if (ARES_GETSOCK_READABLE(wanted, i) || ARES_GETSOCK_WRITABLE(wanted, i))
			polled[count++] = (struct pollfd){
				.fd = sockets[i],
				.events = ARES_GETSOCK_WRITABLE(wanted, i) ? POLLIN | POLLOUT : POLLIN};
	poll(polled, count, deadline_left(deadline_within(deadline, TIMEOUT_MS / 4)));
	for (nfds_t i = 0; i < count; i++)
		ares_process_fd(channel,
				polled[i].revents & (POLLIN | POLLERR | POLLHUP) ? polled[i].fd
										 : ARES_SOCKET_BAD,
				polled[i].revents & POLLOUT ? polled[i].fd : ARES_SOCKET_BAD);
	ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* its clock */
}

/* False: it is not known whether there are any. */
static bool ask(ares_channel channel, const char *name, struct deadline deadline, struct text *issuers)
{
	struct asked asked = {.issuers = issuers};

	ares_query(channel, name, ns_c_in, TYPE_CAA, take_answer, &asked);
	while (!asked.done && deadline_left(deadline))
		go_on(channel, deadline);
	if (!asked.done)
		ares_cancel(channel);
	return asked.known;
}

int caa_ask(const char *name, struct deadline deadline, struct pool *pool, enum audit_answer *lacks,
	    const char **issuers, struct error *err)
{
	struct ares_options options = {.timeout = TIMEOUT_MS, .tries = TRIES};
	CLEANUP(channel_free) ares_channel channel = NULL;
	CLEANUP(text_free) struct text found = {0};
	bool known;

	*lacks = AUDIT_UNKNOWN;
	*issuers = NULL;
	if (ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) != ARES_SUCCESS)
		return 0;
	do {
		known = ask(channel, name, deadline, &found);
		name = strchr(name, '.');
		name = name ? name + 1 : NULL;
	} while (known && !found.length && name && strchr(name, '.'));
	if (found.length)
		*issuers = pool_text(pool, text_string(&found));
	if (found.failed || (found.length && !*issuers))
		return error_memory(err);
	*lacks = found.length ? AUDIT_NO : known ? AUDIT_YES : AUDIT_UNKNOWN;
	return 0;
}
