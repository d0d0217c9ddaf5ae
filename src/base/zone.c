/*
 * Time zones from the system's database: TZif files (RFC 8536). The rule for
 * what comes after the last transition is read by zone_rule.c.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/zone_rule.h"

enum { ZONE_LIMIT = 1 << 20, HEADER_SIZE = 44, DAY = 86400 };

struct zone {
	size_t count;
	int64_t *at;   /* transitions, in order */
	int32_t *then; /* the offset from at[i] on */
	int32_t first; /* before the first transition */
	struct zone_rule rule;
};

/* ----- reading a file ----- */

static int64_t
big_endian(struct span s, size_t at, size_t width)
{
	uint64_t n = 0;

	for (size_t i = 0; i < width; i++)
		n = n << 8 | (unsigned char)s.data[at + i];
	if (width == 4)
		return (int32_t)(uint32_t)n;
	return (int64_t)n;
}

/* The counts at the head of a block, and where its parts start. */
struct block {
	size_t width; /* of a time: 4 in the first block, 8 in the second */
	size_t time_count, type_count;
	size_t times, indices, types, end;
};

static bool
read_header(struct span s, size_t width, struct block *b)
{
	enum { UTC, STANDARD, LEAP, TIME, TYPE, CHARACTER, COUNTS };
	size_t n[COUNTS];

	if (s.len < HEADER_SIZE || memcmp(s.data, "TZif", 4) != 0)
		return false;
	for (size_t i = 0; i < COUNTS; i++) {
		int64_t count = big_endian(s, 20 + 4 * i, 4);

		if (count < 0 || count > ZONE_LIMIT)
			return false;
		n[i] = (size_t)count;
	}
	*b = (struct block){.width = width,
		.time_count = n[TIME],
		.type_count = n[TYPE],
		.times = HEADER_SIZE};
	b->indices = b->times + n[TIME] * width;
	b->types = b->indices + n[TIME];
	b->end = b->types + n[TYPE] * 6 + n[CHARACTER] + n[LEAP] * (width + 4) +
		n[STANDARD] + n[UTC];
	return b->end <= s.len && n[TYPE] > 0;
}

static bool
read_block(struct span s, const struct block *b, struct zone *zone)
{
	zone->count = b->time_count;
	zone->at = mem_new(b->time_count * sizeof *zone->at);
	zone->then = mem_new(b->time_count * sizeof *zone->then);
	zone->first = (int32_t)big_endian(s, b->types, 4);
	for (size_t i = 0; i < b->time_count; i++) {
		size_t type = (unsigned char)s.data[b->indices + i];

		if (type >= b->type_count)
			return false;
		zone->at[i] = big_endian(s, b->times + i * b->width, b->width);
		zone->then[i] = (int32_t)big_endian(s, b->types + type * 6, 4);
		if (i && zone->at[i] <= zone->at[i - 1])
			return false;
	}
	return true;
}

/* What holds when the file has no rule: the last offset for ever. */
static struct zone_rule
constant_rule(const struct zone *zone)
{
	return (struct zone_rule){.standard = zone->count
			? zone->then[zone->count - 1]
			: zone->first};
}

static bool
parse_zone(struct span s, struct zone *zone)
{
	struct span line;
	struct block b;

	if (!read_header(s, 4, &b))
		return false;
	if (s.data[4] == '\0') { /* version 1 has only this block */
		if (!read_block(s, &b, zone))
			return false;
		zone->rule = constant_rule(zone);
		return true;
	}
	s = span_from(s, b.end);
	if (!read_header(s, 8, &b) || !read_block(s, &b, zone))
		return false;
	s = span_from(s, b.end);
	if (s.len && s.data[0] == '\n')
		s = span_from(s, 1);
	if (span_next_line(&s, &line) && line.len)
		return zone_rule_parse(line, &zone->rule);
	zone->rule = constant_rule(zone);
	return true;
}

/* ----- loading ----- */

/* "Europe/Istanbul", "Etc/GMT+3": nothing that leaves the database. */
static bool
is_zone_name(const char *name)
{
	if (!isalpha((unsigned char)name[0]) || strstr(name, ".."))
		return false;
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("/_+-.", *p))
			return false;
	return name[strlen(name) - 1] != '/';
}

