/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests: stands for an ssh server, and is called sshd because that is how a session is recognised. It listens on
 * port 22, and runs its arguments as a command once for each connection, in a child of a child as real sessions are; the
 * connection gets the command's output and at last "exit STATUS". SSH_CONNECTION says who is connected.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int listen_on(in_port_t port)
{
	struct sockaddr_in6 address = {
		.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_any};
	int server = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (server < 0 || bind(server, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(server, 16) < 0)
		return -1;
	return server;
}

/* "192.0.2.1 51820 192.0.2.10 22", IPv4 as such. */
static void tell_connection(int session)
{
	char text[2 * INET6_ADDRSTRLEN + 16], addresses[2][INET6_ADDRSTRLEN];
	struct sockaddr_in6 ends[2];
	socklen_t length = sizeof(ends[0]);

	if (getpeername(session, (struct sockaddr *)&ends[0], &length) < 0 ||
	    getsockname(session, (struct sockaddr *)&ends[1], &length) < 0)
		return;
	for (int i = 0; i < 2; i++) {
		const uint8_t *bytes = ends[i].sin6_addr.s6_addr;
		int mapped = IN6_IS_ADDR_V4MAPPED(&ends[i].sin6_addr);

		inet_ntop(mapped ? AF_INET : AF_INET6, mapped ? bytes + 12 : bytes, addresses[i],
			  sizeof(addresses[i]));
	}
	snprintf(text, sizeof(text), "%s %u %s %u", addresses[0], ntohs(ends[0].sin6_port), addresses[1],
		 ntohs(ends[1].sin6_port));
	setenv("SSH_CONNECTION", text, 1);
}

/* The command's descriptors are a pipe, not the socket: the evidence is in this process, as with privilege separation. */
static int run(char **command, int session)
{
	char bytes[4096];
	int pipes[2], status;
	ssize_t length;
	pid_t child;

	if (pipe(pipes) < 0 || (child = fork()) < 0)
		return -1;
	if (child == 0) {
		tell_connection(session);
		dup2(pipes[1], STDOUT_FILENO);
		dup2(pipes[1], STDERR_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		close(session);
		execvp(command[0], command);
		_exit(127);
	}
	close(pipes[1]);
	while ((length = read(pipes[0], bytes, sizeof(bytes))) > 0)
		if (write(session, bytes, (size_t)length) < 0)
			break;
	close(pipes[0]);
	if (waitpid(child, &status, 0) < 0)
		return -1;
	dprintf(session, "exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return 0;
}

int main(int argc, char **argv)
{
	int server = listen_on(22);

	if (argc < 2 || server < 0) {
		perror("sshd COMMAND...: port 22");
		return 1;
	}
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int session = accept(server, NULL, NULL);

		if (session < 0)
			return 1;
		if (fork() == 0) {
			close(server);
			signal(SIGCHLD, SIG_DFL);
			_exit(run(argv + 1, session) < 0);
		}
		close(session);
	}
}
