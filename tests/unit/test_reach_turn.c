/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threads that ask over one line: each is answered, one speaks at a time, and those that waited are spoken for together. */
#include "turn.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { OTHERS = 2 * TURN_MOST };

struct number {
	struct wish wish;
	int asked, answered;
};

struct speaker {
	struct turn turn;
	size_t wait_for; /* so many that wait, before the first answer */
	size_t speaking;
	size_t counts[OTHERS + 1], times; /* of wishes, each time somebody spoke */
	bool two_spoke;
};

static size_t waiting(struct turn *turn)
{
	size_t count = 0;

	pthread_mutex_lock(&turn->lock);
	for (const struct wish *wish = turn->first; wish; wish = wish->next)
		count++;
	pthread_mutex_unlock(&turn->lock);
	return count;
}

/* The answer is the number after the one that was asked with. */
static void speak(void *context, struct wish *wishes)
{
	struct speaker *speaker = context;
	size_t count = 0;

	speaker->two_spoke |= speaker->speaking++ != 0;
	while (speaker->times == 0 && waiting(&speaker->turn) < speaker->wait_for)
		sched_yield();
	for (struct wish *wish = wishes; wish; wish = wish->next, count++)
		((struct number *)wish)->answered = ((struct number *)wish)->asked + 1;
	speaker->counts[speaker->times++] = count;
	speaker->speaking--;
}

static int ask(struct speaker *speaker, int asked)
{
	struct number number = {.asked = asked};

	turn_take(&speaker->turn, &number.wish, speak, speaker);
	return number.answered;
}

static void test_who_is_alone_speaks_for_itself(void **state)
{
	struct speaker speaker = {.turn = TURN_FREE};

	(void)state;
	assert_int_equal(ask(&speaker, 7), 8);
	assert_int_equal(ask(&speaker, 8), 9);
	assert_int_equal(speaker.times, 2);
	assert_int_equal(speaker.counts[1], 1);
	turn_end(&speaker.turn);
}

struct asker {
	pthread_t thread;
	struct speaker *speaker;
	int asked, answered;
};

static void *ask_in_thread(void *argument)
{
	struct asker *asker = argument;

	asker->answered = ask(asker->speaker, asker->asked);
	return NULL;
}

static void start(struct asker *askers, size_t count, struct speaker *speaker)
{
	for (size_t i = 0; i < count; i++) {
		askers[i] = (struct asker){.speaker = speaker, .asked = (int)i * 10};
		assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_in_thread, &askers[i]), 0);
	}
}

static void finish(const struct asker *askers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pthread_join(askers[i].thread, NULL);
}

static void test_those_who_wait_are_spoken_for_together(void **state)
{
	struct speaker speaker = {.turn = TURN_FREE, .wait_for = OTHERS};
	struct asker askers[OTHERS + 1];

	(void)state;
	start(askers, OTHERS + 1, &speaker);
	finish(askers, OTHERS + 1);
	for (int i = 0; i <= OTHERS; i++)
		assert_int_equal(askers[i].answered, i * 10 + 1);
	assert_int_equal(speaker.times, 3);
	assert_int_equal(speaker.counts[0], 1);
	assert_int_equal(speaker.counts[1], TURN_MOST);
	assert_int_equal(speaker.counts[2], TURN_MOST);
	assert_false(speaker.two_spoke);
	turn_end(&speaker.turn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_is_alone_speaks_for_itself),
		cmocka_unit_test(test_those_who_wait_are_spoken_for_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
