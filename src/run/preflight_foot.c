/*
 * What each letter must have whatever its templates are: a way out, an address
 * where the list has one, and the words that inboxes show beside the subject.
 */
#include <stdlib.h>

#include "base/text.h"
#include "html/html.h"
#include "html/survey.h"
#include "run/preflight_check.h"

/* ----- the parts of a letter ----- */

/* The plain text as one: a digest says it before and behind its items. */
static void
add_text(struct str *out, const struct letter *letter)
{
	str_add(out, letter->text);
	if (letter->foot)
		str_add(out, letter->foot);
}

static const char *
text_template(const struct checking *k, const struct composed_form *f)
{
	return preflight_template(k,
		letter_format_is_digest(f->format) ? "foot_text.mustache"
						   : "text.mustache");
}

static const char *
html_template(const struct checking *k)
{
	return preflight_template(k, "html.mustache");
}

/* ----- the way out ----- */

static bool
has_way_out(struct span text, const char *mark)
{
	size_t at, len;
	struct slot slot;

	while (slot_next(text, mark, &at, &len, &slot)) {
		if (slot.name == SLOT_UNSUBSCRIBE_URL)
			return true;
		text = span_from(text, at + len);
	}
	return false;
}

struct looking {
	const char *mark;
	bool found;
};

static void
look_at_link(void *data, const char *href)
{
	struct looking *l = data;

	l->found |= has_way_out(span_of(href), l->mark);
}

static void
add_no_way_out(const struct checking *k, const struct composed_form *f,
	const char *part, const char *where)
{
	preflight_add(k->out,
		(struct finding){.severity = SEVERITY_ERROR,
			.code = "no-unsubscribe",
			.where = where,
			.blocks = true,
			.text = arena_printf(k->out->arena,
				"%s has no link to leave the list in its %s: "
				"write {{unsubscribe_url}} into the template",
				preflight_letter(k, f), part)});
}

static void
check_way_out(const struct checking *k, const struct composed_form *f)
{
	struct looking l = {k->c->mark, false};
	struct str text = STR_INIT;

	add_text(&text, f->letter);
	if (!has_way_out(str_span(&text), k->c->mark))
		add_no_way_out(k, f, "text", text_template(k, f));
	if (f->letter->html) {
		survey_links(span_of(f->letter->html), look_at_link, &l);
		if (!l.found)
			add_no_way_out(k, f, "HTML", html_template(k));
	}
	str_clear(&text);
}

void
preflight_unsubscribe(const struct checking *k)
{
	if (!k->list->web && !k->list->unsubscribe) {
		preflight_add(k->out,
			(struct finding){.severity = SEVERITY_WARNING,
				.code = "no-unsubscribe",
				.where = preflight_list_file(k),
				.text = "nobody can leave the list by a link: "
					"give 'web' or 'unsubscribe'"});
		return;
	}
	for (size_t i = 0; i < k->c->form_count; i++)
		if (k->c->forms[i].letter)
			check_way_out(k, &k->c->forms[i]);
}

/* ----- the postal address ----- */

static void
add_letters(struct str *out, struct span text)
{
	struct str folded = STR_INIT;

	text_fold(&folded, text);
	for (size_t i = 0; i < folded.len; i++)
		if (folded.data[i] != ' ')
			str_add_char(out, folded.data[i]);
	str_clear(&folded);
}

/* However it was broken into lines. */
static bool
has_words(struct span text, const char *words)
{
	struct str a = STR_INIT, b = STR_INIT;
	bool has;

	add_letters(&a, text);
	add_letters(&b, span_of(words));
	has = span_find_text(str_span(&a), str_text(&b)) < a.len || !b.len;
	str_clear(&a);
	str_clear(&b);
	return has;
}

static void
add_no_address(const struct checking *k, const struct composed_form *f,
	const char *part, const char *where)
{
	preflight_add(k->out,
		(struct finding){.severity = SEVERITY_WARNING,
			.code = "no-postal-address",
			.where = where,
			.text = arena_printf(k->out->arena,
				"%s does not say the list's postal address in "
				"its %s, as the law asks in many countries: "
				"write {{postal_address}} into the template",
				preflight_letter(k, f), part)});
}

static void
check_address(const struct checking *k, const struct composed_form *f)
{
	const char *address = k->list->postal_address;
	struct str text = STR_INIT, words = STR_INIT;

	add_text(&text, f->letter);
	if (!has_words(str_span(&text), address))
		add_no_address(k, f, "text", text_template(k, f));
	if (f->letter->html) {
		html_to_words(&words, span_of(f->letter->html));
		if (!has_words(str_span(&words), address))
			add_no_address(k, f, "HTML", html_template(k));
	}
	str_clear(&text);
	str_clear(&words);
}

void
preflight_postal_address(const struct checking *k)
{
	for (size_t i = 0; k->list->postal_address && i < k->c->form_count; i++)
		if (k->c->forms[i].letter)
			check_address(k, &k->c->forms[i]);
}

/* ----- the preheader ----- */

static bool
has_preheader(const struct letter *letter)
{
	struct str words = STR_INIT;
	bool has = survey_preheader(span_of(letter->html), &words);

	str_clear(&words);
	return has;
}

/* Once: it is the template's, whatever the language. */
void
preflight_preheader(const struct checking *k)
{
	for (size_t i = 0; i < k->c->form_count; i++) {
		const struct letter *letter = k->c->forms[i].letter;

		if (!letter || !letter->html || has_preheader(letter))
			continue;
		preflight_add(k->out,
			(struct finding){.severity = SEVERITY_WARNING,
				.code = "no-preheader",
				.where = html_template(k),
				.text = "the HTML begins with no hidden "
					"{{preheader}}, so inboxes show "
					"whatever stands at its top beside the "
					"subject"});
		return;
	}
}
