#include "run/post_letter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/text_flow.h"
#include "model/archive.h"

enum { WIDTH = 72, DAY = 24 * 3600, TWO_DAYS = 2 * DAY };

bool
post_kind_has_words(enum post_kind kind)
{
	return kind != POST_LATEST;
}

bool
post_kind_asks(enum post_kind kind)
{
	return kind <= POST_CONFIRM_ERASE;
}

/* ----- what templates are told ----- */

struct making {
	struct arena *arena;
	struct pages *pages;
	const struct post_facts *facts;
	const char *language;
	struct value *view;
};

/* Templates may ask for all of it: what has nothing to say is null. */
static void
set(const struct making *m, const char *key, const char *text)
{
	value_set(m->arena, m->view, key,
		text && *text ? value_new_text(m->arena, text)
			      : value_new_null(m->arena));
}

static const char *
publisher(const struct list *list)
{
	struct span domain = address_domain(span_of(list->from.address));

	/* Behind the @, to the end. */
	return list->from.name && *list->from.name ? list->from.name
						   : domain.data;
}

static void
set_list(const struct making *m)
{
	const struct list *list = m->facts->list;

	set(m, "list", list->title);
	set(m, "publisher", publisher(list));
	set(m, "from", list->from.address);
	set(m, "about", list->about);
	set(m, "contact", list->contact);
	set(m, "privacy_url", list->privacy_url);
	set(m, "postal_address", list->postal_address);
}

/* "PAGE/TOKEN" below the list's pages; NULL without either. */
static const char *
page_link(const struct making *m, const char *page, const char *token)
{
	const char *web = m->facts->list->web;

	return web && token
		? arena_printf(m->arena, "%s/%s/%s", web, page, token)
		: NULL;
}

/*
 * The last day that counts whole; or, when it is over in less, the minute. It
 * is said in UTC then: nobody knows the reader's time zone.
 */
static const char *
last_day(const struct making *m)
{
	const struct post_facts *f = m->facts;
	struct zone *zone = f->list->schedule.zone;
	struct civil c;

	if (f->until == INSTANT_NONE)
		return NULL;
	if (f->until - f->now >= TWO_DAYS)
		return page_date(m->arena, m->pages, m->language,
			zone_civil(zone, f->until - DAY));
	c = zone_civil(NULL, f->until);
	return arena_printf(m->arena, "%s, %02d:%02d UTC",
		page_date(m->arena, m->pages, m->language, c), c.hour,
		c.minute);
}

static void
set_question(const struct making *m)
{
	const struct post_facts *f = m->facts;
	const char *page = f->kind == POST_CONFIRM_NEW ? "n" : "c";

	set(m, "new_address", f->new_address);
	set(m, "link", page_link(m, page, f->confirm));
	set(m, "date", last_day(m));
}

/* Where there are no pages, all is done by mail. */
static bool
is_by_mail(const struct list *list)
{
	return !list->web && list->unsubscribe;
}

/* What a mail's subject must be for that; NULL without a token. */
static const char *
mail_subject(const struct making *m, const char *verb, const char *token)
{
	return is_by_mail(m->facts->list) && token
		? arena_printf(m->arena, "%s %s", verb, token)
		: NULL;
}

static void
set_ways_out(const struct making *m)
{
	const struct post_facts *f = m->facts;
	const struct list *list = f->list;
	bool by_mail = is_by_mail(list);
	const char *settings = mail_subject(m, "settings", f->prefer);

	set(m, "preferences_url", page_link(m, "p", f->prefer));
	set(m, "unsubscribe_url", page_link(m, "u", f->leave));
	set(m, "undo_url", page_link(m, "u", f->leave));
	set(m, "leave_subject", mail_subject(m, "unsubscribe", f->leave));
	/* The mail about them has it as its own. */
	set(m, "settings_subject", f->kind == POST_SETTINGS ? NULL : settings);
	set(m, "leave_to", by_mail ? list->unsubscribe : NULL);
	set(m, "join_to",
		by_mail && list->joining.open ? list->unsubscribe : NULL);
}

static void
set_latest(const struct making *m)
{
	const struct post_facts *f = m->facts;
	const struct list *list = f->list;
	struct str url = STR_INIT;

	if (f->latest && list->archive == ARCHIVE_PUBLIC &&
		list_has_archive(list))
		archive_write_issue_url(
			&url, list, NULL, f->latest_number, list->language);
	set(m, "latest", f->latest);
	set(m, "latest_url", arena_take_some(m->arena, &url));
}

/* The day, where the list is. */
static const char *
local_day(const struct making *m, int64_t instant)
{
	const struct list *list = m->facts->list;

	return instant == INSTANT_NONE
		? NULL
		: page_date(m->arena, m->pages, m->language,
			  zone_civil(list->schedule.zone, instant));
}

