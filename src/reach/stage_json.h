/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stages as JSON: each returns a new reference, null for a stage that was not reached, or NULL when memory is short. */
#ifndef FWPORT_REACH_STAGE_JSON_H
#define FWPORT_REACH_STAGE_JSON_H

#include "examination.h"

#include <jansson.h>

void json_unref(json_t **value);               /* for CLEANUP */
json_t *json_text_or_null(const char *string); /* NULL is null; bytes that are not UTF-8 become \xNN */
json_t *json_milliseconds(double ms);          /* null where there are none */
/* Appends, takes over the item and returns the list; NULL, and nothing left, when either is NULL. */
json_t *json_append(json_t *list, json_t *item);
json_t *json_errno(int sys); /* 0 is null */
json_t *json_icmp_error(const struct icmp_error *error);
json_t *json_firewall_facts(const struct firewall_facts *facts);
json_t *json_addresses(const struct address_list *addresses);

json_t *json_resolver(const struct resolver_facts *facts);
json_t *json_proxy(const struct examination *examination);
/* Of the endpoint that went furthest; NULL: there is none. */
json_t *json_route(const struct endpoint *endpoint);
json_t *json_firewall(const struct endpoint *endpoint);
json_t *json_tls(const struct endpoint *endpoint);
json_t *json_certificate(const struct endpoint *endpoint);
json_t *json_http(const struct endpoint *endpoint);
/* TCP to each address, with what is known of the way there. */
json_t *json_endpoints(const struct examination *examination);
json_t *json_plain(const struct plain_facts *facts);
json_t *json_http3(const struct http3_facts *facts);
json_t *json_traced(const struct trace_facts *facts);
json_t *json_audit(const struct audit_facts *facts);

#endif
