/*
 * Style sheets and pages in any state, as "sheet NUL page": whatever the sheet
 * says, the page stays what it was, but for style attributes and one <style>.
 */
#include "fuzz.h"

#include "html/css.h"

/* In any case. */
static size_t
count(struct span s, const char *word)
{
	size_t n = strlen(word), found = 0;

	for (size_t i = 0; i + n <= s.len; i++)
		found += strncasecmp(s.data + i, word, n) == 0;
	return found;
}

/* Is each byte of the page there, in its order? */
static bool
is_within(struct span page, struct span got)
{
	size_t at = 0;

	for (size_t i = 0; i < got.len && at < page.len; i++)
		at += got.data[i] == page.data[at];
	return at == page.len;
}

static void
check_inlined(const struct css *css, struct span page)
{
	struct str out = STR_INIT;
	struct span got;

	css_inline(css, page, &out);
	got = str_span(&out);
	/* Where it has a style of its own, that is written anew. */
	if (count(page, "style") == 0)
		want("page", is_within(page, got));
	want("end", count(got, "</style") <= count(page, "</style") + 1);
	if (text_is_utf8(page))
		want("text", text_is_utf8(got));
	str_clear(&out);
}

/* A sheet that says nothing changes nothing. */
static void
check_untouched(struct span page)
{
	struct css *none = css_parse("none.css", SPAN_NONE, NULL, NULL);
	struct str out = STR_INIT;

	want("none", none);
	css_inline(none, page, &out);
	want("untouched", out.len == page.len);
	want("untouched", !page.len || !memcmp(out.data, page.data, page.len));
	str_clear(&out);
	css_free(none);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span both = {(const char *)data, size}, page;
	size_t end = span_find(both, '\0');
	struct problems problems = PROBLEMS_INIT;
	struct error err = ERROR_INIT;
	struct css *css =
		css_parse("x.css", span_slice(both, 0, end), &problems, &err);

	page = span_from(both, end + 1);
	want_problems("problems", &problems);
	if (css)
		check_inlined(css, page);
	else
		want_error("refused", &err);
	check_untouched(page);
	css_free(css);
	problems_clear(&problems);
	error_clear(&err);
	return 0;
}
