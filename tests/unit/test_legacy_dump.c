/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A legacy table as the kernel hands it out. The kernel is one of this file: between what it tells of a table and the entries,
 * it lets others write another one of the same size.
 */
#include "../../src/kernel/legacy_dump.h"
#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>

/* Entries without matches; after the last stands the one that ends a table. */
enum { ENTRIES = 4 };

struct plain_entry {
	struct ipt_entry head;
	struct xt_standard_target target;
};

struct last_entry {
	struct ipt_entry head;
	struct xt_error_target target;
};

struct plain_table {
	struct plain_entry entries[ENTRIES];
	struct last_entry last;
};

static struct {
	struct ipt_getinfo info[2];
	struct plain_table bytes[2];
	unsigned changes; /* how often the other one still comes in between */
	unsigned now;
} kernel;

static void entry_set(struct plain_entry *entry, int verdict)
{
	entry->head.target_offset = sizeof(entry->head);
	entry->head.next_offset = sizeof(*entry);
	entry->target.target.u.user.target_size = sizeof(entry->target);
	entry->target.verdict = -verdict - 1;
}

/* The first entries are rules of INPUT, the next of FORWARD, the last one is for the policy of each. */
static void table_set(unsigned which, unsigned inputs, const int verdicts[ENTRIES])
{
	struct plain_table *table = &kernel.bytes[which];
	struct ipt_getinfo *info = &kernel.info[which];

	*info = (struct ipt_getinfo){
		.valid_hooks = 1U << NF_INET_LOCAL_IN | 1U << NF_INET_FORWARD,
		.num_entries = ENTRIES + 1,
		.size = sizeof(*table),
	};
	strcpy(info->name, "filter");
	for (unsigned i = 0; i < ENTRIES; i++)
		entry_set(&table->entries[i], verdicts[i]);
	info->underflow[NF_INET_LOCAL_IN] = inputs * (unsigned)sizeof(struct plain_entry);
	info->hook_entry[NF_INET_FORWARD] = (inputs + 1) * (unsigned)sizeof(struct plain_entry);
	info->underflow[NF_INET_FORWARD] = (ENTRIES - 1) * (unsigned)sizeof(struct plain_entry);
	table->last.head.target_offset = sizeof(table->last.head);
	table->last.head.next_offset = sizeof(table->last);
	table->last.target.target.u.user.target_size = sizeof(table->last.target);
	strcpy(table->last.target.target.u.user.name, XT_ERROR_TARGET);
	strcpy(table->last.target.errorname, XT_ERROR_TARGET);
}

int __wrap_socket(int domain, int type, int protocol);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *length);

int __wrap_socket(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
	(void)fd;
	(void)level;
	(void)length;
	if (name == IPT_SO_GET_INFO) {
		memcpy(value, &kernel.info[kernel.now], sizeof(kernel.info[0]));
		return 0;
	}
	if (kernel.changes) {
		kernel.changes--;
		kernel.now = !kernel.now;
	}
	memcpy(((struct ipt_get_entries *)value)->entrytable, &kernel.bytes[kernel.now],
	       sizeof(kernel.bytes[0]));
	return 0;
}

/* Both drop what comes in; the policy of one would be the first rule of the other. */
static int start(void **state)
{
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	table_set(0, 0, (const int[]){NF_DROP, NF_ACCEPT, NF_DROP, NF_ACCEPT});
	table_set(1, 2, (const int[]){NF_ACCEPT, NF_DROP, NF_DROP, NF_ACCEPT});
	return 0;
}

static void test_a_table_is_read_at_one_moment(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct legacy_dump dump;

	(void)state;
	kernel.changes = 1;
	assert_int_equal(legacy_dump_read(FAMILY_IPV4, "filter", &pool, &dump), 0);
	assert_int_equal(dump.chain_count, 2);
	assert_string_equal(dump.chains[0].name, "INPUT");
	assert_true(dump.chains[0].policy_drop);
	assert_int_equal(dump.chains[0].behind - dump.chains[0].first, 2 * sizeof(struct plain_entry));
	assert_false(dump.chains[1].policy_drop);
}

static void test_a_table_that_keeps_changing_is_not_read(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct legacy_dump dump;

	(void)state;
	kernel.changes = 100;
	assert_int_equal(legacy_dump_read(FAMILY_IPV4, "filter", &pool, &dump), -1);
	assert_int_equal(errno, EAGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_table_is_read_at_one_moment, start),
		cmocka_unit_test_setup(test_a_table_that_keeps_changing_is_not_read, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
