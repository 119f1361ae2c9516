/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes packets for a firewall to look at: connect_often tcp|udp PORT COUNT. Opens and resets COUNT connections to itself
 * over loopback, or sends itself COUNT datagrams, one after the other. Every packet passes output and input.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int connect_once(int listener, const struct sockaddr_in *address)
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	int client = socket(AF_INET, SOCK_STREAM, 0), served;

	if (client < 0 || connect(client, (const struct sockaddr *)address, sizeof(*address)) < 0)
		return -1;
	served = accept(listener, NULL, NULL);
	/* A reset leaves no TIME_WAIT behind, or the ports would run out. */
	if (served < 0 || setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) < 0)
		return -1;
	close(client);
	close(served);
	return 0;
}

static int connections(int listener, const struct sockaddr_in *address, unsigned long count)
{
	if (listen(listener, 16) < 0)
		return -1;
	while (count--) {
		if (connect_once(listener, address) < 0)
			return -1;
	}
	return 0;
}

static int datagrams(int receiver, const struct sockaddr_in *address, unsigned long count)
{
	int sender = socket(AF_INET, SOCK_DGRAM, 0);
	char byte = 'x';

	if (sender < 0)
		return -1;
	while (count--) {
		if (sendto(sender, &byte, 1, 0, (const struct sockaddr *)address, sizeof(*address)) != 1 ||
		    recv(receiver, &byte, 1, 0) != 1)
			return -1;
	}
	close(sender);
	return 0;
}

static int run(int udp, unsigned long port, unsigned long count)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int end = socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0), one = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (end < 0 || setsockopt(end, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(end, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return udp ? datagrams(end, &address, count) : connections(end, &address, count);
}

int main(int argc, char **argv)
{
	if (argc != 4 || (strcmp(argv[1], "tcp") != 0 && strcmp(argv[1], "udp") != 0)) {
		fputs("usage: connect_often tcp|udp PORT COUNT\n", stderr);
		return 2;
	}
	if (run(strcmp(argv[1], "udp") == 0, strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10)) < 0) {
		perror("connect_often");
		return 1;
	}
	return 0;
}
