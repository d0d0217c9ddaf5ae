/*
 * The keys that sign, and for whose mail.
 */
#include <string.h>

#include "config/finish.h"
#include "config/settings.h"

enum { KEYS_MOST = 16 };

static const char *const form_names[] = {
	"relaxed/relaxed", "relaxed/simple", NULL};

struct dkim_words {
	struct dkim_config *config;
	const char *domain;
	enum { FORM_RELAXED, FORM_SIMPLE } body;
};

/* ----- one key ----- */

static void
read_selector(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	const char *text = text_word(r, s, v);
	struct dkim_words *words = field;

	if (text &&
		(!*text || strstr(text, "..") ||
			text[strlen(text) - 1] == '.' || strlen(text) > 63))
		reader_complain(r, v,
			"'%s' must be a name in the DNS like 'pr202611', not "
			"'%s'",
			s->name, text);
	else
		words->config->selector = text;
}

static void
read_key(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	const char *text = text_line(r, s, v);
	struct dkim_words *words = field;

	if (text)
		words->config->key = text_path(r, s, v, text, "");
}

const struct setting dkim_settings[] = {
	{"selector", .read = read_selector},
	{"key", .read = read_key},
	{"domain", .read = read_text, .text = text_domain,
		.offset = offsetof(struct dkim_words, domain)},
	{"canonicalization", .read = read_choice, .choices = form_names,
		.offset = offsetof(struct dkim_words, body),
		.initial = "relaxed/relaxed"},
	{.name = NULL},
};

static void
read_one(struct reader *r, const struct value *v, struct dkim_config *config)
{
	struct dkim_words words = {.config = config, .body = FORM_RELAXED};
	size_t errors = r->errors;

	settings_read(r, dkim_settings, v, &words);
	config->domain = words.domain;
	config->simple_body = words.body == FORM_SIMPLE;
	reader_remember(r, config, v);
	if (r->errors == errors && (!config->selector || !config->key))
		reader_complain(r, v,
			"a key to sign with is written '{selector: pr1, key: "
			"keys/pr1.pem}'");
}

void
read_dkim(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	bool many = v->kind == VALUE_LIST;
	struct list *list = r->list;

	(void)field;
	list->dkim = NULL;
	list->dkim_count = 0;
	if (v->kind == VALUE_NULL || says_none(v))
		return;
	if (many && (v->count == 0 || v->count > KEYS_MOST)) {
		reader_complain(r, v, "'%s' must have 1 to %d keys, or be none",
			s->name, KEYS_MOST);
		return;
	}
	list->dkim_count = many ? v->count : 1;
	list->dkim =
		arena_alloc(list->arena, list->dkim_count * sizeof *list->dkim);
	for (size_t i = 0; i < list->dkim_count; i++)
		read_one(r, many ? v->items[i] : v, &list->dkim[i]);
}

/* ----- when all is read ----- */

static bool
is_repeated(const struct list *list, const struct dkim_config *last)
{
	for (const struct dkim_config *d = list->dkim; d < last; d++)
		if (text_equals_nocase(d->selector, last->selector) &&
			text_equals_nocase(d->domain, last->domain))
			return true;
	return false;
}

void
dkim_finish(struct reader *r)
{
	struct list *list = r->list;
	struct str from = STR_INIT;
	bool signs = false;

	if (r->errors || !list->dkim_count)
		return;
	list_sender_domain(&from, list);
	for (size_t i = 0; i < list->dkim_count; i++) {
		struct dkim_config *d = &list->dkim[i];

		if (!d->domain)
			d->domain = arena_span(list->arena, str_span(&from));
		if (is_repeated(list, d))
			reader_complain_field(r, d,
				"the selector '%s' of %s has a key already",
				d->selector, d->domain);
	}
	for (size_t i = 0; i < list->dkim_count; i++)
		signs |= list_signs_with(list, &list->dkim[i]);
	if (!signs)
		reader_complain_field(r, &list->dkim[0],
			"no key is for mail from %s: add one whose domain is "
			"%s, or say 'dkim: none' in this list",
			list->from.address, str_text(&from));
	str_clear(&from);
}
