/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of the planner: openings written in words, plans and rulesets as text to compare.
 */
#ifndef FWPORT_TEST_PLAN_FIXTURE_H
#define FWPORT_TEST_PLAN_FIXTURE_H

#include "build.h"

#include "fwport/plan.h"

enum { OPENINGS_MOST = 24 };

struct plan_fixture {
	struct build build;
	struct opening list[OPENINGS_MOST];
	const struct opening *asked[OPENINGS_MOST];
	struct openings wanted;
	struct policy policy;
	struct connections established;
	enum home_place place;
	struct plan plan;
	struct error err;
};

int fixture_start(void **state);
int fixture_end(void **state);

/* "443", "out 53/udp to 192.0.2.53", "80 from 10.0.0.0/8 iface eth1 ipv4", "443 override", "443 until 1700000000": ids count from 1. */
void fixture_want(struct plan_fixture *fixture, const char *words);
/* An opening goes: what is wanted is the rest. */
void fixture_unwant(struct plan_fixture *fixture, uint32_t id);
/* Plans on the built ruleset, or on another one. */
void fixture_plan(struct plan_fixture *fixture);
void fixture_plan_on(struct plan_fixture *fixture, const struct ruleset *ruleset);

/* The lines of steps, each ended by a newline. `only` restricts them to lines that hold this word; NULL: all. */
const char *fixture_steps(struct plan_fixture *fixture, const char *only);
/* Everything in a ruleset, in one order, to be compared. */
const char *fixture_dump(struct plan_fixture *fixture, const struct ruleset *ruleset);
/* The verdict of an asked opening after the plan. */
enum verdict fixture_verdict(const struct plan_fixture *fixture, size_t opening, enum family family);
const struct opening_answer *fixture_result(const struct plan_fixture *fixture, size_t opening,
					    enum family family);

/* That a second plan finds nothing to do, and that the inverse restores what was there. */
void fixture_settles(struct plan_fixture *fixture);

#endif
