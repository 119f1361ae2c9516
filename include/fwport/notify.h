/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells the service manager how this process is, where it asks for that (NOTIFY_SOCKET, sd_notify(3)): the protocol is a datagram, and
 * its library would double the time that a program takes to start.
 */
#ifndef FWPORT_NOTIFY_H
#define FWPORT_NOTIFY_H

/* "READY=1", "STATUS=..."; several with newlines between. Whether it was heard is of no consequence. */
void notify(const char *lines);

#endif
