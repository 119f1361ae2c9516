/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system's store is a directory with a file for each issuer and the same issuers in one bundle. The bundle takes ten milliseconds
 * to parse, so that issuers are looked up in the directory, and the bundle is read when somebody was not found there.
 */
#include "config.h"

#include "trust_tls.h"

#include "fwport/pool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HASH_DIGITS = 8 };

struct trust {
	X509_STORE *store;
	SSL_CTX *identity; /* holds --cert and --key; NULL: there is none */
	pthread_mutex_t lock;
	bool has_rest; /* the system's bundle was not read so far */
};

static const char *from_environment(const char *variable, const char *otherwise)
{
	const char *value = secure_getenv(variable);

	return value ? value : otherwise;
}

static const char *system_directory(void)
{
	return from_environment(X509_get_default_cert_dir_env(), X509_get_default_cert_dir());
}

static const char *system_bundle(void)
{
	return from_environment(X509_get_default_cert_file_env(), X509_get_default_cert_file());
}

/* The first thing that OpenSSL tripped over: errno where a file could not be opened, else its own reason. */
static const char *reason(void)
{
	const unsigned long error = ERR_peek_error();
	const char *text = ERR_reason_error_string(error);

	if (ERR_GET_LIB(error) == ERR_LIB_SYS)
		return strerror((int)ERR_GET_REASON(error));
	return text ? text : "it does not parse";
}

static int load_file(struct trust *trust, const char *path, struct error *err)
{
	ERR_clear_error();
	if (X509_STORE_load_file(trust->store, path))
		return 0;
	return error_set(err, ERROR_FILE, "cannot read the issuers in \"%s\": %s", path, reason());
}

static int look_in_directory(struct trust *trust, struct error *err)
{
	X509_LOOKUP *lookup = X509_STORE_add_lookup(trust->store, X509_LOOKUP_hash_dir());

	if (!lookup || !X509_LOOKUP_add_dir(lookup, system_directory(), X509_FILETYPE_PEM))
		return error_memory(err);
	trust->has_rest = true;
	return 0;
}

/* A key with a passphrase is refused: nobody is there to be asked. */
static int no_passphrase(char *buffer, int size, int writing, void *data)
{
	(void)buffer, (void)size, (void)writing, (void)data;
	return -1;
}

static int load_identity(SSL_CTX *context, const char *certificate, const char *key, struct error *err)
{
	X509 *ours;

	ERR_clear_error();
	SSL_CTX_set_default_passwd_cb(context, no_passphrase);
	if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
		return error_set(err, ERROR_FILE, "cannot use the certificate in \"%s\": %s", certificate,
				 reason());
	ours = SSL_CTX_get0_certificate(context);
	if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
	    X509_check_private_key(ours, SSL_CTX_get0_privatekey(context)) != 1)
		return error_set(err, ERROR_FILE,
				 "cannot use the key in \"%s\" with the certificate in \"%s\": %s", key,
				 certificate, reason());
	return 0;
}

static int load(struct trust *trust, const struct options *options, struct error *err)
{
	trust->store = X509_STORE_new();
	if (!trust->store)
		return error_memory(err);
	if ((options->cafile ? load_file(trust, options->cafile, err) : look_in_directory(trust, err)) < 0)
		return -1;
	if (!options->certificate)
		return 0;
	trust->identity = SSL_CTX_new(TLS_client_method());
	if (!trust->identity)
		return error_memory(err);
	return load_identity(trust->identity, options->certificate,
			     options->key ? options->key : options->certificate, err);
}

int trust_load(const struct options *options, struct trust **out, struct error *err)
{
	CLEANUP(trust_free) struct trust *trust = calloc(1, sizeof(*trust));

	if (!trust)
		return error_memory(err);
	pthread_mutex_init(&trust->lock, NULL);
	if (load(trust, options, err) < 0)
		return -1;
	*out = trust;
	trust = NULL;
	return 0;
}

void trust_free(struct trust **trust)
{
	if (!*trust)
		return;
	X509_STORE_free((*trust)->store);
	SSL_CTX_free((*trust)->identity);
	pthread_mutex_destroy(&(*trust)->lock);
	free(*trust);
	*trust = NULL;
}

X509_STORE *trust_store(struct trust *trust)
{
	return trust->store;
}

bool trust_is_whole(struct trust *trust)
{
	bool whole;

	pthread_mutex_lock(&trust->lock);
	whole = !trust->has_rest;
	pthread_mutex_unlock(&trust->lock);
	return whole;
}

void trust_read_rest(struct trust *trust)
{
	pthread_mutex_lock(&trust->lock);
	if (trust->has_rest)
		X509_STORE_load_file(trust->store, system_bundle());
	trust->has_rest = false;
	pthread_mutex_unlock(&trust->lock);
	ERR_clear_error();
}

static bool is_issuer(const char *name)
{
	return strspn(name, "0123456789abcdef") == HASH_DIGITS && name[HASH_DIGITS] == '.';
}

/* That can be read, by who asks. */
static bool directory_has_issuers(const char *path)
{
	const struct dirent *entry;
	bool found = false;
	DIR *directory = opendir(path);

	while (directory && !found && (entry = readdir(directory)))
		found = is_issuer(entry->d_name) && faccessat(dirfd(directory), entry->d_name, R_OK, 0) == 0;
	if (directory)
		closedir(directory);
	return found;
}

bool trust_is_empty(struct trust *trust)
{
	bool empty;

	X509_STORE_lock(trust->store);
	empty = sk_X509_OBJECT_num(X509_STORE_get0_objects(trust->store)) == 0;
	X509_STORE_unlock(trust->store);
	return empty && !directory_has_issuers(system_directory());
}

bool trust_identify(const struct trust *trust, SSL_CTX *context)
{
	STACK_OF(X509) *chain = NULL;

	if (!trust->identity)
		return true;
	return SSL_CTX_use_certificate(context, SSL_CTX_get0_certificate(trust->identity)) == 1 &&
	       SSL_CTX_use_PrivateKey(context, SSL_CTX_get0_privatekey(trust->identity)) == 1 &&
	       SSL_CTX_get0_chain_certs(trust->identity, &chain) == 1 &&
	       SSL_CTX_set1_chain(context, chain) == 1;
}
