/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the stages found, without judgement: judge.c makes findings of it. A fact that was not looked for is absent (reached is
 * false, a pointer NULL, a number -1), never 0 or ok. Strings and arrays live in the examination's pool; strangers' strings are
 * kept as they came and escaped where they are shown.
 */
#ifndef FWPORT_REACH_FACTS_H
#define FWPORT_REACH_FACTS_H

#include "tcp_bytes.h"

#include "facts_beside.h"

#include "fwport/address.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address_list {
	struct address *list;
	size_t count;
};

/* --- the way to an address: of the target, of the proxy, of a nameserver --- */

enum route_status {
	ROUTE_OK,
	ROUTE_NONE,        /* ENETUNREACH, and no route of a kind that says so */
	ROUTE_UNREACHABLE, /* a route of type unreachable */
	ROUTE_PROHIBIT,
	ROUTE_BLACKHOLE,
	ROUTE_LINK_DOWN, /* there is one, by an interface that is down or has no carrier */
	ROUTE_NO_SOURCE, /* this host has no address of the family */
};

enum neighbour_status {
	NEIGHBOUR_NOT_NEEDED,
	NEIGHBOUR_UNKNOWN,
	NEIGHBOUR_REACHABLE,
	NEIGHBOUR_SILENT,
	NEIGHBOUR_UNASKED, /* no question for it left */
	NEIGHBOUR_UNHEARD, /* its answer came in, and was not taken */
};

struct route_facts {
	bool reached;
	enum route_status status;
	const char *device; /* NULL: none */
	bool no_carrier;    /* of a link that is down: it is switched on, and the cable is out */
	uint32_t link;      /* the device's index, where there is a neighbour to be found; 0 */
	bool has_gateway, has_source;
	struct address gateway, source;
	uint32_t mtu;
	enum neighbour_status
		neighbour; /* of the gateway, or of the target on the link: asked after connecting, too */
};

/* IP_RECVERR, without privilege: the ICMP error behind an errno. */
struct icmp_error {
	bool known;
	uint8_t type, code;
	struct address from;
	bool from_known;
};

enum firewall_verdict { FIREWALL_OPEN, FIREWALL_BLOCKED, FIREWALL_DEPENDS, FIREWALL_UNKNOWN };

/* The evaluator's answer to `why out`, for this address. */
struct firewall_facts {
	bool reached;
	enum firewall_verdict verdict;
	bool blocks_answer;    /* the packet that is stopped is one that comes in */
	bool rejects;          /* and the sender is told */
	const char *rule;      /* "inet filter output, rule 3, handle 14: tcp dport 443 drop" */
	const char *redirect;  /* where NAT of this host sends it: "127.0.0.1, port 8080"; NULL: nowhere */
	const char *condition; /* what it depends on; NULL */
	const char *unknown;   /* why it is not known; NULL */
	const char *fix;       /* a command; NULL */
	const char *shapes;    /* rule, conditions, fix: as the evaluator wrote them, in JSON */
};

/* --- resolver --- */

enum dns_status {
	DNS_OK,
	DNS_NXDOMAIN,
	DNS_NODATA,
	DNS_SERVFAIL,
	DNS_REFUSED,     /* the rcode */
	DNS_OTHER_RCODE, /* FORMERR, NOTIMP, ... */
	DNS_NO_ANSWER,
	DNS_UNREACHABLE, /* ECONNREFUSED, EHOSTUNREACH, ...: sys says */
	DNS_GARBAGE,
	DNS_TCP_BLOCKED, /* truncated by UDP, and no answer by TCP */
};

/* One question (a type) to one nameserver. */
struct dns_answer {
	bool asked; /* false: this family is not wanted */
	enum dns_status status;
	int rcode; /* -1: there was no answer */
	int sys;
	struct icmp_error icmp; /* behind sys */
	double ms;
	bool by_tcp;
	struct address_list addresses;
	const char *canonical; /* the end of the CNAMEs; NULL: the name itself */
};

struct nameserver_facts {
	struct address address;
	uint16_t port;
	const char *device; /* of a link-local address; NULL */
	bool stub;          /* a resolver on this host: 127.0.0.53 */
	bool behind;        /* asked on top, where the stub failed: resolved's own server behind it */
	bool bogus;         /* it says SERVFAIL, and gives addresses when asked not to validate (DNSSEC) */
	bool implied;       /* resolv.conf names none, and programs ask this one then */
	struct firewall_facts firewall;          /* what the rules say of a question that was not answered */
	struct route_facts route;                /* the way to it, looked at where it did not answer */
	struct dns_answer answers[FAMILY_COUNT]; /* A, AAAA */
};

