#include "source/source.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "scratch.h"

/* A folder of files, made for one case. */
struct place {
	char path[32];
	struct source_config source;
	struct list list;
	struct dispatches all;
	struct error err;
};

static void
place_init(struct place *p)
{
	memset(p, 0, sizeof *p);
	strcpy(p->path, "/tmp/test_folder.XXXXXX");
	assert_non_null(mkdtemp(p->path));
	assert_int_equal(chdir(p->path), 0);
	p->source = (struct source_config){.kind = SOURCE_FOLDER,
		.name = "dispatches",
		.path = "dispatches"};
	p->list = (struct list){.name = "weekly",
		.language = "en",
		.limits = {.dispatch = 1 << 20, .folder = 1 << 20},
		.sources = &p->source,
		.source_count = 1};
	dispatches_init(&p->all);
}

static void
place_clear(struct place *p)
{
	dispatches_clear(&p->all);
	error_clear(&p->err);
	assert_int_equal(chdir("/"), 0);
	scratch_remove(p->path);
}

static void
put(struct place *p, const char *name, const char *text)
{
	char *folder = file_join(p->path, "dispatches");
	char *path = file_join(folder, name), *slash = strrchr(path, '/');
	FILE *f;

	*slash = '\0';
	assert_true(file_make_folders(path, 0755, NULL));
	*slash = '/';
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	free(path);
	free(folder);
}

static bool
gather(struct place *p)
{
	return source_gather(&p->list, NULL, NULL, &p->all, &p->err);
}

/* "id[en:Title tr:Başlık] …" */
static char *
as_text(const struct dispatches *all)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < all->count; i++) {
		const struct dispatch *d = &all->items[i];

		str_printf(&out, "%s%s%s[", i ? " " : "", d->id,
			d->draft ? "(draft)" : "");
		for (size_t k = 0; k < d->variant_count; k++)
			str_printf(&out, "%s%s:%s", k ? " " : "",
				d->variants[k].language, d->variants[k].title);
		str_add(&out, "]");
	}
	return str_take(&out);
}

static char *
problems_text(const struct dispatches *all)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < all->problems.count; i++)
		str_printf(&out, "%s%s", i ? "\n" : "",
			all->problems.items[i].text);
	return str_take(&out);
}

enum { FILES = 6 };

