#include "base/zone_rule.h"

#include <ctype.h>

#include "base/date.h"

enum { HOUR = 3600, DAY = 86400 };

/* ----- reading ----- */

static bool
take(struct span *s, char c)
{
	if (!s->len || s->data[0] != c)
		return false;
	*s = span_from(*s, 1);
	return true;
}

static bool
take_number(struct span *s, int least, int most, int *out)
{
	size_t n = 0;

	for (*out = 0; n < s->len && n < 4; n++) {
		if (!isdigit((unsigned char)s->data[n]))
			break;
		*out = *out * 10 + (s->data[n] - '0');
	}
	*s = span_from(*s, n);
	return n && *out >= least && *out <= most;
}

/* "EST", "<+03>" */
static bool
take_name(struct span *s)
{
	size_t n = 0;

	if (take(s, '<')) {
		n = span_find(*s, '>');
		*s = span_from(*s, n);
		return n >= 3 && take(s, '>');
	}
	while (n < s->len && isalpha((unsigned char)s->data[n]))
		n++;
	*s = span_from(*s, n);
	return n >= 3;
}

/* "5", "-3:30", "02:00:00"; up to a week where RFC 8536 extends POSIX. */
static bool
take_time(struct span *s, int *seconds)
{
	bool negative = take(s, '-');
	int hours, minutes = 0, rest = 0;

	if (!negative)
		take(s, '+');
	if (!take_number(s, 0, 167, &hours))
		return false;
	if (take(s, ':') && !take_number(s, 0, 59, &minutes))
		return false;
	if (take(s, ':') && !take_number(s, 0, 59, &rest))
		return false;
	*seconds = (hours * HOUR + minutes * 60 + rest) * (negative ? -1 : 1);
	return true;
}

static bool
take_day(struct span *s, struct rule_day *d)
{
	bool ok;

	if (take(s, 'M')) {
		d->kind = RULE_WEEKDAY;
		ok = take_number(s, 1, 12, &d->month) && take(s, '.') &&
			take_number(s, 1, 5, &d->week) && take(s, '.') &&
			take_number(s, 0, 6, &d->day);
	} else if (take(s, 'J')) {
		d->kind = RULE_JULIAN;
		ok = take_number(s, 1, 365, &d->day);
	} else {
		d->kind = RULE_YEAR_DAY;
		ok = take_number(s, 0, 365, &d->day);
	}
	d->time = 2 * HOUR;
	return ok && (!take(s, '/') || take_time(s, &d->time));
}

bool
zone_rule_parse(struct span text, struct zone_rule *rule)
{
	struct span s = text;
	int west;

	*rule = (struct zone_rule){.changes = false};
	if (!take_name(&s) || !take_time(&s, &west))
		return false;
	rule->standard = -west; /* POSIX counts west of Greenwich */
	rule->daylight = HOUR - west;
	if (!s.len)
		return true;
	rule->changes = true;
	if (!take_name(&s))
		return false;
	if (s.len && s.data[0] != ',') {
		if (!take_time(&s, &west))
			return false;
		rule->daylight = -west;
	}
	return take(&s, ',') && take_day(&s, &rule->start) && take(&s, ',') &&
		take_day(&s, &rule->end) && !s.len;
}

/* ----- asking ----- */

/* The instant of the change in that year, when clocks show `offset` before. */
static int64_t
rule_instant(const struct rule_day *d, int year, int offset)
{
	struct civil c = {.year = year, .month = 1, .day = 1};
	int day = d->day;

	if (d->kind == RULE_JULIAN) {
		bool leap = civil_month_days(year, 2) == 29;

		day += leap && day >= 60 ? 0 : -1;
	}
	if (d->kind == RULE_WEEKDAY) {
		c.month = d->month;
		day = (d->day - civil_weekday(c) + 7) % 7 + (d->week - 1) * 7;
		if (day >= civil_month_days(year, d->month))
			day -= 7;
	}
	return civil_to_instant(c, offset) + (int64_t)day * DAY + d->time;
}

/*
 * Daylight time lasts from its start to its end, over the turn of the year in
 * the south; there standard time lasts from its end to its start.
 */
int
zone_rule_offset(const struct zone_rule *rule, int64_t instant)
{
	int64_t start, end;
	bool daylight;
	int year;

	if (!rule->changes)
		return rule->standard;
	year = civil_from_instant(instant, rule->standard).year;
	start = rule_instant(&rule->start, year, rule->standard);
	end = rule_instant(&rule->end, year, rule->daylight);
	if (start < end)
		daylight = instant >= start && instant < end;
	else
		daylight = instant >= start || instant < end;
	return daylight ? rule->daylight : rule->standard;
}
