/*
 * The digest forms of a letter: an issue made by hand, as test_render.c has it,
 * and what each dispatch becomes as a message of its own.
 */
#include "unit.h"

#include "letter_unit.h"

#include "base/mem.h"
#include "base/text.h"
#include "render/render.h"

/* Nothing flows, and the foot is short. */
static void
items_init(struct world *w)
{
	world_init(w);
	w->list.subject = "{{lead.title}}";
	w->list.text = TEXT_FIXED;
	w->list.postal_address = w->list.privacy_url = NULL;
	w->list.html_budget = 0;
}

static void
make_issue(struct world *w)
{
	static struct organisation guild = {"Night Bakers' Guild", "NBG"};
	struct variant *v = add(w, ENTRY_NEW, "Bread",
		"See [a](https://example.org/a), "
		"[b](https://example.org/b).\n\n- x\n");

	v->author = "Ada\tByte";
	v->place = "Saltmere";
	v->organisations = &guild;
	v->organisation_count = 1;
	w->dispatches[0].date = 1767225600; /* 2026-01-01 */
	w->entries[0].section = "Bread and oven";
	w->entries[0].labelled = true;

	v = add(w, ENTRY_NEW, "Only [this] was said.",
		"Only [this](https://example.org/b) was said.");
	v->title_is_body = true;
	v->language = "";
	v->organisations = &guild;
	v->organisation_count = 1;

	v = add(w, ENTRY_UPDATED, "Declaration", "");
	v->update_note = "Two more towns.";
	v->link = "https://example.org/declaration";

	add(w, ENTRY_UPDATED, "Empty", "");
}

/* ----- cases ----- */

static const char foot[] =
	"This letter was sent to q7zslotaddress. because you joined on\n"
	"q7zslotsince..\n"
	"Unsubscribe:\n"
	"q7zslotunsubscribe_url.\n"
	"Change what you receive:\n"
	"q7zslotpreferences_url.\n"
	"\n"
	"This letter does not watch you. It has no tracking pixels and no\n"
	"rewritten links; nobody can tell whether you opened it or what you\n"
	"clicked.\n";

static const char contents[] = "\n"
			       "In this issue:\n"
			       "\n"
			       "Bread and oven\n"
			       "1. Bread\n"
			       "\n"
			       "More dispatches\n"
			       "2. Only [this] was said.\n"
			       "\n"
			       "Updates to earlier dispatches\n"
			       "3. Declaration\n"
			       "4. Empty\n";

static void
the_head_and_the_foot(void **state)
{
	static const struct {
		enum letter_format format;
		const char *masthead;
	} cases[] = {
		{FORMAT_MIME_DIGEST,
			"Harbour Weekly\n"
			"==============\n"
			"Issue 7 · 20 November 2026 · 4 dispatches\n"
			"Read online: "
			"https://lists.example.org/archive/weekly/7/\n"},
		{FORMAT_RFC1153,
			"Harbour Weekly Digest    20 November 2026    "
			"Issue 7\n"
			"4 dispatches\n"
			"Read online: "
			"https://lists.example.org/archive/weekly/7/\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *name = letter_format_name(cases[i].format);
		char *head = mem_printf("%s%s", cases[i].masthead, contents);
		struct letter *letter;
		struct world w;

		items_init(&w);
		make_issue(&w);
		letter = render(&w, cases[i].format, NULL);
		want_text(name, letter->text, head);
		want_text(name, letter->foot, foot);
		want_text(name, letter->html, NULL);
		want_int(name, letter->format, cases[i].format);
		letter_free(letter);
		world_clear(&w);
		free(head);
	}
}

/* Each has its own numbers of links, and its title only in its subject. */
static void
the_items(void **state)
{
	static const struct {
		const char *subject, *from, *language;
		int64_t date;
		const char *text;
	} cases[] = {
		{"Updated: Bread", "Ada Byte", "en", 1767225600,
			"Night Bakers' Guild (NBG)\n"
			"Saltmere · 1 January 2026 · By Ada Byte\n"
			"\n"
			"See a [1], b [2].\n"
			"\n"
			"- x\n"
			"\n"
			"[1] https://example.org/a\n"
			"[2] https://example.org/b\n"},
		{"Only [this] was said.", "Night Bakers' Guild (NBG)", NULL,
			1795154400,
			"Night Bakers' Guild (NBG)\n"
			"\n"
			"Only this [1] was said.\n"
			"\n"
			"[1] https://example.org/b\n"},
		{"Updated: Declaration", NULL, "en", 1795154400,
			"Two more towns.\n"
			"\n"
			"Read on: https://example.org/declaration\n"},
		{"Updated: Empty", NULL, "en", 1795154400, ""},
	};
	struct letter *letter;
	struct world w;

	(void)state;
	items_init(&w);
	make_issue(&w);
	letter = render(&w, FORMAT_MIME_DIGEST, NULL);
	want_int("items", letter->item_count, COUNT(cases));
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct letter_item *item = &letter->items[i];
		const char *name = cases[i].subject;

		want_text(name, item->subject, cases[i].subject);
		want_text(name, item->from_name, cases[i].from);
		want_text(name, item->language, cases[i].language);
		want_int(name, item->date, cases[i].date);
		want_text(name, item->text, cases[i].text);
	}
	letter_free(letter);
	world_clear(&w);
}

