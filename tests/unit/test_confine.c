/* What a process may still do after it has given up the rest: each case is a
 * child. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confine.h"

/* At home: not below /tmp, where everybody may write. "": there is no home. */
static char ours[200], theirs[200];

/* ----- what is tried: 0, or errno ----- */

static int
make_file(const char *folder, const char *name)
{
	char path[250];
	int fd;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
writes_ours(void)
{
	return make_file(ours, "a");
}

static int
writes_theirs(void)
{
	return make_file(theirs, "a");
}

static int
reads_theirs(void)
{
	char path[250];
	int fd;

	snprintf(path, sizeof path, "%s/there", theirs);
	fd = open(path, O_RDONLY);
	return fd < 0 ? errno : close(fd);
}

static int
renames_between_ours(void)
{
	char from[250], to[250];

	snprintf(from, sizeof from, "%s/below", ours);
	if (mkdir(from, 0700) < 0)
		return errno;
	snprintf(from, sizeof from, "%s/b", ours);
	snprintf(to, sizeof to, "%s/below/b", ours);
	if (make_file(ours, "b") != 0 || rename(from, to) < 0)
		return errno;
	return truncate(to, 0) < 0 ? errno : 0;
}

static int
truncates_theirs(void)
{
	char path[250];

	snprintf(path, sizeof path, "%s/there", theirs);
	return truncate(path, 0) < 0 ? errno : 0;
}

static int
starts_a_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return errno;
}

static int
try_socket(int family, int kind)
{
	int fd = socket(family, kind, 0);

	return fd < 0 ? errno : close(fd);
}

static int
speaks_tcp(void)
{
	return try_socket(AF_INET6, SOCK_STREAM);
}

static int
speaks_raw_frames(void)
{
	return try_socket(AF_PACKET, SOCK_RAW);
}

static int
sets_the_clock(void)
{
	const struct timespec then = {.tv_sec = 1};

	return clock_settime(CLOCK_REALTIME, &then) < 0 ? errno : 0;
}

static int
leaves_its_root(void)
{
	return chroot("/") < 0 ? errno : 0;
}

static int
uses_io_uring(void)
{
	return syscall(SYS_io_uring_setup, 1, NULL) < 0 ? errno : 0;
}

static void *
nothing(void *data)
{
	return data;
}

static int
starts_a_thread(void)
{
	pthread_t thread;
	int failed = pthread_create(&thread, NULL, nothing, NULL);

	return failed ? failed : pthread_join(thread, NULL);
}

static int in_a_thread;

static void *
write_theirs(void *data)
{
	in_a_thread = writes_theirs();
	return data;
}

static int
writes_theirs_in_a_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, write_theirs, NULL);
	pthread_join(thread, NULL);
	return in_a_thread;
}

/* ----- each in a child ----- */

enum { NOT_HERE = 200 };

static int
run_child(bool files, bool calls, int (*what)(void))
{
	const char *const folders[] = {ours, "/usr/none/there", NULL};
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct confined done = confine(folders);

		if ((files && !done.files) || (calls && !done.calls))
			_exit(NOT_HERE);
		_exit(what());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
test_confine(void **state)
{
	static const struct {
		const char *name;
		int (*what)(void);
		bool files, calls; /* which of them refuses */
		int want;
	} cases[] = {
		{"writes ours", writes_ours, .want = 0},
		{"writes theirs", writes_theirs, .files = true, .want = EACCES},
		{"reads theirs", reads_theirs, .want = 0},
		{"renames between ours", renames_between_ours, .want = 0},
		{"truncates theirs", truncates_theirs, .files = true,
			.want = EACCES},
		{"starts a program", starts_a_program, .calls = true,
			.want = EPERM},
		{"speaks TCP", speaks_tcp, .want = 0},
		{"speaks raw frames", speaks_raw_frames, .calls = true,
			.want = EAFNOSUPPORT},
		{"sets the clock", sets_the_clock, .calls = true,
			.want = EPERM},
		{"leaves its root", leaves_its_root, .calls = true,
			.want = EPERM},
		{"uses io_uring", uses_io_uring, .calls = true, .want = EPERM},
		{"starts a thread", starts_a_thread, .want = 0},
		{"writes theirs in a thread", writes_theirs_in_a_thread,
			.files = true, .want = EACCES},
	};

	(void)state;
	if (!*ours)
		skip();
	for (size_t i = 0; i < COUNT(cases); i++) {
		int got = run_child(
			cases[i].files, cases[i].calls, cases[i].what);

		if (got == NOT_HERE)
			print_message(
				"# %s: not in this kernel\n", cases[i].name);
		else
			want_int(cases[i].name, got, cases[i].want);
	}
}

static int
make_folders(void **state)
{
	const char *home = getenv("HOME");

	(void)state;
	snprintf(ours, sizeof ours, "%s/postrider-ours-XXXXXX",
		home ? home : "/nonexistent");
	snprintf(theirs, sizeof theirs, "%s/postrider-theirs-XXXXXX",
		home ? home : "/nonexistent");
	if (!mkdtemp(ours) || !mkdtemp(theirs)) {
		*ours = '\0';
		return 0;
	}
	return make_file(theirs, "there");
}

static void
remove_file(const char *folder, const char *name)
{
	char path[250];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	remove(path);
}

static int
remove_folders(void **state)
{
	(void)state;
	if (!*ours)
		return 0;
	remove_file(ours, "a");
	remove_file(ours, "b");
	remove_file(ours, "below/b");
	remove_file(ours, "below");
	remove_file(theirs, "there");
	return rmdir(ours) || rmdir(theirs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_confine)};

	return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