static const char *
name_formats(const struct making *m)
{
	struct str names = STR_INIT;

	for (int i = 0; i < LETTER_FORMATS; i++)
		str_add_all(&names, i ? ", " : "",
			letter_format_name((enum letter_format)i), NULL);
	return arena_take(m->arena, &names);
}

static void
set_siblings(const struct making *m)
{
	const char *const *siblings = m->facts->list->siblings;
	struct value *all = value_set(
		m->arena, m->view, "siblings", value_new_list(m->arena));

	for (; siblings && *siblings; siblings++)
		value_push(m->arena, all, value_new_text(m->arena, *siblings));
	value_set_bool(m->arena, m->view, "any_siblings", all->count > 0);
}

/* As letters have it: what he did not choose is the list's. */
static void
set_settings(const struct making *m)
{
	const struct subscriber *s = m->facts->reader;
	const struct list *list = m->facts->list;
	bool paused = s && s->state == SUBSCRIBER_PAUSED;

	set(m, "format",
		letter_format_name(
			list_format_for(list, s ? s->format : NULL)));
	set(m, "reader_language",
		list_language_for(list, s ? s->language : NULL));
	value_set_bool(m->arena, m->view, "paused", paused);
	set(m, "until", paused ? local_day(m, s->until) : NULL);
	set(m, "formats", name_formats(m));
	set_siblings(m);
	value_set_bool(m->arena, m->view, "by_mail", is_by_mail(list));
}

/* ----- what becomes of a template's text ----- */

/* One blank line at most between two paragraphs, none at the end. */
static char *
wrap(struct span text)
{
	struct str out = STR_INIT;
	struct span line;
	bool gap = false;

	while (span_next_line(&text, &line)) {
		if (!line.len) {
			gap = out.len > 0;
			continue;
		}
		if (gap)
			str_add_char(&out, '\n');
		gap = false;
		if (text_is_signature(line))
			str_add_span(&out, line);
		else
			text_flow(&out, line, WIDTH, "");
		str_add_char(&out, '\n');
	}
	return str_take(&out);
}

/*
 * By mail the answer's subject says what it is about, as it does with other
 * list servers: an address with the token behind a "+" does not get through
 * everywhere.
 */
static char *
write_subject(const struct post_facts *f, struct span line)
{
	struct str flat = STR_INIT;

	if (post_kind_asks(f->kind) && !f->list->web)
		return mem_printf("confirm %s", f->confirm);
	if (f->kind == POST_SETTINGS && is_by_mail(f->list))
		return mem_printf("settings %s", f->prefer);
	text_flatten(&flat, line);
	return str_take(&flat);
}

static bool
take_text(const struct post_facts *f, struct span text, struct post_letter *out,
	struct error *err)
{
	struct span subject;

	if (!span_next_line(&text, &subject) || !subject.len)
		return error_set(err, ERROR_CONFIG,
			"the first line of template '%s.mustache' is no "
			"subject",
			post_kind_name(f->kind));
	out->subject = write_subject(f, subject);
	out->text = wrap(text);
	return true;
}

/* ----- all of it ----- */

static bool
leads_somewhere(const struct post_facts *f, struct error *err)
{
	if (!post_kind_asks(f->kind) || f->list->web || f->list->unsubscribe)
		return true;
	return error_set(err, ERROR_CONFIG,
		"a confirmation needs 'web' or 'unsubscribe' to lead to");
}

static const char *
choose_language(struct pages *pages, const struct post_facts *f)
{
	if (f->language && pages_speak(pages, f->language))
		return f->language;
	return f->list->language;
}

bool
post_letter_write(struct pages *pages, const struct post_facts *f,
	struct post_letter *out, struct error *err)
{
	struct making m = {.arena = arena_new(), .pages = pages, .facts = f};
	struct str text = STR_INIT;
	bool ok = leads_somewhere(f, err);

	*out = (struct post_letter){.language = choose_language(pages, f)};
	m.language = out->language;
	m.view = value_new_map(m.arena);
	set(&m, "address", f->address);
	set_list(&m);
	set_question(&m);
	set_ways_out(&m);
	set_latest(&m);
	set_settings(&m);
	ok = ok &&
		page_render(pages, post_kind_name(f->kind), m.language, m.view,
			&text, err) &&
		take_text(f, str_span(&text), out, err);
	str_clear(&text);
	arena_free(m.arena);
	return ok;
}

void
post_letter_clear(struct post_letter *letter)
{
	free(letter->subject);
	free(letter->text);
	*letter = (struct post_letter){.subject = NULL};
}
