/*
 * A log that is kept: what stands in its lines, and what must not.
 */
#include "unit.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/log_mask.h"
#include "base/log_sink.h"
#include "base/mem.h"

static char folder[] = "/tmp/postrider-log-XXXXXX";

static int64_t
noon(void)
{
	return 1795431600; /* 2026-11-23T11:00:00Z */
}

/* ----- masking ----- */

static const struct masking {
	const char *said, *want;
} maskings[] = {
	{"", ""},
	{"nothing to hide", "nothing to hide"},
	{"to ada@example.org: 550", "to (address): 550"},
	{"<ada@example.org>", "<(address)>"},
	{"'ada@example.org'", "'(address)'"},
	{"o'neil@example.org.", "(address)."},
	{"a+b=c@x.example,d@y.example", "(address),(address)"},
	{"\"a b\"@example.org no", "(address) no"},
	{"çınar@örnek.example!", "(address)!"},
	{"ada@[192.0.2.1] no", "(address) no"},
	{"ada@[192.0", "(address)"},
	{"?a=ada%40example.org&b", "(address)&b"},
	{"a@b@c.example", "(address)(address)"},
	{"@", "@"},
	{"meet @ noon", "meet @ noon"},
	{"/u/aeaqcaibaeaqcaibaeaq7", "/u/(token)"},
	{"aeaqcaibaeaqcaibaea", "aeaqcaibaeaqcaibaea"},
};

static void
test_masks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(maskings); i++) {
		const struct masking *c = &maskings[i];
		char *exact = mem_dup(c->said, strlen(c->said));
		struct str out = STR_INIT;

		log_mask(&out, span_of(exact));
		want_text(c->said, str_text(&out), c->want);
		str_clear(&out);
		free(exact);
	}
}

/* ----- where ----- */

static void
test_places(void **state)
{
	static const char *const good[] = {
		"file:x", "journald", "journald:/x", "syslog"};
	static const char *const bad[] = {
		"", "file", "file:", "journald:", "syslog:x", "stderr", "x:y"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		want_true(good[i], log_where_check(good[i], NULL));
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct error err = ERROR_INIT;

		want_true(bad[i], !log_where_check(bad[i], &err));
		want_int(bad[i], err.kind, ERROR_USAGE);
		error_clear(&err);
	}
}

/* ----- a file ----- */

static const struct line {
	enum log_weight weight;
	const char *said, *want;
} lines[] = {
	{WEIGHT_EVENT, "list 'weekly': issue 12: opened",
		"info weekly#12 opened"},
	{WEIGHT_ERROR, "list 'weekly': issue 12 is paused",
		"error weekly#12 is paused"},
	{WEIGHT_EVENT, "list 'weekly': issue of May",
		"info weekly issue of May"},
	{WEIGHT_WARNING, "list 'weekly': told a@b.example",
		"warning weekly told (address)"},
	{WEIGHT_EVENT, "list 'weekly': held by desk@example.org",
		"info weekly held by desk@example.org"},
	{WEIGHT_ERROR, "issue 12 of nothing", "error - issue 12 of nothing"},
	{WEIGHT_ERROR, "list 'weekly", "error - list 'weekly"},
	{WEIGHT_ERROR, "", "error - "},
};

static char *
read_log(const char *name)
{
	char *path = file_join(folder, name);
	struct str text = STR_INIT;

	file_read(path, 1 << 16, &text, NULL);
	free(path);
	return str_take(&text);
}

static void
test_file(void **state)
{
	char *where = mem_printf("file:%s/log", folder);
	struct log_sink *sink = log_sink_open(where, noon, NULL);
	struct str want = STR_INIT;
	char *got;

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		want_true(lines[i].said,
			log_sink_write(sink, lines[i].weight, lines[i].said));
		str_printf(&want, "2026-11-23T11:00:00Z %s\n", lines[i].want);
	}
	log_sink_close(sink);
	got = read_log("log");
	want_text("file", got, str_text(&want));
	str_clear(&want);
	free(got);
	free(where);
}

static void
test_rotated(void **state)
{
	char *path = mem_printf("%s/rotated", folder);
	char *older = mem_printf("%s.1", path);
	char *where = mem_printf("file:%s", path);
	struct log_sink *sink = log_sink_open(where, noon, NULL);
	char *first, *second;

	(void)state;
	log_sink_write(sink, WEIGHT_EVENT, "first");
	rename(path, older);
	log_sink_write(sink, WEIGHT_EVENT, "second");
	first = read_log("rotated.1");
	second = read_log("rotated");
	want_text("moved", first, "2026-11-23T11:00:00Z info - first\n");
	want_text("anew", second, "2026-11-23T11:00:00Z info - second\n");
	log_sink_close(sink);
	free(first);
	free(second);
	free(where);
	free(older);
	free(path);
}

/* ----- the journal ----- */

static int
listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	assert_int_equal(
		bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static void
test_journal(void **state)
{
	char *path = mem_printf("%s/journal", folder);
	char *where = mem_printf("journald:%s", path);
	char *text, got[512] = "";
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct log log = {.out = out, .level = LOG_QUIET};
	int fd = listen_at(path);

	(void)state;
	log.sink = log_sink_open(where, noon, NULL);
	log_event(&log, "list '%s': issue %d: a\nb", "weekly", 12);
	assert_true(recv(fd, got, sizeof got - 1, MSG_DONTWAIT) > 0);
	want_text("journal", got,
		"MESSAGE=a\\nb\nPRIORITY=6\nSYSLOG_IDENTIFIER=postrider\n"
		"LIST=weekly\nISSUE=12\n");
	close(fd);
	unlink(path);
	log_event(&log, "lost");
	log_event(&log, "lost");
	fclose(out);
	want_text("told once", text,
		"postrider: warning: the log cannot be written: No such file "
		"or directory\n");
	log_sink_close(log.sink);
	free(text);
	free(where);
	free(path);
}

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int
remove_folder(void **state)
{
	static const char *const names[] = {"log", "rotated", "rotated.1"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		char *path = file_join(folder, names[i]);

		unlink(path);
		free(path);
	}
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_rotated),
		cmocka_unit_test(test_journal),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