static const struct {
	const char *name;
	struct {
		const char *name, *text;
	} files[FILES];
	const char *dispatches, *problems;
} cases[] = {
	{"order and endings",
		{{"b.md", "# B\nx"}, {"a/c.markdown", "# C\nx"},
			{"a.txt", "no"}, {"a.md", "# A\nx"}},
		"a[en:A] a/c[en:C] b[en:B]", ""},
	{"an ending that nobody sees",
		{{"a.md.txt", "# A\nx"}, {"b.MD.TXT", "x"}, {"c.txt", "x"},
			{"x.md", "# X\nx"}},
		"x[en:X]",
		"dispatches/a.md.txt: is not read: take the '.txt' off its "
		"name\n"
		"dispatches/b.MD.TXT: is not read: take the '.txt' off its "
		"name"},
	{"droppings and notes",
		{{"~$x.md", "no"}, {".x.md", "no"}, {"README.md", "about"},
			{"x (conflicted copy 1).md", "no"},
			{"_index.md", "---\nbroken"}, {"x.md", "# X\nx"}},
		"x[en:X]", ""},
	{"a README with front matter", {{"README.md", "---\ntitle: R\n---\nx"}},
		"README[en:R]", ""},
	{"variants",
		{{"x.md", "# X\nx"}, {"x.tr.md", "# Y\ny"},
			{"x.de-AT.md", "# Z\nz"}, {"release-2.0.md", "# R\nr"}},
		"release-2.0[en:R] x[en:X de-at:Z tr:Y]", ""},
	{"page bundles",
		{{"p/index.md", "# P\nx"}, {"p/index.tr.md", "# Q\ny"},
			{"p/photo.jpg", "x"}},
		"p[en:P tr:Q]", ""},
	{"the original has no language in its name",
		{{"x.de.md", "# D\nx"}, {"x.md", "---\nlang: fr\n---\n# F\nx"}},
		"x[fr:F de:D]", ""},
	{"else it is in the list's language",
		{{"x.de.md", "# D\nx"}, {"x.en.md", "# E\nx"}}, "x[en:E de:D]",
		""},
	{"else it is the first", {{"x.tr.md", "# T\nx"}, {"x.de.md", "# D\nx"}},
		"x[de:D tr:T]", ""},
	{"translation_of",
		{{"n/x.md", "# X\nx"},
			{"n/y.md",
				"---\ntranslation_of: x\nlang: tr\n---\n# Y\ny"},
			{"z.md",
				"---\ntranslation_of: n/x.md\nlang: de\n---\n# Z\nz"},
			{"i.md", "---\nid: the-id\n---\n# I\ni"},
			{"j.md",
				"---\ntranslation_of: the-id\nlang: tr\n---\n# J\nj"}},
		"the-id[en:I tr:J] n/x[en:X tr:Y de:Z]", ""},
	{"translation_of nothing",
		{{"x.md", "---\ntranslation_of: gone\n---\n# X\nx"}}, "x[en:X]",
		"dispatches/x.md: 'translation_of' names no other dispatch: "
		"'gone'"},
	{"translations of one another",
		{{"x.md", "---\ntranslation_of: y\n---\n# X\nx"},
			{"y.md", "---\ntranslation_of: x\n---\n# Y\ny"}},
		"x[en:X] y[en:Y]",
		"dispatches/x.md: 'translation_of' names no other dispatch: "
		"'x'\n"
		"dispatches/y.md: 'translation_of' names no other dispatch: "
		"'y'"},
	{"one id in two languages",
		{{"a.md", "---\nid: i\n---\n# A\nx"},
			{"b.md", "---\nid: i\nlang: tr\n---\n# B\nx"}},
		"i[en:A tr:B]", ""},
	{"an id of the original is its translations' too",
		{{"x.md", "---\nid: i\n---\n# A\nx"}, {"x.tr.md", "# B\nx"}},
		"i[en:A tr:B]", ""},
	{"the same id twice",
		{{"a.md", "---\nid: i\n---\n# A\nx"},
			{"b.md", "---\nid: i\n---\n# B\nx"}, {"c.md", "# C\nx"},
			{"c/index.md", "# D\nx"}},
		"i[en:A] c[en:C]",
		"dispatches/b.md: has the same id and language as "
		"'dispatches/a.md'\n"
		"dispatches/c/index.md: has the same id and language as "
		"'dispatches/c.md'"},
	{"one broken, the others go on",
		{{"a.md", "---\ntitle: A\n"}, {"b.md", "# B\nx"},
			{"c.md", "---\ntitle: C\ndate: x\n---\n"},
			{"d.md", ""}},
		"b[en:B]",
		"dispatches/a.md:1: the front matter that begins here never "
		"ends: a line '---' is missing\n"
		"dispatches/c.md:3: 'date' is no date: 'x'; write it as "
		"2026-03-09 or 2026-03-09 14:30\n"
		"dispatches/d.md: has neither title nor text"},
	{"a broken original takes its translations with it",
		{{"a.md", "---\nembargo: x\n---\nA"}, {"a.tr.md", "# B\nx"}},
		"",
		"dispatches/a.md:2: 'embargo' is no date: 'x'; write it as "
		"2026-03-09 or 2026-03-09 14:30\n"
		"dispatches/a.tr.md: is left out with its original "
		"'dispatches/a.md'"},
	{"a broken translation stays out alone",
		{{"a.md", "# A\nx"}, {"a.tr.md", "---\ndate: x\n---\nB"}},
		"a[en:A]",
		"dispatches/a.tr.md:2: 'date' is no date: 'x'; write it as "
		"2026-03-09 or 2026-03-09 14:30"},
	{"a folder of drafts",
		{{"_drafts/a.md", "# A\nx"}, {"b/_drafts/c.md", "# C\nx"},
			{"my_drafts/d.md", "# D\nx"}},
		"_drafts/a(draft)[en:A] b/_drafts/c(draft)[en:C] "
		"my_drafts/d[en:D]",
		""},
	{"drafts",
		{{"a.md", "# A\nx"}, {"a.tr.md", "---\ndraft: true\n---\n# B"},
			{"b.md", "---\ndraft: true\n---\n# C\nx"},
			{"b.tr.md", "# D\nx"}},
		"a[en:A] b(draft)[en:C tr:D]", ""},
};

static void
folders(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *name = cases[i].name;
		char *got, *problems;
		struct place p;

		place_init(&p);
		for (size_t k = 0; k < FILES && cases[i].files[k].name; k++)
			put(&p, cases[i].files[k].name, cases[i].files[k].text);
		want_int(name, gather(&p), true);
		got = as_text(&p.all);
		problems = problems_text(&p.all);
		want_text(name, got, cases[i].dispatches);
		want_text(name, problems, cases[i].problems);
		free(got);
		free(problems);
		place_clear(&p);
	}
}

