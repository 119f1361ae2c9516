/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a service manager is told, over a socket that it names. */
#include "cmocka_all.h"

#include "fwport/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_on(const char *name, char *variable, size_t size)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	const socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));

	memcpy(at.sun_path, name, strlen(name));
	if (*name == '@')
		at.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&at, length), 0);
	snprintf(variable, size, "%s", name);
	setenv("NOTIFY_SOCKET", variable, 1);
	return fd;
}

static void assert_heard(int fd, const char *expected)
{
	char heard[64] = "";

	assert_int_equal(recv(fd, heard, sizeof(heard) - 1, 0), strlen(expected));
	assert_string_equal(heard, expected);
}

static void test_a_socket_in_the_file_system(void **state)
{
	char directory[] = "/tmp/notify.XXXXXX", path[64], variable[64];
	int fd;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/socket", directory);
	fd = listen_on(path, variable, sizeof(variable));
	notify("READY=1");
	assert_heard(fd, "READY=1");
	close(fd);
	unlink(path);
	rmdir(directory);
}

static void test_an_abstract_socket(void **state)
{
	char name[64], variable[64];
	int fd;

	(void)state;
	snprintf(name, sizeof(name), "@fwport-test-%d", (int)getpid());
	fd = listen_on(name, variable, sizeof(variable));
	notify("STATUS=all open");
	assert_heard(fd, "STATUS=all open");
	close(fd);
}

static void test_nobody_asks_or_listens(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	notify("READY=1");
	setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
	notify("READY=1");
	setenv("NOTIFY_SOCKET", "", 1);
	notify("READY=1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_socket_in_the_file_system),
		cmocka_unit_test(test_an_abstract_socket),
		cmocka_unit_test(test_nobody_asks_or_listens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
