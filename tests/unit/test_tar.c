#include "unit.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/tar.h"

struct file {
	char path[32];
	struct tar tar;
};

static void
file_start(struct file *f)
{
	strcpy(f->path, "/tmp/tar-test-XXXXXX");
	f->tar = (struct tar){mkstemp(f->path), f->path};
	want_true("a scratch file", f->tar.fd >= 0);
}

static void
file_end(struct file *f)
{
	close(f->tar.fd);
	unlink(f->path);
}

static void
rewind_file(struct file *f)
{
	lseek(f->tar.fd, 0, SEEK_SET);
}

static bool
gather(void *data, struct span piece, struct error *err)
{
	(void)err;
	str_add_span(data, piece);
	return true;
}

static char *
make(size_t len)
{
	char *text = malloc(len + 1);

	for (size_t i = 0; i < len; i++)
		text[i] = (char)('a' + i % 26);
	text[len] = '\0';
	return text;
}

static const struct {
	const char *name;
	size_t len;
} members[] = {
	{"empty", 0},
	{"one", 1},
	{"a block less one", 511},
	{"a block", 512},
	{"a block and one", 513},
	{"more than a piece", 65537},
};

static void
write_all(struct file *f)
{
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < COUNT(members); i++) {
		char *text = make(members[i].len);

		want_true(members[i].name,
			tar_add(&f->tar, members[i].name,
				(struct span){text, members[i].len},
				1700000000 + (int64_t)i, &err));
		free(text);
	}
	want_true("end", tar_finish(&f->tar, &err));
}

static void
reads_what_was_written(void **state)
{
	struct error err = ERROR_INIT;
	struct tar_member m;
	struct file f;
	bool found;

	(void)state;
	file_start(&f);
	write_all(&f);
	rewind_file(&f);
	for (size_t i = 0; i < COUNT(members); i++) {
		struct str got = STR_INIT;
		char *want = make(members[i].len);

		want_true(members[i].name, tar_next(&f.tar, &m, &found, &err));
		want_true(members[i].name, found);
		want_text(members[i].name, m.name, members[i].name);
		want_int(members[i].name, m.at, 1700000000 + (int64_t)i);
		want_true(members[i].name,
			tar_read(&f.tar, &m, gather, &got, &err));
		want_text(members[i].name, str_text(&got), want);
		str_clear(&got);
		free(want);
	}
	want_true("end", tar_next(&f.tar, &m, &found, &err) && !found);
	file_end(&f);
}

/* The judge: the system's own tar. */
static void
tar_reads_it(void **state)
{
	struct file f;
	char command[128], line[128];
	size_t count = 0;
	FILE *listing;

	(void)state;
	file_start(&f);
	write_all(&f);
	snprintf(command, sizeof command, "tar tvf %s", f.path);
	listing = popen(command, "r");
	while (fgets(line, sizeof line, listing)) {
		want_true(line, strstr(line, members[count].name));
		want_true(line, strncmp(line, "-rw-------", 10) == 0);
		count++;
	}
	want_int("status", WEXITSTATUS(pclose(listing)), 0);
	want_int("members", count, COUNT(members));
	file_end(&f);
}

/* Whatever octet of a header is another, and wherever the file ends, it is an
 * error, and no crash. */
static bool
reads_to_the_end(struct file *f)
{
	struct error err = ERROR_INIT;
	struct tar_member m;
	bool found = true, ok = true;

	rewind_file(f);
	while (ok && found) {
		struct str got = STR_INIT;

		ok = tar_next(&f->tar, &m, &found, &err) &&
			(!found || tar_read(&f->tar, &m, gather, &got, &err));
		str_clear(&got);
	}
	if (!ok)
		want_int("kind", err.kind, ERROR_DATA);
	error_clear(&err);
	return ok;
}

static void
refuses_damage(void **state)
{
	struct file f;

	(void)state;
	file_start(&f);
	write_all(&f);
	for (off_t at = 0; at < 512; at++) {
		char was, other;

		want_int("read", pread(f.tar.fd, &was, 1, at), 1);
		other = (char)(was ^ 0x21);
		want_int("write", pwrite(f.tar.fd, &other, 1, at), 1);
		/* blanks and NULs around the sum are alike */
		if (at < 148 || at > 155)
			want_true("damaged", !reads_to_the_end(&f));
		else
			reads_to_the_end(&f);
		want_int("write", pwrite(f.tar.fd, &was, 1, at), 1);
	}
	want_true("mended", reads_to_the_end(&f));
	file_end(&f);
}

static void
refuses_what_ends_early(void **state)
{
	static const off_t sizes[] = {0, 1, 511, 512, 700, 1024, 1025, 69000};
	struct file f;

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		file_start(&f);
		write_all(&f);
		want_int("cut", ftruncate(f.tar.fd, sizes[i]), 0);
		want_true("cut", !reads_to_the_end(&f));
		file_end(&f);
	}
}

static void
refuses_a_name_that_is_too_long(void **state)
{
	struct error err = ERROR_INIT;
	char *name = make(101);
	struct file f;

	(void)state;
	file_start(&f);
	want_true("101",
		!tar_add(&f.tar, name, span_of("x"), 0, &err) &&
			err.kind == ERROR_DATA);
	error_clear(&err);
	name[100] = '\0';
	want_true("100", tar_add(&f.tar, name, span_of("x"), 0, &err));
	free(name);
	file_end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_was_written),
		cmocka_unit_test(tar_reads_it),
		cmocka_unit_test(refuses_damage),
		cmocka_unit_test(refuses_what_ends_early),
		cmocka_unit_test(refuses_a_name_that_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
