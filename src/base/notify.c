/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A name that begins with "@" is none in the file system, and has a zero byte in its place. */
#include "fwport/notify.h"

#include "fwport/files.h"
#include "fwport/pool.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

void notify(const char *lines)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const size_t length = name ? strlen(name) : 0;
	CLEANUP(descriptor_close) int fd = -1;

	if (length < 2 || length >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, name, length);
	if (*name == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0)
		(void)!sendto(fd, lines, strlen(lines), MSG_NOSIGNAL, (struct sockaddr *)&to,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
}
