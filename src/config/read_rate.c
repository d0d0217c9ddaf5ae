/*
 * Rates: "600 per hour", "100/minute", "5 a second", "2000 per 10 minutes"; and
 * those of recipients' domains.
 *
 *     rates:
 *       example.com: 100 per minute
 *       "*": 1000 per hour
 */
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "config/settings.h"
#include "model/domain.h"

enum { COUNT_MOST = 1000000, DOMAINS_MOST = 1000 };

/* ----- one rate ----- */

static const char *const joints[] = {"/", "per ", "a ", "an ", "every ", "in "};

/* Behind the number: "per 10 minutes", "/hour". */
static bool
parse_period(struct span s, int64_t *seconds)
{
	struct str one = STR_INIT;
	bool ok;

	for (size_t i = 0; i < sizeof joints / sizeof *joints; i++)
		if (span_starts(s, joints[i])) {
			s = span_trim(span_from(s, strlen(joints[i])));
			break;
		}
	if (!s.len)
		return false;
	if (!isdigit((unsigned char)s.data[0]))
		str_add(&one, "1 ");
	str_add_span(&one, s);
	ok = duration_parse(str_span(&one), seconds) && *seconds > 0;
	str_clear(&one);
	return ok;
}

static bool
parse_rate(struct span s, struct rate *rate)
{
	size_t n = 0;
	int count = 0;

	while (n < s.len && isdigit((unsigned char)s.data[n]) &&
		count <= COUNT_MOST)
		count = count * 10 + (s.data[n++] - '0');
	if (count < 1 || count > COUNT_MOST ||
		!parse_period(span_trim(span_from(s, n)), &rate->seconds))
		return false;
	rate->count = count;
	return true;
}

void
read_rate(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	struct rate *rate = field;
	const char *text;

	*rate = (struct rate){.count = 0};
	if (v->kind == VALUE_NULL || says_none(v))
		return;
	text = text_line(r, s, v);
	if (text && !parse_rate(span_of(text), rate))
		reader_complain(r, v,
			"'%s' must be a rate like '600 per hour' or "
			"'5 per second', or none",
			s->name);
}

/* ----- by domain ----- */

/* As the DNS has it; "*" is itself. NULL after a complaint. */
static const char *
read_domain(struct reader *r, const char *written, const struct value *item)
{
	struct str domain = STR_INIT;
	const char *wrong = NULL;

	if (strcmp(written, "*") == 0)
		return "*";
	wrong = domain_to_ascii(&domain, span_of(written));
	if (!wrong)
		return arena_take(r->list->arena, &domain);
	reader_complain_key(r, item, "the domain '%s' %s", written, wrong);
	return NULL;
}

static struct domain_rate *
rate_of(struct list *list, const char *domain)
{
	for (size_t i = 0; i < list->rate_count; i++)
		if (strcmp(list->rates[i].domain, domain) == 0)
			return &list->rates[i];
	list->rates = arena_grow(list->arena, list->rates, list->rate_count,
		sizeof *list->rates);
	list->rates[list->rate_count] = (struct domain_rate){.domain = domain};
	return &list->rates[list->rate_count++];
}

/* Laid over domain by domain; `none` takes back what was inherited. */
void
read_rates(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	(void)field;
	if (says_none(v)) {
		r->list->rate_count = 0;
		return;
	}
	if (v->kind != VALUE_MAP) {
		reader_complain(r, v,
			"'%s' are written 'example.com: 100 per minute', one a "
			"line",
			s->name);
		return;
	}
	for (size_t i = 0; i < v->count; i++) {
		const char *domain = read_domain(r, v->keys[i], v->items[i]);

		if (domain)
			read_rate(r, s, v->items[i],
				&rate_of(r->list, domain)->rate);
	}
	if (r->list->rate_count > DOMAINS_MOST)
		reader_complain(r, v, "'%s' may name %d domains, not more",
			s->name, DOMAINS_MOST);
}

/* ----- a domain alone ----- */

const char *
text_domain(struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_line(r, s, v);
	struct str domain = STR_INIT;

	if (!text)
		return NULL;
	if (!domain_to_ascii(&domain, span_of(text)))
		return arena_take(r->list->arena, &domain);
	reader_complain(r, v,
		"'%s' must be a domain like 'example.org', not '%s'", s->name,
		text);
	return NULL;
}
