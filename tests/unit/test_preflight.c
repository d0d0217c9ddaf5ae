/*
 * What is found wrong with an issue made by hand, by the templates that come
 * with the program.
 */
#include "unit.h"

#include "letter_unit.h"

#include "run/preflight.h"
#include "run/preflight_targets.h"

struct flight {
	struct world w;
	struct composed c;
	struct composed_form forms[2];
	struct inlays *inlays;
	struct relay relay;
	struct preflight found;
};

static void
flight_init(struct flight *f)
{
	*f = (struct flight){.inlays = inlays_new()};
	world_init(&f->w);
	preflight_init(&f->found);
	f->relay = (struct relay){.kind = TRANSPORT_SPOOL};
	f->w.list.relays = &f->relay;
	f->w.list.relay_count = 1;
}

/* Renders both forms and looks at them. `spoil` may spoil them before. */
static void
fly(struct flight *f, void (*spoil)(struct letter *letter))
{
	static const enum letter_format formats[] = {FORMAT_HTML, FORMAT_TEXT};

	for (size_t i = 0; i < COUNT(formats); i++) {
		f->forms[i] = (struct composed_form){.language = "en",
			.format = formats[i],
			.letter = render(&f->w, formats[i], NULL)};
		if (spoil)
			spoil(f->forms[i].letter);
	}
	f->c = (struct composed){.issue = f->w.issue,
		.inlays = f->inlays,
		.forms = f->forms,
		.form_count = COUNT(formats),
		.mark = (char *)slot_marks};
	preflight_run(&f->found, &f->c);
}

static void
flight_clear(struct flight *f)
{
	for (size_t i = 0; i < COUNT(f->forms); i++)
		letter_free(f->forms[i].letter);
	preflight_clear(&f->found);
	inlays_free(f->inlays);
	world_clear(&f->w);
}

/* "code[where]! " for each; the mark is for what blocks. */
static void
want_found(const char *name, const struct flight *f, const char *want)
{
	struct str got = STR_INIT;

	for (size_t i = 0; i < f->found.count; i++) {
		const struct finding *one = &f->found.items[i];

		str_add(&got, one->code);
		if (one->where)
			str_add_all(&got, "[", one->where, "]", NULL);
		str_add(&got, one->blocks ? "! " : " ");
		want_true(one->code, *one->text);
	}
	want_text(name, str_text(&got), want);
	str_clear(&got);
}

/* What the first says. */
static void
want_said(const char *name, const struct flight *f, const char *words)
{
	if (!f->found.count || !strstr(f->found.items[0].text, words))
		fail_msg("%s: <%s> is not said in <%s>", name, words,
			f->found.count ? f->found.items[0].text : "");
}

/* ----- dispatches ----- */

#define TEN "ten chars "
#define SIXTY TEN TEN TEN TEN TEN TEN

