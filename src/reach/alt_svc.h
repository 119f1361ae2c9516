/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header Alt-Svc (RFC 7838), as far as it advertises HTTP/3. */
#ifndef FWPORT_REACH_ALT_SVC_H
#define FWPORT_REACH_ALT_SVC_H

#include <stdint.h>

/* The port of the first entry "h3" that is of the same host; 0: there is none. */
uint16_t alt_svc_h3_port(const char *value);

#endif
