/*
 * `fields`: which columns of the roster a list declares.
 */
#include "config_unit.h"

#include "model/field.h"

static const struct {
	const char *text, *problems;
} mistakes[] = {
	{"fields: [city]\n",
		FILE_ ":4:9: 'fields' are written 'city: {default: your "
		      "city}', one a line\n"},
	{"fields: {city: Saltmere}\n",
		FILE_ ":4:16: what stands for an empty 'city' is written "
		      "'city: {default: …}'\n"},
	{"fields: {city: {defualt: x}}\n",
		FILE_
		":4:17: unknown key 'defualt', did you mean 'default'?\n"},
	{"fields: {Home Town: }\n",
		FILE_ ":4:10: the field 'Home Town' must be written "
		      "'home_town': templates, too, know its column by that "
		      "name\n"},
	{"fields: {城市: }\n",
		FILE_ ":4:10: '城市' cannot be a field: its name has no Latin "
		      "letter and no digit\n"},
	{"fields: {city: {default: see www.example.org}}\n",
		FILE_ ":4:26: the default of a field is plain text of at most "
		      "64 characters, and no link\n"},
	{"fields: {city: {default: [a]}}\n",
		FILE_ ":4:26: 'default' must be a text, not a list\n"},
	{"fields: {city: {default: {english: a}}}\n",
		FILE_ ":4:27: 'default' must be a language like 'en' or "
		      "'pt-BR', not 'english'\n"},
	{"default: x\n",
		FILE_ ":4:1: 'default' does not stand here, but under "
		      "'fields'\n"},
};

static void
test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		put_list(mistakes[i].text);
		want_problems(mistakes[i].text, mistakes[i].problems);
	}
}

static void
test_too_many(void **state)
{
	struct str text = STR_INIT;

	(void)state;
	str_add(&text, "fields:\n");
	for (int i = 0; i < 40; i++)
		str_printf(&text, "  f%d:\n", i);
	put_list(str_text(&text));
	want_problems(
		"forty", FILE_ ":37:3: a list may have 32 fields, not more\n");
	str_clear(&text);
}

/* "name=Reader city=your city" in that language. */
static void
want_fields(const struct list *list, const char *language, const char *want)
{
	struct str got = STR_INIT;

	for (size_t i = 0; i < list->field_count; i++)
		str_printf(&got, "%s%s=%s", i ? " " : "", list->fields[i].name,
			field_default(
				list, span_of(list->fields[i].name), language));
	want_text(language, str_text(&got), want);
	str_clear(&got);
}

static void
test_read(void **state)
{
	struct site site;
	const struct list *l;

	(void)state;
	l = load_list(&site, "");
	want_int("none", l->field_count, 0);
	site_clear(&site);
	l = load_list(&site,
		"language: en\n"
		"fields:\n"
		"  name: {default: Reader}\n"
		"  city: {default: {en: your city, tr: kentiniz}}\n"
		"  line_2:\n");
	want_fields(l, "en", "name=Reader city=your city line_2=");
	want_fields(l, "tr", "name=Reader city=kentiniz line_2=");
	want_fields(l, "de", "name=Reader city=your city line_2=");
	site_clear(&site);
}

static void
test_layers(void **state)
{
	struct site site;
	const struct list *l;

	(void)state;
	put("lists/defaults.yaml",
		"fields: {name: {default: Reader}, city: {default: here}, "
		"team: {default: ours}}\n");
	l = load_list(&site, "");
	want_fields(l, "en", "name=Reader city=here team=ours");
	site_clear(&site);
	l = load_list(&site,
		"fields: {city: {default: there}, team: , age: {default: '9'}}"
		"\n");
	want_fields(l, "en", "name=Reader city=there team= age=9");
	site_clear(&site);
	l = load_list(&site, "fields:\n");
	want_int("taken back", l->field_count, 0);
	site_clear(&site);
	l = load_list(&site, "fields: none\n");
	want_int("none", l->field_count, 0);
	site_clear(&site);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_mistakes),
		TEST(test_too_many),
		TEST(test_read),
		TEST(test_layers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