static void
titles(void **state)
{
	static const struct {
		const char *one, *other;
		bool is_body;
		const char *body, *want;
	} cases[] = {
		{"One", "Two", false, "x", ""},
		{"One", "one", false, "x", "duplicate-title[one] "},
		{SIXTY SIXTY ".", "Two", false, "x",
			"long-title[" SIXTY SIXTY ".] "},
		{SIXTY "123456789 123456789 123456789 123456789 123456789 "
		       "123456789 ",
			"Two", false, "x", ""},
		/* Characters, not octets. */
		{"şşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşş"
		 "şşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşşş",
			"Two", false, "x", ""},
		/* One sentence needs no title, more do. */
		{"We sail.", "Two", true, "We sail.", ""},
		{SIXTY SIXTY ".", "Two", true, SIXTY SIXTY ".", ""},
		{"We sail.", "Two", true, "We sail. And we come back.",
			"no-title[We sail.] "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct flight f;
		struct variant *v;

		flight_init(&f);
		v = add(&f.w, ENTRY_NEW, cases[i].one, cases[i].body);
		v->title_is_body = cases[i].is_body;
		add(&f.w, ENTRY_NEW, cases[i].other, "y");
		fly(&f, NULL);
		want_found(cases[i].one, &f, cases[i].want);
		flight_clear(&f);
	}
}

static void
pictures(void **state)
{
	static const struct {
		struct picture picture;
		enum body_kind kind;
		const char *body, *link, *want;
	} cases[] = {
		{{.file = "in.jpg"}, BODY_MARKDOWN, "x", NULL,
			"missing-alt[A]! "},
		{{.file = "in.jpg", .caption = "C"}, BODY_MARKDOWN, "x", NULL,
			"missing-alt[A]! "},
		{{.file = "in.jpg", .alt = "A crane"}, BODY_MARKDOWN, "x", NULL,
			""},
		{{.file = "in.jpg", .decorative = true}, BODY_MARKDOWN, "x",
			NULL, ""},
		{{.url = "https://example.org/in.jpg"}, BODY_MARKDOWN, "x",
			NULL, "missing-alt[A]! "},
		/* It is not in the letter. */
		{{.file = "out.jpg"}, BODY_MARKDOWN, "x", NULL, ""},
		{{.file = NULL}, BODY_MARKDOWN, "![](in.jpg)", NULL,
			"missing-alt[A]! "},
		{{.file = NULL}, BODY_MARKDOWN, "![](in.jpg \"decorative\")",
			NULL, ""},
		{{.file = NULL}, BODY_MARKDOWN, "![A crane](in.jpg)", NULL, ""},
		{{.file = NULL}, BODY_MARKDOWN, "![](out.jpg)", NULL, ""},
		{{.file = NULL}, BODY_HTML, "<img src=in.jpg>",
			"https://example.org/", "missing-alt[A]! "},
		{{.file = NULL}, BODY_HTML, "<img src=in.jpg alt=''>",
			"https://example.org/", ""},
		{{.file = NULL}, BODY_HTML, "<img src=in.jpg alt='A crane'>",
			"https://example.org/", ""},
	};
	static const struct inlay photo = {.cid = "a@example.org",
		.type = "image/jpeg",
		.file_name = "in.jpg",
		.width = 600,
		.height = 300,
		.bytes = {"JPEG", 4}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char name[8];
		struct flight f;
		struct variant *v;
		const struct inlay *inlay;

		snprintf(name, sizeof name, "%zu", i);
		flight_init(&f);
		v = add(&f.w, ENTRY_NEW, "A", cases[i].body);
		v->picture = cases[i].picture;
		v->body_kind = cases[i].kind;
		v->link = cases[i].link;
		inlay = inlays_add(f.inlays, &photo);
		inlays_place(f.inlays, v, "in.jpg", inlay);
		inlays_place(f.inlays, v, "https://example.org/in.jpg", inlay);
		fly(&f, NULL);
		want_found(name, &f, cases[i].want);
		flight_clear(&f);
	}
}

/* The letter of an edition whose readers read Turkish. */
static void
translations(void **state)
{
	static const struct {
		const char *languages[3]; /* of its entries */
		const char *fallback;
		unsigned spared;
		const char *want;
	} cases[] = {
		{{"tr", "tr", "tr"}, "en", 0, ""},
		{{"tr", "tr-cy", "tr"}, "en", 0, ""},
		{{"tr", "tr", "en"}, "en", 0, "missing-translation[2] "},
		{{"tr", "tr", ""}, "en", 0, "missing-translation[2] "},
		{{"tr", "tr", "en"}, "en", 1, ""},
		/* Where few are, it is how the list works. */
		{{"tr", "en", "en"}, "en", 0, ""},
		{{"tr", "en", "el"}, "en", 0, "missing-translation[2] "},
	};
	static const char *const ids[] = {"0", "1", "2"};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *fallback[] = {cases[i].fallback, NULL};
		char name[8];
		struct flight f;

		snprintf(name, sizeof name, "%zu", i);
		flight_init(&f);
		f.w.list.fallback = fallback;
		f.w.edition.language = "tr";
		f.w.edition.spared = cases[i].spared;
		for (size_t k = 0; k < COUNT(ids); k++)
			add(&f.w, ENTRY_NEW, ids[k], "x")->language =
				cases[i].languages[k];
		fly(&f, NULL);
		want_found(name, &f, cases[i].want);
		flight_clear(&f);
	}
}

/* ----- links ----- */

static void
targets(void **state)
{
	static const struct {
		const char *target;
		enum target_fault want;
	} cases[] = {
		{"https://example.org/", TARGET_GOOD},
		{"HTTP://example.org", TARGET_GOOD},
		{"https://192.0.3.1/", TARGET_GOOD},
		{"https://[2a00::1]/", TARGET_GOOD},
		{"mailto:a@example.org", TARGET_GOOD},
		{"/x", TARGET_RELATIVE},
		{"x.html", TARGET_RELATIVE},
		{"#x", TARGET_RELATIVE},
		{"//example.org/x", TARGET_RELATIVE},
		{"", TARGET_RELATIVE},
		{"javascript:alert(1)", TARGET_UNOPENABLE},
		{"file:///etc/hosts", TARGET_UNOPENABLE},
		{"tel:+1234", TARGET_UNOPENABLE},
		{"http://localhost:8000/", TARGET_PRIVATE},
		{"http://a.LOCALHOST/", TARGET_PRIVATE},
		{"http://printer.local/", TARGET_PRIVATE},
		{"http://wiki/", TARGET_PRIVATE},
		{"http://127.0.0.1/", TARGET_PRIVATE},
		{"http://192.168.1.1:80/x", TARGET_PRIVATE},
		{"http://10.0.0.1", TARGET_PRIVATE},
		{"http://[::1]/", TARGET_PRIVATE},
		{"http://[fe80::1]:80/", TARGET_PRIVATE},
		{"http://[", TARGET_PRIVATE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].target,
			target_judge(span_of(cases[i].target)), cases[i].want);
}

