/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs two commands alternately and compares their wall times: pair [OPTION VALUE]... A... -- B...
 * Both meet the same weather, so the ratio of a pair means something where single times do not. Asserts nothing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MOST = 1001 };

struct side {
	char *const *command;
	const char *netns; /* path of a network namespace, or NULL */
	char *reset;       /* shell command before each run, not timed, or NULL */
	double ms[RUNS_MOST];
};

struct pair {
	const char *title;
	size_t runs;
	struct side a, b;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int enter(const char *netns)
{
	int fd = netns ? open(netns, O_RDONLY | O_CLOEXEC) : -1;

	if (!netns)
		return 0;
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		return -1;
	return close(fd);
}

/* Both ends of the time are taken around exec and exit: neither the fork nor the change of namespace counts. */
static void child(const struct side *side, double *started)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || enter(side->netns) < 0)
		_exit(126);
	*started = now_ms();
	execvp(side->command[0], side->command);
	_exit(127);
}

static int run_once(const struct side *side, double *started, double *ms)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		child(side, started);
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		fprintf(stderr, "pair: %s: %s\n", side->command[0], strerror(errno));
		return -1;
	}
	*ms = now_ms() - *started;
	if (status != 0)
		fprintf(stderr, "pair: %s %s: wait status 0x%x\n", side->command[0],
			side->command[1] ? side->command[1] : "", (unsigned)status);
	return status == 0 ? 0 : -1;
}

static int reset(const struct side *side, double *started)
{
	static char sh[] = "sh", flags[] = "-ec";
	char *const shell[] = {sh, flags, side->reset, NULL};
	const struct side as_shell = {.command = shell, .netns = side->netns};
	double ms;

	return side->reset ? run_once(&as_shell, started, &ms) : 0;
}

static int measure(struct pair *pair)
{
	double *started =
		mmap(NULL, sizeof(*started), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (started == MAP_FAILED)
		return -1;
	/* The first round warms caches and is overwritten by the second. */
	for (size_t i = 0; i <= pair->runs; i++) {
		size_t slot = i ? i - 1 : 0;

		if (reset(&pair->a, started) < 0 || run_once(&pair->a, started, &pair->a.ms[slot]) < 0 ||
		    reset(&pair->b, started) < 0 || run_once(&pair->b, started, &pair->b.ms[slot]) < 0)
			return -1;
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void print_side(const char *letter, struct side *side, size_t runs)
{
	double middle = median(side->ms, runs);

	printf("    %s %9.3f ms  (%.3f to %.3f)  %s %s\n", letter, middle, side->ms[0], side->ms[runs - 1],
	       side->command[0], side->command[1] ? side->command[1] : "");
}

static void print(struct pair *pair)
{
	double ratios[RUNS_MOST], of_pairs;

	for (size_t i = 0; i < pair->runs; i++)
		ratios[i] = pair->a.ms[i] / pair->b.ms[i];
	of_pairs = median(ratios, pair->runs);
	printf("%-64s A/B %6.2f  (median of %zu pairs %.2f)\n", pair->title,
	       median(pair->a.ms, pair->runs) / median(pair->b.ms, pair->runs), pair->runs, of_pairs);
	print_side("A", &pair->a, pair->runs);
	print_side("B", &pair->b, pair->runs);
}

static int usage(void)
{
	fputs("usage: pair [-t TITLE] [-n RUNS] [-a NETNS] [-b NETNS] [-A RESET] [-B RESET] A... -- B...\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	static struct pair pair = {.title = "", .runs = 21};
	int option, second;

	while ((option = getopt(argc, argv, "+t:n:a:b:A:B:")) != -1) {
		switch (option) {
		case 't':
			pair.title = optarg;
			break;
		case 'n':
			pair.runs = strtoul(optarg, NULL, 10);
			break;
		case 'a':
			pair.a.netns = optarg;
			break;
		case 'b':
			pair.b.netns = optarg;
			break;
		case 'A':
			pair.a.reset = optarg;
			break;
		case 'B':
			pair.b.reset = optarg;
			break;
		default:
			return usage();
		}
	}
	for (second = optind; second < argc && strcmp(argv[second], "--") != 0; second++)
		;
	if (second == optind || second + 1 >= argc || pair.runs < 1 || pair.runs > RUNS_MOST)
		return usage();
	argv[second] = NULL;
	pair.a.command = argv + optind;
	pair.b.command = argv + second + 1;
	if (measure(&pair) < 0)
		return 1;
	print(&pair);
	return 0;
}
