/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal: its last entry reads back, a line cut off by a crash does not count, and a changed one is noticed.
 */
#include "cmocka_all.h"

#include "fwport/files.h"
#include "fwport/journal.h"
#include "fwport/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned allocations, denied; /* the number of the one that fails */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
	return ++allocations == denied ? NULL : __real_malloc(size);
}

static char directory[] = "/tmp/fwport-journal-XXXXXX";

static const char *journal_path(void)
{
	static char path[sizeof(directory) + 16];

	snprintf(path, sizeof(path), "%s/journal", directory);
	return path;
}

static void append_parts(enum journal_event event, uint32_t generation, unsigned parts)
{
	struct journal_entry entry = {event, generation, 1700000000, "0123-boot", parts};
	struct error err = {0};

	assert_int_equal(journal_append(&entry, &err), 0);
}

static void append(enum journal_event event, uint32_t generation)
{
	append_parts(event, generation, PART_BIT(PART_NFT));
}

static struct journal_end whole(void)
{
	struct journal_end end;
	struct error err = {0};

	assert_int_equal(journal_read(&end, &err), 0);
	return end;
}

static struct journal_entry last(void)
{
	return whole().last;
}

/* Writes at `offset` from the end, as a crash or a bad disk would. */
static void spoil(long offset, const char *bytes)
{
	FILE *file = fopen(journal_path(), "r+");

	assert_non_null(file);
	fseek(file, offset, SEEK_END);
	fputs(bytes, file);
	fclose(file);
}

static void cut(off_t bytes)
{
	struct stat status;

	assert_int_equal(stat(journal_path(), &status), 0);
	assert_int_equal(truncate(journal_path(), status.st_size - bytes), 0);
}

static int begin(void **unused)
{
	(void)unused;
	unlink(journal_path());
	return 0;
}

static void test_the_last_entry_counts(void **unused)
{
	struct journal_entry entry = last();

	(void)unused;
	assert_int_equal(entry.generation, 0);
	assert_false(journal_is_open(&entry));
	append(JOURNAL_BEGUN, 7);
	append(JOURNAL_COMMITTED, 7);
	entry = last();
	assert_int_equal(entry.event, JOURNAL_COMMITTED);
	assert_int_equal(entry.generation, 7);
	assert_int_equal(entry.time, 1700000000);
	assert_string_equal(entry.boot, "0123-boot");
	assert_true(journal_is_open(&entry));
	append(JOURNAL_UNDONE, 7);
	entry = last();
	assert_false(journal_is_open(&entry));
}

static void test_parts_are_those_of_the_last_change(void **unused)
{
	(void)unused;
	append_parts(JOURNAL_BEGUN, 1, PARTS_ALL);
	append_parts(JOURNAL_COMMITTED, 1, PART_BIT(PART_NFT));
	append_parts(JOURNAL_COMMITTED, 1, PART_BIT(PART_LEGACY_IPV4));
	assert_int_equal(whole().planned, PARTS_ALL);
	assert_int_equal(whole().taken, PART_BIT(PART_NFT) | PART_BIT(PART_LEGACY_IPV4));
	append(JOURNAL_UNDONE, 1);
	append_parts(JOURNAL_BEGUN, 1, PART_BIT(PART_LEGACY_IPV6));
	assert_int_equal(whole().planned, PART_BIT(PART_LEGACY_IPV6));
	assert_int_equal(whole().taken, 0);
	append_parts(JOURNAL_BEGUN, 2, 0);
	assert_int_equal(whole().planned, 0);
}

static void test_a_line_that_was_cut_off_does_not_count(void **unused)
{
	(void)unused;
	append(JOURNAL_BEGUN, 1);
	append(JOURNAL_RECORDED, 1);
	for (int i = 0; i < 3; i++) {
		cut(1);
		assert_int_equal(last().event, JOURNAL_BEGUN);
	}
	append(JOURNAL_VERIFIED, 1);
	assert_int_equal(last().event, JOURNAL_VERIFIED);
}

static void test_damage_is_named_with_its_line(void **unused)
{
	struct journal_end end;
	struct error err = {0};
	char sentence[sizeof(directory) + 100];

	(void)unused;
	append(JOURNAL_BEGUN, 1);
	append(JOURNAL_RECORDED, 1);
	spoil(-10, "x");
	snprintf(sentence, sizeof(sentence), "%s:2: the journal is damaged: its checksum is wrong",
		 journal_path());
	assert_int_equal(journal_read(&end, &err), -1);
	assert_string_equal(err.text, sentence);
	assert_string_equal(err.hint, "move it away: what is open is then led back to what is recorded");
	assert_int_equal(unlink(journal_path()), 0);
	assert_int_equal(last().generation, 0);
}

static void test_a_long_journal_is_begun_anew(void **unused)
{
	struct stat status;

	(void)unused;
	for (uint32_t i = 1; i <= 800; i++)
		append(JOURNAL_COMMITTED, i);
	assert_int_equal(stat(journal_path(), &status), 0);
	assert_true(status.st_size > 64 << 10);
	append(JOURNAL_BEGUN, 801);
	assert_int_equal(stat(journal_path(), &status), 0);
	assert_true(status.st_size < 200);
	assert_int_equal(last().generation, 801);
}

static int make_directory(void **unused)
{
	(void)unused;
	return mkdtemp(directory) && setenv("FWPORT_STATE_DIR", directory, 1) == 0 ? 0 : -1;
}

static int remove_directory(void **unused)
{
	(void)unused;
	unlink(journal_path());
	return rmdir(directory);
}

/* jansson itself would tell of a mistake in what it read, and the journal would be moved away for nothing. */
static void test_short_memory_is_no_damage(void **unused)
{
	struct journal_end end;
	int done = -1;

	(void)unused;
	append(JOURNAL_BEGUN, 1);
	for (unsigned at = 1; done < 0; at++) {
		struct error err = {0};

		allocations = 0;
		denied = at;
		done = journal_read(&end, &err);
		denied = 0;
		if (done < 0) {
			assert_string_equal(err.text, "out of memory");
			assert_string_equal(err.hint, "");
		}
		assert_true(at < 100);
	}
	assert_true(allocations > 3);
	assert_int_equal(end.last.generation, 1);
}

static void test_short_memory_is_no_mistake_in_a_name(void **unused)
{
	struct opening opening = {.profile = "web"};
	const struct state state = {.openings = {&opening, 1}};
	struct error err = {0};

	(void)unused;
	allocations = 0;
	denied = 1;
	assert_int_equal(state_check(&state, &err), -1);
	denied = 0;
	assert_string_equal(err.text, "out of memory");
	assert_int_equal(state_check(&state, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_the_last_entry_counts, begin),
		cmocka_unit_test_setup(test_parts_are_those_of_the_last_change, begin),
		cmocka_unit_test_setup(test_a_line_that_was_cut_off_does_not_count, begin),
		cmocka_unit_test_setup(test_damage_is_named_with_its_line, begin),
		cmocka_unit_test_setup(test_a_long_journal_is_begun_anew, begin),
		cmocka_unit_test_setup(test_short_memory_is_no_damage, begin),
		cmocka_unit_test(test_short_memory_is_no_mistake_in_a_name),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
