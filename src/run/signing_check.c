#include "run/signing_check.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/map.h"
#include "base/mem.h"
#include "net/dns.h"
#include "run/signing.h"

struct signing_check {
	const char *dns;
	bool silent; /* the DNS was, once */
	struct problems *problems;
	struct map *seen; /* by selector, domain and file */
	struct arena *arena;
};

struct signing_check *
signing_check_new(const char *dns, struct problems *problems)
{
	struct signing_check *c = mem_new(sizeof *c);

	c->dns = dns;
	c->problems = problems;
	c->seen = map_new();
	c->arena = arena_new();
	return c;
}

void
signing_check_free(struct signing_check *c)
{
	if (!c)
		return;
	map_free(c->seen);
	arena_free(c->arena);
	free(c);
}

#define TELL(check, severity, ...) \
	problem_add((check)->problems, (severity), NULL, 0, 0, __VA_ARGS__)

/* ----- the file ----- */

static void
check_file(struct signing_check *c, const struct dkim_config *d,
	const struct dkim_key *key)
{
	int bits = dkim_key_bits(key);
	struct stat st;

	if (stat(d->key, &st) == 0 && st.st_mode & (S_IRGRP | S_IROTH))
		TELL(c, SEVERITY_WARNING,
			"%s: others can read this key and sign as %s: chmod "
			"600 it",
			d->key, d->domain);
	if (dkim_key_algorithm(key) == DKIM_RSA_SHA256 &&
		bits < DKIM_BITS_USUAL)
		TELL(c, SEVERITY_WARNING,
			"%s: an RSA key should have %d bits or more, not %d "
			"(RFC 8301): 'postrider dkim LIST --selector NEW' "
			"makes one",
			d->key, DKIM_BITS_USUAL, bits);
}

/* ----- the DNS ----- */

static const struct verdict {
	enum severity severity;
	const char *text; /* behind the name; NULL: all is well */
} verdicts[] = {
	[DKIM_MATCH] = {SEVERITY_NOTE, NULL},
	[DKIM_TESTING] = {SEVERITY_WARNING,
		"says t=y, a test: receivers may disregard the signatures. "
		"Take it out when all is well"},
	[DKIM_REFUSES] = {SEVERITY_ERROR,
		"forbids SHA-256 or mail (h=, s=): receivers will find the "
		"signatures wrong"},
	[DKIM_OTHER_KEY] = {SEVERITY_ERROR,
		"is of another key: receivers will find the signatures wrong"},
	[DKIM_REVOKED] = {SEVERITY_ERROR,
		"says that the key is revoked (an empty p=): receivers will "
		"find the signatures wrong"},
};

static void
tell_missing(
	struct signing_check *c, const char *name, const struct dkim_key *key)
{
	struct str record = STR_INIT;

	dkim_key_record(key, &record);
	TELL(c, SEVERITY_WARNING,
		"the DNS has no key at %s yet, and receivers can do nothing "
		"with the signatures: publish this TXT record ('postrider "
		"dkim LIST' prints it for zone files): %s",
		name, str_text(&record));
	str_clear(&record);
}

/* Other texts may stand there, by a wildcard; of several keys receivers take
 * which they like (RFC 6376, 3.6.2.2). */
static void
judge_records(struct signing_check *c, const char *name,
	const struct dns_records *records, const struct dkim_key *key)
{
	size_t keys = 0;

	for (size_t i = 0; i < records->count; i++) {
		enum dkim_match match =
			dkim_record_match(records->texts[i], key);

		if (match == DKIM_NO_RECORD)
			continue;
		keys++;
		if (verdicts[match].text)
			TELL(c, verdicts[match].severity,
				"the DNS record at %s %s", name,
				verdicts[match].text);
	}
	if (keys == 0)
		tell_missing(c, name, key);
	if (keys > 1)
		TELL(c, SEVERITY_WARNING,
			"the DNS has %zu keys at %s, and receivers take any: "
			"leave one",
			keys, name);
}

static void
check_record(struct signing_check *c, const struct dkim_config *d,
	const struct dkim_key *key)
{
	char *name = mem_printf("%s._domainkey.%s", d->selector, d->domain);
	struct error err = ERROR_INIT;
	struct dns_records records;

	if (c->silent || dns_txt(name, c->dns, c->arena, &records, &err)) {
		if (!c->silent)
			judge_records(c, name, &records, key);
	} else {
		c->silent = true;
		TELL(c, SEVERITY_NOTE,
			"%s: whether the keys of 'dkim' are published is not "
			"known",
			err.text);
	}
	error_clear(&err);
	free(name);
}

/* ----- a list ----- */

static bool
is_new(struct signing_check *c, const struct dkim_config *d)
{
	char *id = mem_printf("%s %s %s", d->selector, d->domain, d->key);
	bool is = !map_has(c->seen, id);

	map_set(c->seen, id, c);
	free(id);
	return is;
}

void
signing_check_list(struct signing_check *c, const struct list *list)
{
	for (size_t i = 0; i < list->dkim_count; i++) {
		const struct dkim_config *d = &list->dkim[i];
		struct error err = ERROR_INIT;
		struct dkim_key *key;

		if (!list_signs_with(list, d) || !is_new(c, d))
			continue;
		key = signing_key(d, &err);
		if (key) {
			check_file(c, d, key);
			check_record(c, d, key);
		} else {
			TELL(c, SEVERITY_ERROR, "%s", err.text);
		}
		dkim_key_free(key);
		error_clear(&err);
	}
}
