/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The codes of findings, by party. A code says what is wrong in the field's own word; the party says whose it is. Both lists are
 * closed: a code may be added, and none changes its meaning.
 */
#ifndef FWPORT_REACH_CODES_H
#define FWPORT_REACH_CODES_H

#define CODE_OK "ok"

/* local-config: what this host was told */
#define CODE_HOSTS_ENTRY   "hosts-entry"   /* /etc/hosts, and not the DNS, says where the name is */
#define CODE_NO_NAMESERVER "no-nameserver" /* resolv.conf names none */
#define CODE_NSS_DIFFERS   "nss-differs"   /* programs are told something else than the nameservers say */
#define CODE_SEARCH_LIST   "search-list"   /* the name was found only with a suffix of the search list */
#define CODE_TRUST_STORE   "trust-store" /* this host trusts no issuer at all, or its store cannot be read */
#define CODE_CLOCK         "clock"       /* this host's clock is wrong */
#define CODE_PROXY_SETTING "proxy-setting" /* https_proxy does not parse */
#define CODE_LOCAL_LIMIT   "local-limit"   /* descriptors, ports, memory of this host */

/* local-route */
#define CODE_NO_ROUTE          "no-route"
#define CODE_ROUTE_UNREACHABLE "route-unreachable"
#define CODE_ROUTE_PROHIBIT    "route-prohibit"
#define CODE_ROUTE_BLACKHOLE   "route-blackhole"

/* local-network: the cable, and who is on it */
#define CODE_LINK_DOWN       "link-down"
#define CODE_NO_ADDRESS      "no-address"      /* this host has none of the family */
#define CODE_NEXT_HOP_SILENT "next-hop-silent" /* nobody answers ARP or neighbour solicitation */

/* local-firewall */
#define CODE_OUTPUT_DROP    "output-drop"    /* what we send never leaves */
#define CODE_OUTPUT_REJECT  "output-reject"  /* likewise, and we are told */
#define CODE_INPUT_DROP     "input-drop"     /* what is answered is dropped here */
#define CODE_LOCAL_REDIRECT "local-redirect" /* NAT of this host sends it elsewhere */

/* resolver */
#define CODE_NXDOMAIN          "nxdomain"
#define CODE_NODATA            "nodata"
#define CODE_SERVFAIL          "servfail"
#define CODE_DNS_REFUSED       "dns-refused"
#define CODE_DNS_NO_ANSWER     "dns-no-answer"
#define CODE_DNS_UNREACHABLE   "dns-unreachable" /* port closed, or ICMP */
#define CODE_DNS_GARBAGE       "dns-garbage"     /* the answer does not parse, or answers something else */
#define CODE_DNS_TCP_BLOCKED   "dns-tcp-blocked" /* a truncated answer, and no TCP to ask again */
#define CODE_SINKHOLE          "sinkhole"        /* an address that leads nowhere: 0.0.0.0, ::, a loopback */
#define CODE_SOME_SERVERS_FAIL "some-servers-fail"

/* proxy */
#define CODE_PROXY_NEEDED      "proxy-needed"
#define CODE_PROXY_UNREACHABLE "proxy-unreachable"
#define CODE_PROXY_UNRESOLVED  "proxy-unresolved"
#define CODE_PROXY_CREDENTIALS "proxy-credentials"
#define CODE_PROXY_DENIES      "proxy-denies"
#define CODE_PROXY_CANNOT_REACH \
	"proxy-cannot-reach"                 /* 502, 503, 504 to CONNECT, or a tunnel that leads nowhere */
#define CODE_PROXY_PROTOCOL "proxy-protocol" /* what answers is no proxy */

/* path: between this host and the target */
#define CODE_NO_ANSWER        "no-answer"        /* SYN left, and nothing came */
#define CODE_ADMIN_PROHIBITED "admin-prohibited" /* ICMP of a router, type and code in the text */
#define CODE_HOST_UNREACHABLE "host-unreachable"
#define CODE_NET_UNREACHABLE  "net-unreachable"
#define CODE_TTL_EXCEEDED     "ttl-exceeded" /* a routing loop */
#define CODE_MTU_BLACK_HOLE   "mtu-black-hole"
#define CODE_DATA_BLOCKED     "data-blocked" /* the handshake passes, and no data does */
#define CODE_SNI_FILTER       "sni-filter"
#define CODE_RESET_INJECTED   "reset-injected" /* a RST that did not come from the target */
#define CODE_LOSS             "loss"
#define CODE_SLOW             "slow"
#define CODE_QUIC_BLOCKED     "quic-blocked"
#define CODE_FAMILY_BROKEN    "family-broken" /* one family works, the other does not */