static bool
is_utc(const char *name)
{
	static const char *const names[] = {
		"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z", NULL};

	for (size_t i = 0; names[i]; i++)
		if (text_equals_nocase(name, names[i]))
			return true;
	return false;
}

/* "Europe/Instanbul" names a region; the city that was meant is one of its
 * files. NULL when none is near. Yours. */
static char *
nearest_city(const char *folder, const char *name)
{
	struct span region = {name, span_find(span_of(name), '/')};
	char *below = mem_printf("%s/%.*s", folder, (int)region.len, name);
	DIR *dir = name[region.len] ? opendir(below) : NULL;
	const char **cities = mem_new(sizeof *cities), *city;
	char *found = NULL;
	struct dirent *e;
	size_t n = 0;

	while (dir && (e = readdir(dir))) {
		cities = mem_resize(cities, (n + 2) * sizeof *cities);
		cities[n++] = mem_strdup(e->d_name);
		cities[n] = NULL;
	}
	city = dir ? text_nearest(name + region.len + 1, cities) : NULL;
	if (city)
		found = mem_printf("%.*s/%s", (int)region.len, name, city);
	while (n > 0)
		free((char *)cities[--n]);
	free(cities);
	free(below);
	if (dir)
		closedir(dir);
	return found;
}

static bool
refuse_zone(const char *folder, const char *name, struct error *err)
{
	char *near = is_zone_name(name) ? nearest_city(folder, name) : NULL;

	if (near)
		error_set(err, ERROR_CONFIG,
			"unknown time zone '%s', did you mean '%s'?", name,
			near);
	else
		error_set(err, ERROR_CONFIG,
			"unknown time zone '%s', say one like 'Europe/Istanbul'",
			name);
	free(near);
	return false;
}

static bool
read_zone(const char *name, struct zone *zone, struct error *err)
{
	const char *set = getenv("TZDIR");
	const char *folder = set && *set ? set : "/usr/share/zoneinfo";
	char *path = file_join(folder, name);
	struct str bytes = STR_INIT;
	bool ok = false;

	if (!file_exists(folder))
		error_set(err, ERROR_CONFIG,
			"%s: no time zones there, install tzdata", folder);
	else if (!is_zone_name(name) ||
		!file_read(path, ZONE_LIMIT, &bytes, NULL))
		refuse_zone(folder, name, err);
	else
		ok = parse_zone(str_span(&bytes), zone) ||
			error_set(err, ERROR_CONFIG, "%s: is no time zone file",
				path);
	str_clear(&bytes);
	free(path);
	return ok;
}

struct zone *
zone_load(const char *name, struct error *err)
{
	struct zone *zone = mem_new(sizeof *zone);

	if (!is_utc(name) && !read_zone(name, zone, err)) {
		zone_free(zone);
		return NULL;
	}
	return zone;
}

void
zone_free(struct zone *zone)
{
	if (!zone)
		return;
	free(zone->at);
	free(zone->then);
	free(zone);
}

/* ----- asking ----- */

int
zone_offset(const struct zone *zone, int64_t instant)
{
	size_t low = 0, high;

	if (!zone)
		return 0;
	high = zone->count; /* at[low - 1] <= instant < at[high] */
	if (!high || instant >= zone->at[high - 1])
		return zone_rule_offset(&zone->rule, instant);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (zone->at[middle] <= instant)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? zone->then[low - 1] : zone->first;
}

/*
 * Two guesses: with the offset of the day before, which gives the first of two
 * instants in autumn, and with that of the day after. When neither holds, the
 * clock jumps over this time, somewhere between the two.
 */
int64_t
zone_instant(const struct zone *zone, struct civil c)
{
	int64_t naive = civil_to_instant(c, 0);
	int before = zone_offset(zone, naive - DAY);
	int after = zone_offset(zone, naive + DAY);
	int64_t low = naive - after, high = naive - before;

	if (zone_offset(zone, high) == before)
		return high;
	if (zone_offset(zone, low) == after)
		return low;
	while (low + 1 < high) {
		int64_t middle = low + (high - low) / 2;

		if (zone_offset(zone, middle) == before)
			low = middle;
		else
			high = middle;
	}
	return high;
}

struct civil
zone_civil(const struct zone *zone, int64_t instant)
{
	return civil_from_instant(instant, zone_offset(zone, instant));
}
