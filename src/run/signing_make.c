#include "run/signing_make.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/signing.h"

enum { SELECTOR_MAX = 60 }; /* a label has 63: "-ed" */

static const char folder[] = "keys";

/* ----- showing ----- */

static void
add_key(struct arena *arena, const struct dkim_config *config,
	const struct dkim_key *key, struct shown_keys *out)
{
	struct str record = STR_INIT;

	dkim_key_record(key, &record);
	out->items =
		arena_grow(arena, out->items, out->count, sizeof *out->items);
	out->items[out->count++] = (struct shown_key){
		.selector = config->selector,
		.domain = config->domain,
		.file = config->key,
		.algorithm = dkim_key_algorithm(key),
		.bits = dkim_key_bits(key),
		.name = arena_printf(arena, "%s._domainkey.%s",
			config->selector, config->domain),
		.record = arena_take(arena, &record),
	};
}

bool
signing_show(const struct list *list, struct arena *arena,
	struct shown_keys *out, struct error *err)
{
	*out = (struct shown_keys){.count = 0};
	for (size_t i = 0; i < list->dkim_count; i++) {
		struct dkim_key *key;

		if (!list_signs_with(list, &list->dkim[i]))
			continue;
		key = signing_key(&list->dkim[i], err);
		if (!key)
			return false;
		add_key(arena, &list->dkim[i], key, out);
		dkim_key_free(key);
	}
	return true;
}

/* ----- making ----- */

/* file_write() would replace what is there. */
static bool
write_new(const char *path, struct span bytes, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0)
		return error_set_errno(err, "%s", path);
	ok = file_write_all(fd, bytes) && fsync(fd) == 0;
	if (!ok)
		error_set_errno(err, "%s", path);
	close(fd);
	if (!ok)
		unlink(path);
	return ok;
}

static bool
make_key(const struct dkim_config *config, const char *path,
	enum dkim_algorithm algorithm, int bits, struct arena *arena,
	struct shown_keys *out, struct error *err)
{
	struct str pem = STR_INIT;
	struct dkim_key *key = NULL;

	if (dkim_key_make(algorithm, bits, &pem, err) &&
		write_new(path, str_span(&pem), err))
		key = dkim_key_parse(str_span(&pem), err);
	if (key)
		add_key(arena, config, key, out);
	dkim_key_free(key);
	str_clear(&pem);
	return key;
}

enum { PAIR = 2 };

struct plan {
	struct dkim_config config;
	enum dkim_algorithm algorithm;
	char *path;
};

static void
plan_pair(const struct list *list, const char *selector, struct arena *arena,
	struct plan plans[PAIR])
{
	static const struct {
		const char *end;
		enum dkim_algorithm algorithm;
	} kinds[PAIR] = {{"", DKIM_RSA_SHA256}, {"-ed", DKIM_ED25519_SHA256}};
	struct str domain = STR_INIT;

	list_sender_domain(&domain, list);
	for (size_t i = 0; i < PAIR; i++) {
		struct dkim_config *c = &plans[i].config;

		plans[i].algorithm = kinds[i].algorithm;
		c->domain = arena_span(arena, str_span(&domain));
		c->selector =
			arena_printf(arena, "%s%s", selector, kinds[i].end);
		c->key = arena_printf(arena, "%s/%s.pem", folder, c->selector);
		plans[i].path = file_join(list->site, c->key);
	}
	str_clear(&domain);
}

static bool
are_new(const struct plan plans[PAIR], struct error *err)
{
	for (size_t i = 0; i < PAIR; i++)
		if (file_exists(plans[i].path))
			return error_set(err, ERROR_DATA,
				"%s is there already: name another --selector, "
				"or say 'dkim: {selector: %s, key: %s}' to "
				"sign with it",
				plans[i].path, plans[i].config.selector,
				plans[i].config.key);
	return true;
}

/* Both or none. */
static bool
make_pair(const struct plan plans[PAIR], int bits, struct arena *arena,
	struct shown_keys *out, struct error *err)
{
	size_t made = 0;

	while (made < PAIR &&
		make_key(&plans[made].config, plans[made].path,
			plans[made].algorithm, bits, arena, out, err))
		made++;
	if (made == PAIR)
		return true;
	while (made > 0)
		unlink(plans[--made].path);
	return false;
}

bool
signing_make(const struct list *list, const char *selector, int bits,
	struct arena *arena, struct shown_keys *out, struct error *err)
{
	struct plan plans[PAIR];
	char *parent;
	bool ok;

	*out = (struct shown_keys){.count = 0};
	if (!dkim_is_name(selector) || strlen(selector) > SELECTOR_MAX)
		return error_set(err, ERROR_USAGE,
			"'%s' is no name in the DNS: take letters, digits and "
			"hyphens",
			selector);
	plan_pair(list, selector, arena, plans);
	parent = file_join(list->site, folder);
	ok = are_new(plans, err) && file_make_folders(parent, 0700, err) &&
		make_pair(plans, bits, arena, out, err);
	free(parent);
	for (size_t i = 0; i < PAIR; i++)
		free(plans[i].path);
	return ok;
}
