/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers fwport-check's questions about the firewall. */
#ifndef FWPORT_WHY_SERVER_H
#define FWPORT_WHY_SERVER_H

/*
 * Until the other end is closed. A question is a line: "out tcp 443 192.0.2.7 65534" (direction, protocol, port, remote address, uid
 * of who connects); its answer the line that `fwport --json why` prints, or {"schema":1,"error":...}. "trace 443 192.0.2.7 ..."
 * follows the packets to these from then on, and "traced" answers with what was seen of them.
 */
void why_serve(int socket, const char *backend);

#endif
