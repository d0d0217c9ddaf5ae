#include <stdlib.h>

#include "base/date.h"
#include "cmd/site.h"
#include "run/signing_make.h"

enum { STRING_MAX = 255 }; /* of a TXT record: RFC 1035, 3.3.14 */

static const struct option options[] = {
	{"selector", "NAME",
		"make keys of this name (default: pr202611, by "
		"the month)"},
	{"bits", "N", "of the RSA key: 2048 (the default) to 4096"},
	{NULL, NULL, NULL},
};

/* ----- in words ----- */

/* As a zone file has it: names end with a dot, strings of at most 255 octets
 * in quotes. Nothing in a record of ours needs escaping. */
static void
print_record(FILE *out, const struct shown_key *key)
{
	struct span rest = span_of(key->record);
	const char *before = "";

	fprintf(out, "%s. IN TXT (", key->name);
	for (; rest.len; rest = span_from(rest, STRING_MAX), before = "\n   ")
		fprintf(out, "%s \"%.*s\"", before,
			(int)(rest.len < STRING_MAX ? rest.len : STRING_MAX),
			rest.data);
	fputs(" )\n", out);
}

static void
print_keys(struct invocation *in, const struct shown_keys *keys, bool made)
{
	for (size_t i = 0; made && i < keys->count; i++)
		fprintf(in->out, "made %s\n", keys->items[i].file);
	if (made)
		putc('\n', in->out);
	fputs("Publish in the DNS:\n\n", in->out);
	for (size_t i = 0; i < keys->count; i++)
		print_record(in->out, &keys->items[i]);
	if (!made)
		return;
	fputs("\nThen, in lists/defaults.yaml, and 'postrider check' compares "
	      "them:\n\ndkim:\n",
		in->out);
	for (size_t i = 0; i < keys->count; i++)
		fprintf(in->out, "  - {selector: %s, key: %s, domain: %s}\n",
			keys->items[i].selector, keys->items[i].file,
			keys->items[i].domain);
}

/* ----- as JSON ----- */

static void
print_json(struct invocation *in, struct arena *a,
	const struct shown_keys *keys, bool made)
{
	struct value *v = value_new_map(a);
	struct value *list = value_set(a, v, "keys", value_new_list(a));

	for (size_t i = 0; i < keys->count; i++) {
		const struct shown_key *key = &keys->items[i];
		struct value *k = value_push(a, list, value_new_map(a));

		value_set_text(a, k, "selector", key->selector);
		value_set_text(a, k, "domain", key->domain);
		value_set_text(a, k, "file", key->file);
		value_set_text(
			a, k, "kind", dkim_algorithm_name(key->algorithm));
		value_set_int(a, k, "bits", key->bits);
		value_set_text(a, k, "name", key->name);
		value_set_text(a, k, "record", key->record);
	}
	value_set_bool(a, v, "made", made);
	invocation_print_json(in, v);
}

/* ----- the command ----- */

static bool
read_bits(const struct invocation *in, int *bits, struct error *err)
{
	const char *text = invocation_option(in, "bits");
	char *end = "";
	long n = text ? strtol(text, &end, 10) : DKIM_BITS_USUAL;

	*bits = (int)n;
	if (n >= DKIM_BITS_USUAL && n <= DKIM_BITS_MOST && !*end)
		return true;
	return error_set(err, ERROR_USAGE,
		"--bits must be a number from %d to %d, not '%s'",
		DKIM_BITS_USUAL, DKIM_BITS_MOST, text);
}

static bool
make(struct invocation *in, const struct list *list, struct arena *arena,
	struct shown_keys *keys, struct error *err)
{
	const char *selector = invocation_option(in, "selector");
	struct civil now = civil_from_instant(in->now, 0);
	int bits;

	if (!selector)
		selector =
			arena_printf(arena, "pr%04d%02d", now.year, now.month);
	return read_bits(in, &bits, err) &&
		signing_make(list, selector, bits, arena, keys, err);
}

static bool
show_keys(struct invocation *in, const struct list *list, struct error *err)
{
	bool making = list->dkim_count == 0 || invocation_has(in, "selector") ||
		invocation_has(in, "bits");
	struct shown_keys keys = {.count = 0};
	struct arena *arena = arena_new();
	bool ok = making ? make(in, list, arena, &keys, err)
			 : signing_show(list, arena, &keys, err);

	if (ok && in->json)
		print_json(in, arena, &keys, making);
	else if (ok)
		print_keys(in, &keys, making);
	arena_free(arena);
	return ok;
}

static bool
run_dkim(struct invocation *in, struct error *err)
{
	const struct list *list;
	struct site site;
	bool ok;

	if (!command_site(in, true, &site, err))
		return false;
	list = site_find(&site, in->arguments[0]);
	ok = list ? show_keys(in, list, err)
		  : site_unknown(&site, in->arguments[0], err);
	site_clear(&site);
	return ok;
}

const struct command dkim_command = {
	.name = "dkim",
	.role = ROLE_OPERATOR,
	.usage = "LIST",
	.summary = "makes keys that sign a list's mail, and prints what to "
		   "publish of them",
	.text = "Makes an RSA and an Ed25519 key for the sender's domain in "
		"keys/ of the site, for their owner alone, and prints the "
		"records for the DNS and the lines for lists/defaults.yaml. "
		"Nothing is overwritten. When the list has keys, it prints "
		"their records; name a --selector to make others.",
	.options = options,
	.least = 1,
	.most = 1,
	.run = run_dkim,
};
