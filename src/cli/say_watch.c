/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each event is a line, and a record: who reads the journal in the morning was not at the terminal.
 */
#include "say_watch.h"

#include "log_change.h"
#include "phrase.h"

#include "fwport/audit.h"
#include "fwport/json.h"
#include "fwport/plain.h"
#include "fwport/watcher.h"

#include <inttypes.h>
#include <time.h>

static int print(const struct output *output, const char *words, const struct watch_line *line,
		 struct error *err)
{
	CLEANUP(text_free) struct text text = {0};

	if (output->json)
		return json_watch(output->out, line, err);
	if (output->quiet)
		return 0;
	text_add(&text, "%s", words);
	for (size_t i = 0; line->openings && i < line->openings->count; i++) {
		text_add(&text, "%s", i ? "; " : " ");
		phrase_whole_opening(&line->openings->list[i], &text);
	}
	if (line->reason)
		text_add(&text, ": %s", line->reason);
	if (line->milliseconds >= 0)
		text_add(&text, " (%" PRId64 " ms)", line->milliseconds);
	plain_line(output->out, "%s", text_string(&text));
	return 0;
}

int say_watching(const struct output *output, struct error *err)
{
	return print(output, "Watching.", &(struct watch_line){.event = "watching", .milliseconds = -1}, err);
}

/* --- notices --- */

static const struct {
	const char *event, *words, *reason;
} notices[] = {
	[NOTICE_LEFT] =
		{"left", "Left alone:",
		 "its rule was deleted by itself; fwport restore puts it back, fwport close forgets it"},
	[NOTICE_POLICY_LEFT] = {"policy-left", "Left alone: the policy",
				"its rule was deleted by itself; fwport restore puts it back"},
	[NOTICE_GIVEN_UP] = {"given-up", "Gave up:",
			     "it is removed as often as it is put back; fwport restore begins anew"},
	[NOTICE_BLOCKED] = {"blocked", "Blocked:", NULL},
	[NOTICE_REFUSED] = {"refused", "Not put back", NULL},
	[NOTICE_WAITING] = {"waiting", "Waits", "rules were put back twenty times within a minute"},
};

static void add_reason(const struct watch_news *news, const struct watch_notice *notice, struct text *out)
{
	if (notices[notice->kind].reason)
		text_add(out, "%s", notices[notice->kind].reason);
	if (notice->kind == NOTICE_BLOCKED) {
		text_add(out, "%s: ", family_name(notice->answer->family));
		if (notice->answer->refused)
			text_add(out, "%s", notice->answer->refused);
		else
			phrase_result(&notice->opening, notice->answer, out);
	}
	if (notice->kind == NOTICE_REFUSED && news->report.lockout)
		text_add(out, "%s", news->report.lockout);
	if (notice->kind == NOTICE_REFUSED && news->report.harmed) {
		text_add(out, "it would stop ");
		phrase_whole_opening(news->report.harmed->opening, out);
	}
	if (news->after)
		text_add(out, "; the last change was made by %s", news->after);
}

static void log_notice(const struct openings *about, const char *reason, const struct actor *actor)
{
	CLEANUP(text_free) struct text ports = {0};

	for (size_t i = 0; i < about->count; i++)
		phrase_whole_opening(&about->list[i], &ports);
	audit_write(&(struct audit_record){
		.event = AUDIT_REFUSED,
		.actor = actor,
		.ports = text_string(&ports),
		.result = "watch",
		.cause = reason,
	});
}

static int say_notice(const struct output *output, const struct watch_news *news,
		      const struct watch_notice *notice, const struct actor *actor, struct error *err)
{
	struct opening opening = notice->opening;
	const struct openings about = {.list = &opening, .count = opening.id ? 1 : 0};
	CLEANUP(text_free) struct text reason = {0};

	add_reason(news, notice, &reason);
	log_notice(&about, text_string(&reason), actor);
	return print(output, notices[notice->kind].words,
		     &(struct watch_line){.event = notices[notice->kind].event,
					  .openings = &about,
					  .after = news->after,
					  .reason = text_string(&reason),
					  .milliseconds = -1},
		     err);
}

/* --- what was done --- */

static int say_restored(const struct output *output, const struct watch_news *news, const struct actor *actor,
			struct error *err)
{
	log_change(&news->request, &news->report, err, actor);
	return print(output, news->put_back.count ? "Put back" : "The rules are as recorded again",
		     &(struct watch_line){.event = "restored",
					  .openings = &news->put_back,
					  .after = news->after,
					  .reason = news->request.reason,
					  .milliseconds = news->milliseconds},
		     err);
}

int say_news(const struct output *output, const struct watch_news *news, const struct actor *actor,
	     struct error *err)
{
	if (news->restored && say_restored(output, news, actor, err) < 0)
		return -1;
	for (size_t i = 0; i < news->notice_count; i++)
		if (say_notice(output, news, &news->notices[i], actor, err) < 0)
			return -1;
	return 0;
}

int say_unseen(const struct output *output, const struct error *why, const struct actor *actor,
	       struct error *err)
{
	audit_write(&(struct audit_record){
		.event = AUDIT_FAILED,
		.actor = actor,
		.result = error_kind_name(why->kind),
		.cause = why->text,
	});
	if (!output->json) {
		plain_line(output->err, "fwport: %s; tried again", why->text);
		return 0;
	}
	return json_watch(output->out,
			  &(struct watch_line){.event = "failed", .reason = why->text, .milliseconds = -1},
			  err);
}

/* --- for others --- */

void say_watcher(const struct output *output)
{
	const struct watcher watcher = watcher_find();
	const time_t last = (time_t)watcher.last;
	char when[32] = "";
	struct tm local;

	if (!watcher.runs)
		return;
	if (!watcher.restored) {
		plain_line(output->out, "fwport watch (process %d) puts back what others throw out.",
			   watcher.pid);
		return;
	}
	if (localtime_r(&last, &local))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &local);
	plain_line(output->out,
		   "fwport watch (process %d) has put rules back %u time%s, last at %s after %s.",
		   watcher.pid, watcher.restored, watcher.restored == 1 ? "" : "s", when,
		   *watcher.after ? watcher.after : "a change of the ruleset");
}
