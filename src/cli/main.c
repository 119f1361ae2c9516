/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the words of the command line to an exit status. The only place that asks for root and gives up what is not needed of
 * it, prints errors and knows about terminals.
 */
#include "arguments.h"
#include "permission.h"
#include "print.h"

#include "fwport/plain.h"
#include "fwport/privilege.h"
#include "fwport/streams.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What programs read, be it JSON or a file of rules, is not folded on a terminal either. */
static void look_at_terminals(const struct request *request, struct output *output)
{
	const struct screen screen = screen_of(STDOUT_FILENO, request->color);
	const struct screen beside = screen_of(STDERR_FILENO, request->color);
	FILE *out = NULL, *err = NULL;

	if (output->json || request->print)
		return;
	if (screen.columns)
		out = screen_open(stdout, screen.columns);
	if (beside.columns)
		err = screen_open(stderr, beside.columns);
	output->screen = screen;
	output->beside = beside;
	output->out = out ? out : stdout;
	output->err = err ? err : stderr;
}

static void close_screens(const struct output *output)
{
	if (output->out != stdout)
		fclose(output->out);
	if (output->err != stderr)
		fclose(output->err);
}

static int dispatch(const struct command *command, struct request *request, const struct output *output,
		    const char *const *words, struct error *err)
{
	if (request->version)
		return print_version(output, err);
	if (request->help)
		return print_help(output, command, err);
	if (!command) {
		error_set(err, ERROR_USAGE, "what shall be done? a command is missing");
		return error_hint(err, "fwport --help lists the commands");
	}
	if (command->needs & NEEDS_ROOT && !request->offline && permission_check(command, words, err) < 0)
		return -1;
	if (command->start && command->start(request, output, err) < 0)
		return -1;
	if (privilege_drop(err) < 0)
		return -1;
	if (privilege_deny_calls(err) < 0 && !output->quiet)
		plain_line(output->err, "fwport: warning: %s", err->text);
	return command->run(request, output, err);
}

/* A full disk or a closed pipe must not pass for success, nor for an answer. */
static int flush(const struct output *output, int status, bool failed, struct error *err)
{
	if (fflush(output->out) == 0 && !ferror(output->out))
		return status;
	if (!failed)
		error_system(err, errno ? errno : EIO, "cannot write the output");
	else if (!output->json)
		return status; /* that failure was told, on stderr */
	plain_line(output->err, "fwport: %s", err->text);
	return error_exit_status(ERROR_SYSTEM);
}

static int run(const char *const *words, size_t count)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const char **operands = pool_alloc(&pool, (count + 1) * sizeof(*operands));
	struct output output = {.out = stdout, .err = stderr, .json = arguments_want_json(words, count)};
	const struct command *command = NULL;
	struct request request = {0};
	struct error err = {0};
	int status;
	bool failed;

	status = operands ? arguments_parse(words, count, operands, &request, &command, &err)
			  : error_memory(&err);
	look_at_terminals(&request, &output);
	if (status == 0) {
		output.json = request.json;
		output.quiet = request.quiet;
		output.verbose = request.verbose;
		status = dispatch(command, &request, &output, words, &err);
	}
	failed = status < 0;
	if (failed) {
		print_failure(&output, command, &err);
		status = error_exit_status(err.kind);
	}
	status = flush(&output, status, failed, &err);
	close_screens(&output);
	return status;
}

/* A signal that came while a change was made ends the program all the same, once everything is logged and told. */
int main(int argc, char **argv)
{
	int skip = argc > 0, status;
	sigset_t before;

	streams_hold();
	signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files is told like a disk that is full */
	sigprocmask(SIG_SETMASK, NULL, &before);
	status = run((const char *const *)argv + skip, (size_t)(argc - skip));
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}