/* What programs are told (getaddrinfo). */
struct nss_facts {
	bool asked;
	bool late;  /* no answer within the deadline */
	int status; /* 0 or EAI_* */
	int sys;
	double ms; /* -1: it did not answer */
	struct address_list addresses;
};

struct resolver_facts {
	bool reached;
	bool ok; /* there are addresses to go on with */
	double ms;
	const char *config;       /* "/etc/resolv.conf", or why it could not be read */
	const char *config_wrong; /* the line of it that names a nameserver by no address; NULL */
	struct nameserver_facts *servers;
	size_t server_count;
	struct nss_facts nss;
	struct address_list hosts; /* of the name in /etc/hosts */
	const char *hosts_line;    /* "/etc/hosts:7" */
	const char *suffix;        /* of the search list, where only with it the name was found */
	const char *unaskable;     /* why no nameserver can be asked for such a name; NULL */
};

/* --- one address of the target (or of the proxy) --- */

/* What the witness saw outside of netfilter on the connection's own tuple. */
struct sighting {
	bool watched;                                                     /* there was a witness */
	unsigned syn_out, syn_ack_in, rst_in, data_out, data_in, icmp_in; /* data of TCP and UDP */
	unsigned rst_out, icmp_out;   /* what this host refused of what came: a reject on input */
	uint8_t syn_ack_ttl, rst_ttl; /* of the last one; 0: none seen */
	uint16_t mss;                 /* of the SYN-ACK; 0 none */
	bool rst_has_ack_of_data;
	uint8_t icmp_type, icmp_code; /* of the first error */
	bool icmp_from_known;
	struct address icmp_from; /* who sent it */
	uint32_t icmp_mtu;        /* of "fragmentation needed", "packet too big" */
	bool diverted;            /* NAT of this host, or a program of BPF, sends it elsewhere */
	struct address diverted_to;
	uint16_t diverted_port;
	bool sees_data; /* false: only SYN, RST, FIN and ICMP are watched */
};

enum tcp_status {
	TCP_OK,
	TCP_REFUSED, /* ECONNREFUSED by a RST, or by an ICMP port unreachable: the sighting says */
	TCP_TIMED_OUT,
	TCP_UNREACHABLE, /* sys: EHOSTUNREACH, ENETUNREACH, EACCES, EPERM ... */
	TCP_LOCAL,       /* it failed here: socket, bind, EPERM from the firewall, EADDRNOTAVAIL: sys says */
};

struct tcp_facts {
	bool reached;
	enum tcp_status status;
	int sys;
	double ms; /* -1: it did not end well */
	uint16_t local_port;
	bool closed_at_once, reset_at_once; /* accepted, and ended before anything was asked */
	struct icmp_error icmp;
	struct sighting sighting;
	struct tcp_info info; /* when it was closed, or given up */
	bool has_info;
	struct tcp_bytes bytes; /* likewise */
};

/* --- TLS --- */

enum tls_status {
	TLS_OK,
	TLS_TIMED_OUT,
	TLS_CLOSED,   /* FIN */
	TLS_RESET,    /* RST */
	TLS_ALERTED,  /* a fatal alert came: alert_in */
	TLS_VIOLATED, /* what came is refused here: library_error, alert_out */
	TLS_NOT_TLS,  /* first_bytes */
	TLS_LOCAL,    /* it failed here: memory, a certificate of ours */
};

struct certificate_facts {
	const char *subject, *issuer;  /* RFC 2253 */
	const char *names;             /* subjectAltName: "example.com, *.example.com", and what else */
	int64_t not_before, not_after; /* seconds since 1970 */
	const char *key_type;          /* "RSA", "EC" */
	unsigned key_bits;
	const char *signature;  /* "sha256WithRSAEncryption" */
	const char *key_pin;    /* sha256//BASE64 of the public key */
	bool wants_staple;      /* it says that it comes with one (RFC 7633) */
	const char *issuer_url; /* caIssuers of the AIA; NULL */
};

struct chain_facts {
	bool reached;
	struct certificate_facts *list; /* as sent, the leaf first */
	size_t count;
	int *errors; /* X509_V_ERR_*, each once, in the order found */
	size_t error_count;
	bool trusted; /* an issuer of the trust store stands at its end */
	bool name_fits;
	bool name_in_subject_only; /* it fits the subject's common name, which browsers do not look at */
	unsigned sct_count;
	bool has_staple;
	int staple_status; /* V_OCSP_CERTSTATUS_*; -1: none, or it does not parse or verify */
	const char *staple_error;
	const char *
		intermediate_evidence; /* why an issuer in the middle is believed not to be sent; NULL: none is missing */
	bool store_empty;              /* this host trusts nobody */
};

