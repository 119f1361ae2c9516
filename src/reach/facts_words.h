/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for what stages found, the same for people and for scripts. */
#ifndef FWPORT_REACH_FACTS_WORDS_H
#define FWPORT_REACH_FACTS_WORDS_H

#include "facts.h"

const char *dns_word(enum dns_status status);
const char *nss_word(int status); /* of getaddrinfo */
const char *route_word(enum route_status status);
const char *firewall_word(enum firewall_verdict verdict);
const char *tcp_word(enum tcp_status status);
const char *tls_word(enum tls_status status);
/* Of an alert, by its description. */
const char *alert_word(int description);
const char *http_word(enum http_status status);
const char *quic_word(enum quic_status status);
const char *neighbour_word(enum neighbour_status status);
const char *audit_word(enum audit_answer answer);

#endif