static void
inheritance(void **state)
{
	const struct variant *v;
	struct place p;

	(void)state;
	place_init(&p);
	put(&p, "x.md",
		"---\ntitle: X\nsummary: S\ndate: 2026-03-09\nsection: News\n"
		"series: R\npart: 2\nstory: T\nlink: https://example.org/\n"
		"organisation: HWU\nsignatories: [A]\nupdated: true\n"
		"image: {file: a.jpg, alt: One, credit: C}\nmood: calm\n---\nx");
	put(&p, "x.tr.md",
		"---\ntitle: Y\nsection: Haber\nimage: {alt: Bir}\n"
		"embargo: 2026-03-11\n---\ny");
	put(&p, "a.jpg", "x");
	want_true("read", gather(&p));
	want_int("problems", p.all.problems.count, 0);
	v = &p.all.items[0].variants[1];
	want_text("language", v->language, "tr");
	want_text("title", v->title, "Y");
	want_text("summary", v->summary, NULL);
	want_text("section", v->section, "Haber");
	want_text("series", v->series, "R");
	want_int("part", v->part, 2);
	want_text("story", v->story, "T");
	want_text("link", v->link, "https://example.org/");
	want_text("organisation", v->organisations[0].acronym, "HWU");
	want_text("signatory", v->signatories[0], "A");
	want_int("marked", v->marked, false);
	want_text("image", v->picture.file, "a.jpg");
	want_text("alt", v->picture.alt, "Bir");
	want_text("credit", v->picture.credit, "C");
	want_text("extra", value_find_text(v->extra, "mood"), "calm");
	want_true("the strictest embargo",
		p.all.items[0].embargo != INSTANT_NONE);
	place_clear(&p);
}

