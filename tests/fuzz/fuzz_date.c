/*
 * Dates as people, mails and feeds write them. What is read lies within the
 * years of four digits, and an instant that we write is read as the same.
 */
#include "fuzz.h"

#include "base/zone_rule.h"
#include "source/feed.h"
#include "source/when.h"

/* 1900-01-01 and 9999-12-31: mail writes years of four digits, and reads
 * smaller ones as short forms (RFC 5322, 4.3). */
static const int64_t first = -2208988800, last = 253402300799;

/* ----- what is read ----- */

static void
check_read(const char *what, const struct date_read *d)
{
	const struct civil *c = &d->civil;

	want(what, c->year >= 0 && c->year <= 9999);
	want(what, c->month >= 1 && c->month <= 12);
	want(what, c->day >= 1 && c->day <= 31);
	want(what, c->hour >= 0 && c->hour <= 24);
	want(what, c->minute >= 0 && c->minute <= 59);
	want(what, c->second >= 0 && c->second <= 60);
	want(what, abs(d->offset_seconds) <= 100 * 3600);
	want_instant(what, date_instant(d, NULL));
}

static void
check_readers(struct span text)
{
	struct date_read read;

	if (date_parse_iso(text, &read))
		check_read("iso", &read);
	if (date_parse_mail(text, &read))
		check_read("mail", &read);
	if (when_read(text, &read) != WHEN_NONE)
		check_read("front matter", &read);
	want_instant("feed", feed_date(text));
}

/* ----- durations ----- */

static void
check_duration(struct span text)
{
	const int64_t limit = (int64_t)366 * 86400 * 5000;
	struct str once = STR_INIT, twice = STR_INIT;
	int64_t seconds, again;

	if (!duration_parse(text, &seconds))
		return;
	want("duration", seconds >= 0 && seconds <= limit);
	duration_write(&once, seconds);
	want("duration", duration_parse(str_span(&once), &again));
	want("duration", again <= seconds && again >= seconds / 2);
	duration_write(&twice, again);
	want("duration", strcmp(str_text(&once), str_text(&twice)) == 0);
	str_clear(&once);
	str_clear(&twice);
}

/* ----- what is written ----- */

static void
check_written(const char *what, const struct str *text, int64_t instant)
{
	struct date_read read;

	want(what,
		what[0] == 'i' ? date_parse_iso(str_span(text), &read)
			       : date_parse_mail(str_span(text), &read));
	want(what, read.has_time && read.has_zone);
	want(what, date_instant(&read, NULL) == instant);
	want(what, feed_date(str_span(text)) == instant);
}

static void
check_round_trip(int64_t instant, int offset)
{
	struct civil c = civil_from_instant(instant, offset);
	struct str text = STR_INIT;

	want("civil", civil_is_valid(c));
	want("civil", civil_to_instant(c, offset) == instant);
	date_write_iso(&text, instant);
	check_written("iso", &text, instant);
	str_truncate(&text, 0);
	date_write_mail(&text, instant, offset);
	check_written("mail", &text, instant);
	str_clear(&text);
}

/* ----- zones ----- */

static void
check_zone(const struct zone *zone, int64_t instant)
{
	struct civil c = zone_civil(zone, instant), again;
	int64_t meant = zone_instant(zone, c);

	/* Of an hour that comes twice it is the first. */
	want("zone", meant <= instant && meant > instant - 86400);
	again = zone_civil(zone, meant);
	want("zone", memcmp(&again, &c, sizeof c) == 0);
}

static void
check_zones(int64_t instant)
{
	static const char *const names[] = {"UTC", "Europe/Istanbul",
		"America/St_Johns", "Australia/Lord_Howe"};
	struct zone *zone = zone_load(names[instant & 3], NULL);

	if (zone)
		check_zone(zone, instant);
	zone_free(zone);
}

static void
check_rule(struct span text, int64_t instant)
{
	struct zone_rule rule;

	if (zone_rule_parse(text, &rule))
		want("rule",
			abs(zone_rule_offset(&rule, instant)) <= 200 * 3600);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	uint64_t number = 0;
	int64_t instant;

	memcpy(&number, data, size < sizeof number ? size : sizeof number);
	instant = first + 86400 +
		(int64_t)(number % (uint64_t)(last - first - 2 * 86400));
	check_readers(text);
	check_duration(text);
	check_round_trip(instant, ((int)(number >> 56) - 128) * 60 * 7);
	check_zones(instant);
	check_rule(text, instant);
	return 0;
}
