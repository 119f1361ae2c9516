/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OpenSSL tells every message (message callback), every step (info callback), the chain (verify callback) and the staple (status
 * callback); a tap on its BIO sees the bytes that are no TLS, and how the connection ended.
 */
#include "handshake.h"

#include "chain.h"
#include "deadline.h"
#include "staple.h"

#include <errno.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/socket.h>

enum { RECORD_TYPE_FIRST = SSL3_RT_CHANGE_CIPHER_SPEC, RECORD_TYPE_LAST = 24, VERSION_AT = 4 };

static void note_first(struct handshake *handshake, const void *bytes, size_t count)
{
	const size_t room = FIRST_BYTES_MOST - handshake->first_count;

	if (count > room)
		count = room;
	memcpy(handshake->first + handshake->first_count, bytes, count);
	handshake->first_count += count;
}

static long tap(BIO *bio, int operation, const char *bytes, size_t length, int argi, long argl, int result,
		size_t *processed)
{
	struct handshake *handshake = (struct handshake *)(void *)BIO_get_callback_arg(bio);
	const bool is_read = operation == (BIO_CB_READ | BIO_CB_RETURN);
	const bool is_write = operation == (BIO_CB_WRITE | BIO_CB_RETURN);

	(void)length, (void)argi, (void)argl;
	if ((!is_read && !is_write) || handshake->passed)
		return result;
	if (is_read && result > 0)
		note_first(handshake, bytes, *processed);
	else if (result <= 0 && !BIO_should_retry(bio) && !handshake->ended && !handshake->read_sys) {
		handshake->ended = is_read && result == 0;
		handshake->read_sys = handshake->ended ? 0 : errno;
	}
	return result;
}

static void begin(struct handshake *handshake, const SSL *ssl)
{
	struct tls_facts *facts = handshake->facts;
	const char *sni = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

	handshake->begun = facts->reached = true;
	handshake->began = clock_milliseconds();
	if (handshake->tunnelled)
		tcp_bytes_of(handshake->socket, &handshake->before);
	facts->sni = sni ? pool_text(handshake->pool, sni) : NULL;
	handshake->no_memory = handshake->no_memory || (sni && !facts->sni);
	BIO_set_callback_arg(SSL_get_rbio(ssl), (char *)handshake);
	BIO_set_callback_ex(SSL_get_rbio(ssl), tap);
}

/* The names of versions and suites are OpenSSL's own, and last as long as the program. */
static void note_state(struct handshake *handshake, SSL *ssl)
{
	struct tls_facts *facts = handshake->facts;
	const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);

	if (!facts->got_server_hello || handshake->too_old)
		return;
	facts->version = SSL_get_version(ssl);
	if (!cipher)
		cipher = SSL_get_pending_cipher(ssl);
	if (cipher)
		facts->cipher = SSL_CIPHER_get_name(cipher);
}

/* Unlike those, the name of a group goes with the connection. */
static void note_group(struct handshake *handshake, SSL *ssl)
{
	const int group = (int)SSL_get_negotiated_group(ssl);
	const char *name = group ? SSL_group_to_name(ssl, group) : NULL;

	if (!name)
		return;
	handshake->facts->group = pool_text(handshake->pool, name);
	handshake->no_memory = handshake->no_memory || !handshake->facts->group;
}

static void note_alpn(struct handshake *handshake, const SSL *ssl)
{
	const unsigned char *protocol;
	unsigned length;

	SSL_get0_alpn_selected(ssl, &protocol, &length);
	if (!length)
		return;
	handshake->facts->alpn = pool_format(handshake->pool, "%.*s", (int)length, (const char *)protocol);
	handshake->no_memory = handshake->no_memory || !handshake->facts->alpn;
}

static void pass(struct handshake *handshake, SSL *ssl)
{
	if (handshake->passed)
		return;
	handshake->passed = true;
	handshake->passed_at = clock_milliseconds();
	handshake->facts->ms = handshake->passed_at - handshake->began - handshake->thought;
	note_state(handshake, ssl);
	note_group(handshake, ssl);
	note_alpn(handshake, ssl);
}

static void note_library_error(struct handshake *handshake)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	if (reason && !handshake->facts->library_error)
		handshake->facts->library_error = reason;
}

static struct handshake *handshake_of(const SSL *ssl)
{
	return SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
}

static void see_step(const SSL *ssl, int where, int result)
{
	struct handshake *handshake = handshake_of(ssl);

	if ((where & SSL_CB_HANDSHAKE_START) && !handshake->begun)
		begin(handshake, ssl);
	if (where & SSL_CB_HANDSHAKE_DONE)
		pass(handshake, (SSL *)ssl);
	if ((where & SSL_CB_EXIT) && result <= 0 && !handshake->passed)
		note_library_error(handshake);
}

/* Versions that are refused here are told by the ServerHello alone. */
static void note_old_version(struct handshake *handshake, const uint8_t *message, size_t length)
{
	const unsigned version =
		length > VERSION_AT + 1 ? message[VERSION_AT] << 8 | message[VERSION_AT + 1] : 0;

	handshake->too_old = version < TLS1_2_VERSION;
	if (version == SSL3_VERSION)
		handshake->facts->version = "SSLv3";
	if (version == TLS1_VERSION)
		handshake->facts->version = "TLSv1";
	if (version == TLS1_1_VERSION)
		handshake->facts->version = "TLSv1.1";
}

static void see_message(struct handshake *handshake, const uint8_t *message, size_t length)
{
	struct tls_facts *facts = handshake->facts;

	if (message[0] == SSL3_MT_NEWSESSION_TICKET)
		handshake->ticket = true;
	if (message[0] == SSL3_MT_CERTIFICATE_REQUEST)
		facts->certificate_asked = true;
	if (message[0] == SSL3_MT_SERVER_HELLO) {
		facts->got_server_hello = true;
		note_old_version(handshake, message, length);
	}
}