struct tls_facts {
	bool reached;
	enum tls_status status;
	int sys;
	double ms;                                   /* -1: it did not end well */
	const char *version, *cipher, *alpn, *group; /* of the handshake, NULL: not so far */
	const char *sni;
	int alert_in, alert_out; /* descriptions; -1 none */
	bool certificate_asked;  /* a CertificateRequest came */
	bool got_server_hello;
	const char *library_error;
	const uint8_t *first_bytes; /* of the answer, where it is no TLS */
	size_t first_byte_count;
	uint64_t bytes_out, bytes_acked, bytes_in; /* by TCP_INFO */
	bool out_of_order_only; /* segments came, and none of them the next one: an MTU hole */
	struct chain_facts chain;
};

/* --- HTTP --- */

enum http_status {
	HTTP_OK, /* a whole head came; code says */
	HTTP_TIMED_OUT,
	HTTP_CLOSED,
	HTTP_RESET,
	HTTP_GARBAGE,
	HTTP_ENDLESS_HEADERS,
	HTTP_ENDLESS_BODY,
	HTTP_TOO_MANY_REDIRECTS,
	HTTP_REDIRECT_FAILED, /* the place it redirects to could not be asked: error says */
	HTTP_LOCAL,
};

struct redirect_facts {
	int code;
	const char *location;
};

struct http_facts {
	bool reached;
	enum http_status status;
	double ms;
	int code;            /* of the first answer; -1 none */
	int last_code;       /* of the last one */
	const char *version; /* "HTTP/2" */
	const char *server;
	const char *hsts; /* the header; NULL: none */
	const char *alt_svc;
	bool advertises_h3;
	uint16_t h3_port;
	struct redirect_facts *redirects;
	size_t redirect_count;
	bool loops, leaves_https;
	size_t body_bytes;
	int64_t date;      /* the server's clock, seconds since 1970; -1 not told */
	const char *title; /* of the page, as far as it came; for portals */
	const char *error; /* the library's words */
};

/* Port 80 of the same host, without TLS. */
struct plain_facts {
	bool reached;
	enum http_status status;
	bool connected;
	int sys;
	int code;
	const char *location;
	bool to_https;
	bool to_other_host; /* it sends on to a host of another name */
	const char *title;
};

enum quic_status { QUIC_ANSWERS, QUIC_SILENT, QUIC_REFUSED, QUIC_UNREACHABLE, QUIC_LOCAL };

struct http3_facts {
	bool reached;
	enum quic_status status;
	int sys;                /* where it is none of the first two */
	struct icmp_error icmp; /* likewise, if somebody on the way or there said so */
	double ms;
	const char *versions;           /* of the version negotiation */
	struct firewall_facts firewall; /* where nothing answered */
	const char *rule;               /* of it, where that stops it */
};

/* --- the proxy --- */

struct proxy_facts {
	bool reached;      /* a proxy was asked to connect */
	const char *url;   /* as curl takes it; NULL: none is used */
	const char *shown; /* without what it names as user and password */
	const char *host;
	uint16_t port;
	const char *source;   /* "https_proxy", "--proxy" */
	const char *bypassed; /* the entry of NO_PROXY that names the target */
	const char *invalid;  /* why the setting does not parse */
	int code;             /* its answer to CONNECT; -1 none */
	const char *error,
		*tried; /* tried: --try-proxy, as it may be shown; NULL: it was not needed, or is none */
	bool try_works; /* it leads out */
};

/* --- second opinions: another try that differs in one thing --- */

enum opinion_answer { OPINION_NOT_ASKED, OPINION_NO, OPINION_YES };

/* Within half a second. */
enum silent_end { SILENT_END_NOT_ASKED, SILENT_END_NONE, SILENT_END_CLOSED, SILENT_END_RESET };

struct opinion_facts {
	enum opinion_answer other_name_works;    /* TLS with another name, at the same address */
	enum opinion_answer other_name_minted;   /* and with a certificate for it, which nobody has */
	enum opinion_answer small_segments_work; /* TLS with a small TCP_MAXSEG */
	enum silent_end ends_without_a_word;     /* what becomes of a connection that says nothing */
	enum opinion_answer direct_works;        /* TLS without the proxy, trusted if it was made with it */
	unsigned more_connects, more_losses;     /* and how many of them lost their first SYN or failed */
};

/* One address of the target, and how far it was reached there. */
struct endpoint {
	struct address address;
	uint16_t port;
	struct route_facts route;
	struct firewall_facts firewall;
	struct tcp_facts tcp;
	struct tls_facts tls;
	struct http_facts http;
};

#endif
