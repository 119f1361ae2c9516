/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ICMP errors behind a socket's errno, and who sent them: without privilege. */
#ifndef FWPORT_REACH_ICMP_ERROR_H
#define FWPORT_REACH_ICMP_ERROR_H

#include "facts.h"

/* Whether all errors are told, also those that the kernel does not take for final. */
void icmp_errors_tell(int socket, enum family family, bool on);
/* The oldest one; out->known stays false where there is none. */
void icmp_error_read(int socket, struct icmp_error *out);

#endif
