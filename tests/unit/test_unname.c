/* Taking a name out of what others have said. */
#include <stdlib.h>

#include "store/unname.h"
#include "unit.h"

static void
test_texts(void **state)
{
	static const struct {
		const char *text, *address, *want;
	} cases[] = {
		{"550 <ann@example.org>: no", "ann@example.org",
			"550 <(erased)>: no"},
		{"ann@example.org", "ann@example.org", "(erased)"},
		{"to ann@example.org.", "ann@example.org", "to (erased)."},
		{"ANN@Example.org, ann@EXAMPLE.ORG", "Ann@example.org",
			"(erased), (erased)"},
		{"<joann@example.org>", "ann@example.org",
			"<joann@example.org>"},
		{"jo.ann@example.org", "ann@example.org", "jo.ann@example.org"},
		{"ann@example.org.uk", "ann@example.org", "ann@example.org.uk"},
		{"ann@example.organ", "ann@example.org", "ann@example.organ"},
		{"<ann@xn--bcher-kva.example> ann@bücher.example",
			"ann@bücher.example", "<(erased)> (erased)"},
		{"", "ann@example.org", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str out = STR_INIT;

		unname_text(&out, span_of(cases[i].text),
			span_of(cases[i].address));
		want_text(cases[i].text, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