/* remote-tcp */
#define CODE_CONNECTION_REFUSED  "connection-refused"
#define CODE_PORT_UNREACHABLE    "port-unreachable" /* ICMP of the target itself */
#define CODE_CLOSES_AT_ONCE      "closes-at-once"
#define CODE_RESETS_AT_ONCE      "resets-at-once"
#define CODE_SOME_ADDRESSES_FAIL "some-addresses-fail"

/* remote-tls */
#define CODE_TLS_SILENT           "tls-silent" /* the ClientHello was acknowledged, and nothing came */
#define CODE_TLS_CLOSED           "tls-closed"
#define CODE_TLS_RESET            "tls-reset"
#define CODE_PLAIN_HTTP           "plain-http"
#define CODE_NOT_TLS              "not-tls"
#define CODE_PROTOCOL_VERSION     "protocol-version" /* only versions that are too old */
#define CODE_HANDSHAKE_FAILURE    "handshake-failure"
#define CODE_UNRECOGNIZED_NAME    "unrecognized-name"
#define CODE_TLS_ALERT            "tls-alert" /* any other, named in the text */
#define CODE_CERTIFICATE_REQUIRED "certificate-required"
#define CODE_TLS_VIOLATION        "tls-violation" /* what we refuse: a bad record, a weak key, a bad signature */
#define CODE_TLS_STALLED          "tls-stalled" /* stopped in the middle of the handshake */
#define CODE_HEARTBLEED           "heartbleed"
#define CODE_OLD_VERSION          "old-version" /* also offers SSLv3, TLS 1.0 or 1.1 */
#define CODE_WEAK_SUITE           "weak-suite"  /* also offers RC4, 3DES, export, NULL, anonymous */
#define CODE_NO_FORWARD_SECRECY   "no-forward-secrecy"

/* remote-cert */
#define CODE_EXPIRED              "expired"
#define CODE_NOT_YET_VALID        "not-yet-valid"
#define CODE_WRONG_NAME           "wrong-name"
#define CODE_SELF_SIGNED          "self-signed"
#define CODE_UNKNOWN_ISSUER       "unknown-issuer"
#define CODE_MISSING_INTERMEDIATE "missing-intermediate"
#define CODE_REVOKED              "revoked"
#define CODE_WEAK_KEY             "weak-key"
#define CODE_WEAK_SIGNATURE       "weak-signature"
#define CODE_WRONG_PURPOSE        "wrong-purpose"
#define CODE_CERTIFICATE_INVALID  "certificate-invalid" /* any other, named in the text */
#define CODE_PIN_MISMATCH         "pin-mismatch"
#define CODE_ISSUER_CHANGED       "issuer-changed"
#define CODE_EXPIRES_SOON         "expires-soon"
#define CODE_STAPLE_BAD           "staple-bad"

/* interception, captive-portal */
#define CODE_INSPECTING_ISSUER "inspecting-issuer"
#define CODE_MINTED            "minted-certificate" /* made on the fly: another name at the same address gets one too */
#define CODE_PORTAL            "portal"

/* remote-http */
#define CODE_NO_RESPONSE       "no-response"
#define CODE_RESPONSE_BROKEN   "response-broken" /* closed, reset or garbage in the middle */
#define CODE_SERVER_ERROR      "server-error"    /* 5xx */
#define CODE_CLIENT_ERROR      "client-error"    /* 4xx: a warning */
#define CODE_REDIRECT_LOOP     "redirect-loop"
#define CODE_REDIRECTS_TO_HTTP "redirects-to-http"
#define CODE_REDIRECT_FAILED   "redirect-failed"
#define CODE_ENDLESS_BODY      "endless-body"
#define CODE_ENDLESS_HEADERS   "endless-headers"
#define CODE_NO_HSTS           "no-hsts"
#define CODE_NO_REDIRECT       "no-redirect" /* port 80 serves, and does not send on to https */
#define CODE_HTTP3_DEAD        "http3-dead"  /* advertised, and the target's port is closed */

/* unknown, and what is said beside a verdict */
#define CODE_CONTRADICTION "contradiction" /* the evaluator and the witness disagree */
#define CODE_DEADLINE      "deadline"

#endif