static void
links(void **state)
{
	static const struct {
		const char *body, *link, *web, *want;
	} cases[] = {
		{"[a](https://example.org/x)", NULL, NULL, ""},
		{"[a](/x)", NULL, NULL, "relative-link[A] "},
		{"[a](/x) [b](/x)", NULL, NULL, "relative-link[A] "},
		{"[a](/x)", "https://example.org/", NULL, ""},
		{"[a](/x)", "http://localhost/", NULL,
			"private-link[A] private-link[A] "},
		{"[a](file:///x)", NULL, NULL, "unopenable-link[A] "},
		{"<http://wiki/>", NULL, NULL, "private-link[A] "},
		{"x", NULL, "http://127.0.0.1:8025",
			"private-link[lists/weekly/list.yaml] "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct flight f;

		flight_init(&f);
		if (cases[i].web)
			f.w.list.web = cases[i].web;
		add(&f.w, ENTRY_NEW, "A", cases[i].body)->link = cases[i].link;
		fly(&f, NULL);
		want_found(cases[i].body, &f, cases[i].want);
		flight_clear(&f);
	}
}

/* Each once, without what is ours. */
static void
asked_for(void **state)
{
	struct flight f;
	struct checking k;
	struct map *found;
	struct str got = STR_INIT;

	(void)state;
	flight_init(&f);
	add(&f.w, ENTRY_NEW, "A",
		"[a](https://a.example/#1) [b](https://a.example/#2) "
		"<http://localhost/> [c](c) [d](mailto:a@example.org) "
		"<https://lists.example.org/archive/7>");
	add(&f.w, ENTRY_NEW, "B", "[a](c)")->link = "https://b.example/";
	fly(&f, NULL);
	k = preflight_begin(&f.found, &f.c);
	found = targets_collect(&k);
	for (size_t i = 0; i < map_count(found); i++) {
		const struct printed *p = map_value(found, i);

		str_add_all(&got, map_key(found, i), p ? " of " : "",
			p ? p->d->id : "", "; ", NULL);
	}
	want_text("links", str_text(&got),
		"https://a.example/ of A; https://b.example/ of B; "
		"https://b.example/c of B; https://example.org/privacy; ");
	str_clear(&got);
	map_free(found);
	flight_clear(&f);
}

/* ----- letters ----- */

static void
replace(char **text, const char *old, const char *new)
{
	struct str out = STR_INIT;
	struct span rest = span_of(*text);

	while (span_find_text(rest, old) < rest.len) {
		size_t n = span_find_text(rest, old);

		str_add_span(&out, span_slice(rest, 0, n));
		str_add(&out, new);
		rest = span_from(rest, n + strlen(old));
	}
	str_add_span(&out, rest);
	free(*text);
	*text = str_take(&out);
}

static void
without_way_out(struct letter *l)
{
	if (l->html)
		replace(&l->html, "q7zslotunsubscribe_url.",
			"https://example.org/");
}

/* The words are there, but they lead nowhere. */
static void
without_link(struct letter *l)
{
	if (l->html)
		replace(&l->html, "href=\"q7zslotunsubscribe_url.\"",
			"title=\"q7zslotunsubscribe_url.\"");
}

static void
without_way_out_in_text(struct letter *l)
{
	replace(&l->text, "slotunsubscribe_url.", "");
}

static void
without_address(struct letter *l)
{
	if (l->html)
		replace(&l->html, "Quay 1", "Quay 2");
}

static void
without_address_in_text(struct letter *l)
{
	replace(&l->text, "Quay 1", "Quay 2");
}

static void
with_address_on_two_lines(struct letter *l)
{
	replace(&l->text, "Quay 1", "Quay\n   1");
	if (l->html)
		replace(&l->html, "Quay 1", "<b>Quay</b>\n1");
}

static void
without_preheader(struct letter *l)
{
	if (l->html)
		replace(&l->html, "display:none", "display:block");
}

static void
pale(struct letter *l)
{
	if (l->html)
		replace(&l->html, "#5b6168", "#aaaaaa");
}

static void
large(struct letter *l)
{
	struct str out = STR_INIT;

	if (!l->html)
		return;
	str_add(&out, l->html);
	for (int i = 0; i < 10000; i++)
		str_add(&out, "<!-- ten -->");
	free(l->html);
	l->html = str_take(&out);
}

#define HTML_FILE "[templates/digest/html.mustache]"
#define TEXT_FILE "[templates/digest/text.mustache]"
#define CSS_FILE "[templates/digest/style.css]"

static void
letters(void **state)
{
	static const struct {
		const char *name;
		void (*spoil)(struct letter *letter);
		const char *want, *said;
	} cases[] = {
		{"as it should be", NULL, "", NULL},
		{"way out, HTML", without_way_out,
			"no-unsubscribe" HTML_FILE "! ", "(en, html)"},
		{"way out, link", without_link, "no-unsubscribe" HTML_FILE "! ",
			"in its HTML"},
		{"way out, text", without_way_out_in_text,
			"no-unsubscribe" TEXT_FILE "! no-unsubscribe" TEXT_FILE
			"! ",
			"in its text"},
		{"address, HTML", without_address,
			"no-postal-address" HTML_FILE " ", "in its HTML"},
		{"address, text", without_address_in_text,
			"no-postal-address" TEXT_FILE
			" no-postal-address" TEXT_FILE " ",
			"in its text"},
		{"address, broken", with_address_on_two_lines, "", NULL},
		/* Its words are as pale as the page, for they are not meant
		 * to be seen. */
		{"preheader", without_preheader,
			"no-preheader" HTML_FILE " low-contrast" CSS_FILE
			" low-contrast" CSS_FILE " ",
			"subject"},
		{"colours", pale,
			"low-contrast" CSS_FILE " low-contrast" CSS_FILE " ",
			"#aaaaaa on #ffffff, a contrast of 2.3 to 1"},
		{"size", large, "html-size ", "(en, html) has 1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct flight f;

		flight_init(&f);
		add(&f.w, ENTRY_NEW, "A", "x");
		fly(&f, cases[i].spoil);
		want_found(cases[i].name, &f, cases[i].want);
		if (cases[i].said)
			want_said(cases[i].name, &f, cases[i].said);
		flight_clear(&f);
	}
}

static void
no_way_out_at_all(void **state)
{
	struct flight f;

	(void)state;
	flight_init(&f);
	f.w.list.web = NULL;
	add(&f.w, ENTRY_NEW, "A", "x");
	fly(&f, NULL);
	want_found("", &f, "no-unsubscribe[lists/weekly/list.yaml] ");
	flight_clear(&f);
}

/* ----- the sender ----- */

static void
sender(void **state)
{
	static const struct {
		enum transport_kind kind;
		const char *domain; /* of its key; NULL: it has none */
		const char *want;
	} cases[] = {
		{TRANSPORT_SPOOL, NULL, ""},
		{TRANSPORT_SMTP, NULL, "no-dkim[lists/weekly/list.yaml] "},
		{TRANSPORT_SMTP, "example.org", ""},
		{TRANSPORT_SMTP, "lists.example.org", ""},
		{TRANSPORT_SMTP, "example.net",
			"dkim-not-aligned[lists/weekly/list.yaml] "},
		{TRANSPORT_SMTP, "a.lists.example.org",
			"dkim-not-aligned[lists/weekly/list.yaml] "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dkim_config key = {.domain = cases[i].domain};
		struct flight f;

		flight_init(&f);
		f.relay.kind = cases[i].kind;
		f.w.list.from.address = "weekly@lists.example.org";
		f.w.list.dkim = &key;
		f.w.list.dkim_count = cases[i].domain != NULL;
		add(&f.w, ENTRY_NEW, "A", "x");
		fly(&f, NULL);
		want_found(cases[i].domain ? cases[i].domain : "none", &f,
			cases[i].want);
		flight_clear(&f);
	}
}

/* An issue without a letter has nothing wrong with it. */
static void
empty(void **state)
{
	struct flight f;

	(void)state;
	flight_init(&f);
	f.w.list.web = NULL;
	f.c = (struct composed){.issue = f.w.issue};
	preflight_run(&f.found, &f.c);
	want_found("empty", &f, "");
	flight_clear(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles),
		cmocka_unit_test(pictures),
		cmocka_unit_test(translations),
		cmocka_unit_test(targets),
		cmocka_unit_test(links),
		cmocka_unit_test(asked_for),
		cmocka_unit_test(letters),
		cmocka_unit_test(no_way_out_at_all),
		cmocka_unit_test(sender),
		cmocka_unit_test(empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
