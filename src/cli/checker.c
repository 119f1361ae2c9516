/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The child has one end of a socket, on which it asks about the firewall; fwport has the other, and hears by its end that it is gone. */
#include "checker.h"

#include "why_server.h"

#include "fwport/files.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORD_MOST = 8192 };

extern char **environ;

static void append(struct checker_words *words, char *word)
{
	char **list = word ? pool_grow(&words->pool, words->list, words->count, sizeof(*list)) : NULL;

	words->failed = words->failed || !list;
	if (!list)
		return;
	words->list = list;
	list[words->count++] = word;
}

void checker_words_add(struct checker_words *words, const char *format, ...)
{
	char word[WORD_MOST];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(word, sizeof(word), format, args);
	va_end(args);
	words->failed = words->failed || length < 0 || length >= WORD_MOST;
	append(words, pool_text(&words->pool, word));
}

void checker_words_add_output(struct checker_words *words, const struct output *output)
{
	const struct {
		bool wanted;
		const char *flag;
	} flags[] = {{output->json, "--json"},
		     {output->quiet, "--quiet"},
		     {output->verbose, "--verbose"},
		     {output->screen.color, "--color"}};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (flags[i].wanted)
			checker_words_add(words, "%s", flags[i].flag);
}

void checker_words_free(struct checker_words *words)
{
	pool_free(&words->pool);
}

/* The program, the socket, the words, and NULL. */
static char **whole_line(const struct checker_words *words, int socket, struct pool *pool)
{
	char **line = pool_alloc(pool, (words->count + 3) * sizeof(*line));

	if (!line || words->failed)
		return NULL;
	line[0] = pool_format(pool, "%s/fwport-check", directory_path(DIRECTORY_LIBEXEC));
	line[1] = pool_format(pool, "--oracle=%d", socket);
	memcpy(line + 2, words->list, words->count * sizeof(*line));
	return line[0] && line[1] ? line : NULL;
}

/* Whoever started fwport may ignore SIGCHLD, and of a child whose end is ignored there is no status. */
static int spawn(char **line, struct checker *checker, struct error *err)
{
	int failed;

	signal(SIGCHLD, SIG_DFL);
	failed = posix_spawn(&checker->pid, line[0], NULL, NULL, line, environ);

	if (!failed)
		return 0;
	error_system(err, failed, "cannot start %s", line[0]);
	return failed == ENOENT
		       ? error_hint(err, "it is a package of its own, fwport-check, where fwport is one")
		       : -1;
}

int checker_start(const struct checker_words *words, struct checker *out, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	int ends[2], inherited, status;
	char **line;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return error_system(err, errno, "cannot talk to fwport-check");
	inherited = dup(ends[1]); /* without close-on-exec */
	line = inherited < 0 ? NULL : whole_line(words, inherited, &pool);
	status = line ? spawn(line, out, err) : error_memory(err);
	close(ends[1]);
	if (inherited >= 0)
		close(inherited);
	if (status < 0)
		close(ends[0]);
	out->socket = ends[0];
	return status;
}

int checker_attend(const struct checker *checker, const char *backend, struct error *err)
{
	int status;

	why_serve(checker->socket, backend);
	close(checker->socket);
	while (waitpid(checker->pid, &status, 0) < 0)
		if (errno != EINTR)
			return error_system(err, errno, "cannot wait for fwport-check");
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return error_set(err, ERROR_SYSTEM, "fwport-check was ended by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
}

int checker_after(const char *const *targets, size_t count, const struct request *request,
		  const struct output *output, struct error *err)
{
	CLEANUP(checker_words_free) struct checker_words words = {0};
	struct checker checker;

	checker_words_add_output(&words, output);
	checker_words_add(&words, "--");
	for (size_t i = 0; i < count; i++)
		checker_words_add(&words, "%s", targets[i]);
	if (checker_start(&words, &checker, err) < 0)
		return -1;
	return checker_attend(&checker, request->backend, err);
}