static void
pictures(void **state)
{
	static const struct {
		const char *image, *file, *problem;
	} images[] = {
		{"photo.jpg", "n/photo.jpg", ""},
		{"../top.jpg", "top.jpg", ""},
		{"top.jpg", "top.jpg", ""},
		{"/top.jpg", "top.jpg", ""},
		{"gone.jpg", NULL,
			"dispatches/n/x.md:3: 'image' is not there: "
			"'n/gone.jpg'"},
		{"../../secret.jpg", NULL,
			"dispatches/n/x.md:3: 'image' leaves its folder: "
			"'../../secret.jpg'"},
		{"/etc/passwd", NULL,
			"dispatches/n/x.md:3: 'image' is not there: "
			"'etc/passwd'"},
		{"link.jpg", NULL,
			"dispatches/n/x.md:3: 'image' is not there: "
			"'n/link.jpg'"},
		{"https://example.org/a.jpg", NULL,
			"dispatches/n/x.md:3: 'image' is on the web and was "
			"left out; put 'a.jpg' beside the file"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(images); i++) {
		struct str text = STR_INIT;
		char *problems, *folder, *target;
		struct place p;

		place_init(&p);
		str_printf(&text, "---\ntitle: X\nimage: %s\n---\nx",
			images[i].image);
		put(&p, "n/x.md", str_text(&text));
		put(&p, "n/photo.jpg", "x");
		put(&p, "top.jpg", "x");
		put(&p, "../secret.jpg", "x");
		folder = file_join(p.path, "dispatches/n/link.jpg");
		target = file_join(p.path, "secret.jpg");
		assert_int_equal(symlink(target, folder), 0);
		want_true(images[i].image, gather(&p));
		problems = problems_text(&p.all);
		want_text(images[i].image,
			p.all.items[0].variants[0].picture.file,
			images[i].file);
		want_text(images[i].image, problems, images[i].problem);
		want_true("folder",
			span_ends(
				span_of(p.all.items[0].folder), "dispatches"));
		free(problems);
		free(folder);
		free(target);
		str_clear(&text);
		place_clear(&p);
	}
}

/* Where pictures are fetched, a translation takes it along, too. */
static void
picture_on_the_web(void **state)
{
	struct place p;

	(void)state;
	place_init(&p);
	p.list.images = IMAGES_FETCH;
	put(&p, "n/x.md",
		"---\ntitle: X\nimage: {file: 'https://example.org/a b.jpg', "
		"alt: A}\n---\nx");
	put(&p, "n/x.tr.md", "---\ntitle: Y\n---\ny");
	want_true("read", gather(&p));
	want_int("problems", p.all.problems.count, 0);
	for (int i = 0; i < 2; i++) {
		const struct variant *v = &p.all.items[0].variants[i];

		want_text("file", v->picture.file, NULL);
		want_text(
			"url", v->picture.url, "https://example.org/a%20b.jpg");
		want_text("alt", v->picture.alt, "A");
		want_text("beside", v->beside, "n/");
	}
	place_clear(&p);
}

/* What is too large is refused by its size, before it is read: the file here
 * has fifty megabytes of nothing. */
static void
huge_file(void **state)
{
	char *path, *problems, *got;
	struct place p;

	(void)state;
	place_init(&p);
	put(&p, "a.md", "# A\nx");
	put(&p, "b.md", "# B\nx");
	path = file_join(p.path, "dispatches/a.md");
	assert_int_equal(truncate(path, 50 << 20), 0);
	want_true("read", gather(&p));
	problems = problems_text(&p.all);
	got = as_text(&p.all);
	want_text("dispatches", got, "b[en:B]");
	want_text("problems", problems,
		"dispatches/a.md: too large for a dispatch; the most is 1 MB "
		"('limits.dispatch')");
	free(path);
	free(problems);
	free(got);
	place_clear(&p);
}

static void
sources(void **state)
{
	struct source_config two[2];
	char *got, *problems;
	struct place p;

	(void)state;
	place_init(&p);
	two[0] = p.source;
	two[1] = (struct source_config){.kind = SOURCE_FOLDER,
		.name = "more",
		.path = "more",
		.section = "From others",
		.language = "tr"};
	p.list.sources = two;
	p.list.source_count = 2;
	put(&p, "x.md", "# X\nx");
	put(&p, "../more/x.md", "# Y\ny");
	put(&p, "../more/z.md", "# Z\nz");
	want_true("read", gather(&p));
	got = as_text(&p.all);
	problems = problems_text(&p.all);
	want_text("dispatches", got, "x[en:X] z[tr:Z]");
	want_text("problems", problems,
		"more/x.md: has the same id as 'dispatches/x.md': give it an "
		"'id:' of its own");
	want_text("section", p.all.items[1].variants[0].section, "From others");
	want_text("source", p.all.items[1].source, "more");
	want_int("order", p.all.items[0].order, 0);
	want_true("settles", p.all.items[0].settles > 1000000000);
	free(got);
	free(problems);
	error_clear(&p.err);
	two[1] = (struct source_config){
		.kind = SOURCE_FOLDER, .name = "none", .path = "none"};
	want_true("no folder", !gather(&p));
	want_int("kind", p.err.kind, ERROR_INPUT);
	place_clear(&p);
}

static void
new_dispatch(void **state)
{
	/* 2026-03-09T10:30:00Z */
	const int64_t now = 1773052200;
	struct str text = STR_INIT;
	char *path = NULL, *again = NULL, *none = NULL;
	struct place p;

	(void)state;
	place_init(&p);
	want_true("write",
		dispatch_write_new(&p.list, "Söyleşi: \"Işık\"\n\\ iki", now,
			&path, &p.err));
	want_true("again",
		dispatch_write_new(
			&p.list, "Söyleşi: Işık, iki", now, &again, &p.err));
	want_text("name", file_name(path), "2026-03-09-soylesi-isik-iki.md");
	want_text(
		"again", file_name(again), "2026-03-09-soylesi-isik-iki-2.md");
	want_true("a title is needed",
		!dispatch_write_new(&p.list, " \n", now, &none, &p.err));
	want_int("usage", p.err.kind, ERROR_USAGE);
	want_text("none", none, NULL);

	want_true("read", file_read(path, 10000, &text, NULL));
	want_true("begins",
		span_starts(str_span(&text),
			"---\ntitle: \"Söyleşi: \\\"Işık\\\" \\\\ iki\"\n"
			"date: 2026-03-09 10:30\nlanguage: en\n# summary: "));
	want_true("gather", gather(&p));
	want_int("problems", p.all.problems.count, 0);
	want_text("title", p.all.items[1].variants[0].title,
		"Söyleşi: \"Işık\" \\ iki");
	want_int("date", p.all.items[0].date, now);
	str_clear(&text);
	free(path);
	free(again);
	place_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folders),
		cmocka_unit_test(inheritance),
		cmocka_unit_test(pictures),
		cmocka_unit_test(picture_on_the_web),
		cmocka_unit_test(huge_file),
		cmocka_unit_test(sources),
		cmocka_unit_test(new_dispatch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