static void see_alert(struct handshake *handshake, bool out, const uint8_t alert[2])
{
	if (alert[1] == SSL_AD_CLOSE_NOTIFY || alert[1] == SSL_AD_USER_CANCELLED)
		return;
	if (out) {
		handshake->facts->alert_out = alert[1];
		handshake->fatal_out = handshake->fatal_out || alert[0] == SSL3_AL_FATAL;
	} else {
		handshake->facts->alert_in = alert[1];
		handshake->fatal_in = handshake->fatal_in || alert[0] == SSL3_AL_FATAL;
	}
}

static void see(int out, int version, int type, const void *bytes, size_t length, SSL *ssl, void *data)
{
	struct handshake *handshake = data;

	(void)version;
	if (type == SSL3_RT_ALERT && length == 2)
		see_alert(handshake, out, bytes);
	if (type == SSL3_RT_HANDSHAKE && length && !out)
		see_message(handshake, bytes, length);
	if (!handshake->passed)
		note_state(handshake, ssl);
}

static int see_chain(X509_STORE_CTX *offered, void *data)
{
	struct handshake *handshake = data;
	const double began = clock_milliseconds();
	struct error ignored;

	if (chain_read(X509_STORE_CTX_get0_untrusted(offered), handshake->trust, handshake->name,
		       handshake->pool, &handshake->facts->chain, &ignored) < 0)
		handshake->no_memory = true;
	X509_STORE_CTX_set_error(offered, X509_V_OK);
	handshake->thought += clock_milliseconds() - began;
	return 1;
}

static int see_staple(SSL *ssl, void *data)
{
	struct handshake *handshake = data;
	unsigned char *bytes = NULL;
	const long length = SSL_get_tlsext_status_ocsp_resp(ssl, &bytes);

	staple_read(bytes, length, SSL_get_peer_cert_chain(ssl), handshake->trust, &handshake->facts->chain);
	return 1;
}

bool handshake_watch(struct handshake *handshake, SSL_CTX *context)
{
	handshake->watched = true;
	SSL_CTX_set_app_data(context, handshake);
	SSL_CTX_set_info_callback(context, see_step);
	SSL_CTX_set_msg_callback(context, see);
	SSL_CTX_set_msg_callback_arg(context, handshake);
	SSL_CTX_set_cert_verify_callback(context, see_chain, handshake);
	SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
	SSL_CTX_set_tlsext_status_cb(context, see_staple);
	SSL_CTX_set_tlsext_status_arg(context, handshake);
	/* Servers that close without a word after their last byte are common. */
	SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
	return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) &&
	       trust_identify(handshake->trust, context);
}

static bool is_no_tls(const struct handshake *handshake)
{
	const uint8_t *first = handshake->first;

	return handshake->first_count && (first[0] < RECORD_TYPE_FIRST || first[0] > RECORD_TYPE_LAST ||
					  (handshake->first_count > 1 && first[1] != SSL3_VERSION_MAJOR));
}

/* A reset after a FIN is EPIPE: it only says that nobody reads what we send (tcp_reset, net/ipv4/tcp_input.c). */
static bool was_closed(const struct handshake *handshake)
{
	return handshake->ended || handshake->read_sys == EPIPE;
}

static enum tls_status status(const struct handshake *handshake, bool timed_out)
{
	if (handshake->fatal_in)
		return TLS_ALERTED;
	if (handshake->passed)
		return TLS_OK;
	if (is_no_tls(handshake))
		return TLS_NOT_TLS;
	if (was_closed(handshake))
		return TLS_CLOSED;
	if (handshake->read_sys)
		return handshake->read_sys == ECONNRESET ? TLS_RESET : TLS_LOCAL;
	if (handshake->fatal_out || handshake->facts->library_error)
		return TLS_VIOLATED;
	return timed_out ? TLS_TIMED_OUT : TLS_LOCAL;
}

/* OpenSSL reads no more than the head of a record; the rest of a banner is still in the socket. */
static int keep_first_bytes(struct handshake *handshake, struct error *err)
{
	struct tls_facts *facts = handshake->facts;
	const ssize_t rest = recv(handshake->socket, handshake->first + handshake->first_count,
				  FIRST_BYTES_MOST - handshake->first_count, MSG_DONTWAIT);

	handshake->first_count += rest > 0 ? (size_t)rest : 0;
	facts->first_bytes = pool_copy(handshake->pool, handshake->first, handshake->first_count);
	facts->first_byte_count = handshake->first_count;
	return facts->first_bytes ? 0 : error_memory(err);
}

static void note_bytes(struct handshake *handshake)
{
	struct tls_facts *facts = handshake->facts;
	struct tcp_bytes now;

	if (!tcp_bytes_of(handshake->socket, &now))
		return;
	facts->bytes_out = now.out - handshake->before.out;
	facts->bytes_acked = now.acked - handshake->before.acked;
	facts->bytes_in = now.in - handshake->before.in;
	if (now.over && was_closed(handshake) && facts->bytes_in)
		facts->bytes_in--;
	facts->out_of_order_only =
		facts->status == TLS_TIMED_OUT && now.out_of_order > handshake->before.out_of_order;
}

int handshake_conclude(struct handshake *handshake, bool timed_out, struct error *err)
{
	struct tls_facts *facts = handshake->facts;

	if (handshake->no_memory)
		return error_memory(err);
	facts->status = status(handshake, timed_out);
	facts->sys = handshake->read_sys;
	note_bytes(handshake);
	if (facts->status == TLS_OK)
		facts->library_error = NULL;
	return facts->status == TLS_NOT_TLS ? keep_first_bytes(handshake, err) : 0;
}
