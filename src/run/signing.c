#include "run/signing.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"

enum { KEY_LIMIT = 64 << 10 };

struct signing {
	struct dkim_signer *signer;
	struct dkim_key **keys;
	size_t count;
};

struct dkim_key *
signing_key(const struct dkim_config *config, struct error *err)
{
	struct error why = ERROR_INIT;
	struct dkim_key *key = NULL;
	struct str pem = STR_INIT;

	if (file_read(config->key, KEY_LIMIT, &pem, &why)) {
		key = dkim_key_parse(str_span(&pem), &why);
		error_wrap(&why, "%s", config->key);
	}
	/* A file that is not there is a mistake of the settings, too. */
	if (!key)
		error_set(err, ERROR_CONFIG,
			"the key '%s' cannot sign (dkim): %s", config->selector,
			why.text);
	error_clear(&why);
	str_clear(&pem);
	return key;
}

static bool
read_keys(struct signing *s, const struct list *list, struct error *err)
{
	struct dkim_signature_options *options =
		mem_new(list->dkim_count * sizeof *options);
	bool ok = true;

	s->keys = mem_new(list->dkim_count * sizeof(struct dkim_key *));
	for (size_t i = 0; ok && i < list->dkim_count; i++) {
		const struct dkim_config *d = &list->dkim[i];
		struct dkim_key *key;

		if (!list_signs_with(list, d))
			continue;
		key = signing_key(d, err);
		ok = key != NULL;
		options[s->count] = (struct dkim_signature_options){
			key, d->domain, d->selector, d->simple_body};
		s->keys[s->count++] = key;
	}
	if (ok)
		s->signer = dkim_signer_new(options, s->count, err);
	free(options);
	return s->signer;
}

bool
signing_open(const struct list *list, struct signing **out, struct error *err)
{
	*out = NULL;
	if (list->dkim_count == 0)
		return true;
	*out = mem_new(sizeof **out);
	if (read_keys(*out, list, err))
		return true;
	signing_free(*out);
	*out = NULL;
	return false;
}

void
signing_free(struct signing *s)
{
	if (!s)
		return;
	dkim_signer_free(s->signer);
	for (size_t i = 0; i < s->count; i++)
		dkim_key_free(s->keys[i]);
	free(s->keys);
	free(s);
}

const struct dkim_signer *
signing_signer(const struct signing *s)
{
	return s ? s->signer : NULL;
}
