#include "web/asking.h"

static const char html[] = "text/html; charset=utf-8";

/* ----- who and where ----- */

void
asking_take_list(struct asking *a, const struct list *list, int64_t list_id)
{
	a->list = list;
	a->list_id = list_id;
	a->foreign = inquiry_is_foreign(&a->visit->inquiry, list->web);
	asking_choose_language(a, NULL);
}

bool
asking_know_subscriber(struct asking *a, enum token_purpose purpose,
	bool *known, struct error *err)
{
	const struct list *list;
	uint64_t first, second;

	*known = false;
	if (!asking_verify(a, purpose, &first, &second, err))
		return err->kind == ERROR_NONE;
	list = asking_list_numbered(a, (int64_t)first);
	if (!list)
		return true;
	*known = true;
	asking_take_list(a, list, (int64_t)first);
	a->number = (int64_t)second;
	return true;
}

bool
asking_read_subscriber(struct asking *a, struct error *err)
{
	subscriber_free(a->subscriber);
	a->subscriber =
		store_subscriber_numbered(a->store, a->list_id, a->number, err);
	if (a->subscriber)
		asking_choose_language(a, a->subscriber->language);
	return err->kind == ERROR_NONE;
}

void
asking_choose_language(struct asking *a, const char *own)
{
	if (!text_is_empty(own) && pages_speak(a->pages, own))
		a->language = arena_strdup(a->arena, own);
	else if (a->accepted)
		a->language = a->accepted;
	else
		a->language = a->list ? a->list->language : "en";
}

struct membership
asking_membership(struct asking *a, const char *how)
{
	struct str origin = STR_INIT;

	str_add_all(&origin, how, ", ", NULL);
	machine_write(&origin, &a->visit->inquiry.client);
	return (struct membership){.store = a->store,
		.list = a->list,
		.list_id = a->list_id,
		.now = a->now,
		.by = ORIGIN_WEB,
		.origin = arena_take(a->arena, &origin)};
}

bool
asking_pressed(const struct asking *a, const char *button)
{
	return a->post && submission_says(&a->said, "action", button);
}

const char *
asking_said_format(const struct asking *a)
{
	const char *format = submission_line(&a->said, "format", 32);
	enum letter_format known;

	return text_is_empty(format) || letter_format_find(format, &known)
		? format
		: NULL;
}

const char *
asking_said_language(const struct asking *a)
{
	const char *language = submission_line(&a->said, "language", 35);
	struct str tag = STR_INIT;

	if (text_is_empty(language))
		return language;
	if (language_read(&tag, span_of(language)))
		return arena_take(a->arena, &tag);
	str_clear(&tag);
	return NULL;
}

const char *
asking_token(struct asking *a, enum token_kind kind, uint64_t first,
	uint64_t second, enum token_purpose purpose)
{
	struct str token = STR_INIT;
	struct token_proof proof;

	token_prove(&proof, token_keys_newest(a->keys), kind, first, second);
	token_write(&token, &proof, purpose);
	return arena_take(a->arena, &token);
}

/* ----- what pages see ----- */

void
asking_set(struct asking *a, const char *name)
{
	value_set_bool(a->arena, a->view, name, true);
}

void
asking_set_text(struct asking *a, const char *name, const char *text)
{
	value_set_text_or_null(a->arena, a->view, name, text);
}

const char *
asking_word(struct asking *a, const char *key)
{
	return page_word(a->arena, a->pages, a->language, key, a->view);
}

void
asking_add_choice(struct asking *a, struct value *choices, const char *value,
	const char *label, bool chosen)
{
	struct value *choice =
		value_push(a->arena, choices, value_new_map(a->arena));

	value_set_text(a->arena, choice, "value", value);
	value_set_text(a->arena, choice, "label", label);
	value_set_bool(a->arena, choice, "chosen", chosen);
}

void
asking_set_formats(struct asking *a, const char *format)
{
	enum letter_format has = list_format_for(a->list, format);
	struct value *choices = value_set(
		a->arena, a->view, "formats", value_new_list(a->arena));

	for (int f = FORMAT_HTML; f <= FORMAT_RFC1153; f++) {
		const char *name = letter_format_name((enum letter_format)f);
		const char *key = arena_printf(a->arena, "format_%s", name);

		asking_add_choice(
			a, choices, name, asking_word(a, key), (int)has == f);
	}
}

/* What it calls itself; its tag when we do not speak it. */
static void
add_language(struct asking *a, struct value *choices, const char *tag,
	const char *has)
{
	const char *name = tag;

	for (size_t i = 0; i < choices->count; i++)
		if (text_equals(
			    value_find_text(choices->items[i], "value"), tag))
			return;
	if (pages_speak(a->pages, tag))
		name = page_word(
			a->arena, a->pages, tag, "language_name", NULL);
	asking_add_choice(a, choices, tag, name, text_equals(tag, has));
}

void
asking_set_languages(struct asking *a, const char *language)
{
	const char *has = list_language_for(a->list, language);
	const char *const *all = pages_languages(a->arena, a->pages);
	struct value *choices = value_set(
		a->arena, a->view, "languages", value_new_list(a->arena));

	add_language(a, choices, has, has);
	add_language(a, choices, a->list->language, has);
	for (size_t i = 0; a->list->fallback[i]; i++)
		add_language(a, choices, a->list->fallback[i], has);
	for (size_t i = 0; all[i]; i++)
		add_language(a, choices, all[i], has);
}

/* ----- answers ----- */

/* Links go by the folder that was asked for, for a proxy may have put us below
 * another; who mistyped may have made up some more. */
static const char *
way_up(const struct asking *a)
{
	const char *path = a->visit->inquiry.path;
	struct str out = STR_INIT;

	for (const char *c = path; *c; c++)
		if (*c == '/' && c > path)
			str_add(&out, "../");
	return arena_take(a->arena, &out);
}

static void
set_surroundings(struct asking *a)
{
	const struct list *l = a->list;

	asking_set_text(a, "up", way_up(a));
	asking_set_text(a, "list", l ? l->title : NULL);
	asking_set_text(a, "list_name", l ? l->name : NULL);
	asking_set_text(a, "contact", l ? l->contact : NULL);
	asking_set_text(a, "postal_address", l ? l->postal_address : NULL);
	asking_set_text(a, "privacy_url", l ? l->privacy_url : NULL);
	value_set_bool(a->arena, a->view, "open", l && l->joining.open);
}

bool
asking_page(struct asking *a, int status, const char *template_name,
	struct error *err)
{
	struct answer *answer = &a->visit->answer;

	set_surroundings(a);
	answer->status = status;
	answer->type = html;
	str_truncate(&answer->body, 0);
	return page_render(a->pages, template_name, a->language, a->view,
		&answer->body, err);
}

bool
asking_message(
	struct asking *a, int status, const char *message, struct error *err)
{
	asking_set(a, message);
	return asking_page(a, status, "message", err);
}

bool
asking_lost(struct asking *a, struct error *err)
{
	a->visit->wrong = true;
	return asking_message(a, STATUS_NOT_FOUND, "lost", err);
}