static void
labels_speak_the_readers_language(void **state)
{
	struct letter *letter;
	struct world w;

	(void)state;
	items_init(&w);
	add(&w, ENTRY_UPDATED, "Köprü", "Metin.");
	w.edition.language = "tr";
	letter = render(&w, FORMAT_RFC1153, NULL);
	want_text("tr", letter->items[0].subject, "Güncellendi: Köprü");
	letter_free(letter);
	world_clear(&w);
}

/* What is over the maximum stands in front, with the contents. */
static void
titles_stand_in_the_head(void **state)
{
	struct letter *letter;
	struct world w;

	(void)state;
	items_init(&w);
	add(&w, ENTRY_TITLE, "One too many", "")->link =
		"https://example.org/many";
	letter = render(&w, FORMAT_MIME_DIGEST, NULL);
	want_text("head", letter->text,
		"Harbour Weekly\n"
		"==============\n"
		"Issue 7 · 20 November 2026 · 1 dispatch\n"
		"Read online: https://lists.example.org/archive/weekly/7/\n"
		"\n\n"
		"Also published:\n"
		"\n"
		"- One too many\n"
		"  https://example.org/many\n");
	want_int("items", letter->item_count, 0);
	letter_free(letter);
	world_clear(&w);
}

/* As in the other formats: whoever mails a log must not stop the issue. */
static void
bodies_beyond_sense_give_way(void **state)
{
	enum { SIZE = 5 << 20 };
	char *body = mem_new(SIZE + 1);
	struct letter *letter;
	struct world w;

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		body[i] = i % 8 == 7 ? ' ' : 'x';
	items_init(&w);
	add(&w, ENTRY_NEW, "Log", body)->body_kind = BODY_TEXT;
	add(&w, ENTRY_NEW, "Bread", "Text.");
	letter = render(&w, FORMAT_MIME_DIGEST, NULL);
	want_int("shortened", letter->html_saved, 1);
	want_true("opening", strlen(letter->items[0].text) < 1000);
	want_true("opening", strstr(letter->items[0].text, "xxxxxxx xxxxxxx"));
	want_text("other", letter->items[1].text, "Text.\n");
	letter_free(letter);
	world_clear(&w);
	free(body);
}

/* ----- identity ----- */

static char *
id_of(const char *dispatch, const char *language, const char *revision,
	enum entry_kind kind, int number)
{
	struct letter *letter;
	struct variant *v;
	struct world w;
	char *id;

	items_init(&w);
	v = add(&w, kind, "Title", "Text.");
	w.dispatches[0].id = dispatch;
	w.issue->number = number;
	v->language = language;
	snprintf(v->revision, sizeof v->revision, "%s", revision);
	letter = render(&w, FORMAT_MIME_DIGEST, NULL);
	id = mem_strdup(letter->items[0].id);
	letter_free(letter);
	world_clear(&w);
	return id;
}

static void
ids_are_stable(void **state)
{
	static const struct {
		const char *name, *dispatch, *language, *revision;
		enum entry_kind kind;
		int number;
		bool same;
	} cases[] = {
		{"another issue", "a.md", "en", "r1", ENTRY_NEW, 8, true},
		{"a revision of what is new", "a.md", "en", "r2", ENTRY_NEW, 7,
			true},
		{"another dispatch", "b.md", "en", "r1", ENTRY_NEW, 7, false},
		{"a translation", "a.md", "tr", "r1", ENTRY_NEW, 7, false},
		{"an update", "a.md", "en", "r2", ENTRY_UPDATED, 7, false},
	};
	char *first = id_of("a.md", "en", "r1", ENTRY_NEW, 7);

	(void)state;
	want_true("domain",
		span_ends(span_of(first), "@weekly.example.org") &&
			strlen(first) == 32 + strlen("@weekly.example.org"));
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *id = id_of(cases[i].dispatch, cases[i].language,
			cases[i].revision, cases[i].kind, cases[i].number);

		want_int(cases[i].name, text_equals(id, first), cases[i].same);
		free(id);
	}
	free(first);
}

/* Paragraphs flow in messages, and never in a text that is taken apart by its
 * lines. */
static void
what_flows(void **state)
{
	static const struct {
		enum letter_format format;
		const char *end; /* of the first line of a long paragraph */
	} cases[] = {
		{FORMAT_MIME_DIGEST, " at \n"},
		{FORMAT_RFC1153, " at\n"},
	};
	static const char body[] =
		"The light was lit by the keeper of the old tower and the new "
		"tower at the same hour.";

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *name = letter_format_name(cases[i].format);
		struct letter *letter;
		struct world w;

		items_init(&w);
		w.list.text = TEXT_FLOWED;
		add(&w, ENTRY_NEW, "Light", body);
		letter = render(&w, cases[i].format, NULL);
		want_true(name, strstr(letter->items[0].text, cases[i].end));
		want_true(name,
			strstr(letter->foot, i ? "no\nrewr" : "no \nrewr"));
		want_int(name, letter->flows, i == 0);
		letter_free(letter);
		world_clear(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_and_the_foot),
		cmocka_unit_test(the_items),
		cmocka_unit_test(labels_speak_the_readers_language),
		cmocka_unit_test(titles_stand_in_the_head),
		cmocka_unit_test(bodies_beyond_sense_give_way),
		cmocka_unit_test(ids_are_stable),
		cmocka_unit_test(what_flows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
