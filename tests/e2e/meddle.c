/*
 * meddle - runs a program, and at its N-th system call kills it, or lets the
 * call fail. Nothing in the program knows of it: the kernel asks us before each
 * call (seccomp_unotify(2)), whoever makes it, a library or the C library.
 *
 *   meddle [-n N] [-k | -e ERRNO [-ls]] [-c NAME,...] [-b DIR] [-o FILE] [-r FILE]
 *          PROGRAM...
 *
 *   -n N     which call, from 1 on; without it calls are only counted
 *   -k       the program and all that it started are killed before it (SIGKILL)
 *   -e ERRNO the call is not made; it fails with this number
 *   -l       and so does each one that follows
 *   -s       and the socket that it is about is shut, as by a peer that is gone
 *   -c NAMES only calls of these names (see `calls`); without it, all
 *   -b DIR   only calls about files in this folder, with -c
 *   -o FILE  when it ends, how many calls were counted is written there
 *   -r FILE  what each of these calls is to do to its file is written there (see
 *            `record`), so that a disk can be made on which only some of it was
 *            done
 *
 * Its status is the program's, or 128 and the signal that ended it; 125 when the
 * kernel does not let us.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REFUSED = 125, MOST_CALLS = 64 };

/* What a call is about. */
enum about {
	NOTHING,
	DESCRIPTOR, /* its first argument */
	PATH,	    /* its first argument */
	PATH_AT,    /* its second, from the folder that is its first */
};

/* `flag` of argument three must be set; 0: none. */
static const struct call {
	const char *name;
	int number;
	enum about about;
	unsigned flag;
} calls[] = {
	{"write", SYS_write, DESCRIPTOR, 0},
	{"writev", SYS_writev, DESCRIPTOR, 0},
	{"pwrite", SYS_pwrite64, DESCRIPTOR, 0},
	{"pwritev", SYS_pwritev, DESCRIPTOR, 0},
	{"read", SYS_read, DESCRIPTOR, 0},
	{"pread", SYS_pread64, DESCRIPTOR, 0},
	{"fsync", SYS_fsync, DESCRIPTOR, 0},
	{"fdatasync", SYS_fdatasync, DESCRIPTOR, 0},
	{"ftruncate", SYS_ftruncate, DESCRIPTOR, 0},
	{"fallocate", SYS_fallocate, DESCRIPTOR, 0},
	{"getdents", SYS_getdents64, DESCRIPTOR, 0},
	{"open", SYS_openat, PATH_AT, 0},
	{"create", SYS_openat, PATH_AT, O_CREAT},
	{"mkdirat", SYS_mkdirat, PATH_AT, 0},
	{"unlinkat", SYS_unlinkat, PATH_AT, 0},
	{"renameat", SYS_renameat2, PATH_AT, 0},
	{"linkat", SYS_linkat, PATH_AT, 0},
	{"stat", SYS_newfstatat, PATH_AT, 0},
#ifdef SYS_rename /* not on younger processors */
	{"rename", SYS_rename, PATH, 0},
	{"renameat", SYS_renameat, PATH_AT, 0},
	{"mkdir", SYS_mkdir, PATH, 0},
	{"unlink", SYS_unlink, PATH, 0},
	{"link", SYS_link, PATH, 0},
	{"epoll_wait", SYS_epoll_wait, NOTHING, 0},
#endif
	{"socket", SYS_socket, NOTHING, 0},
	{"connect", SYS_connect, NOTHING, 0},
	{"sendto", SYS_sendto, NOTHING, 0},
	{"sendmsg", SYS_sendmsg, NOTHING, 0},
	{"recvfrom", SYS_recvfrom, NOTHING, 0},
	{"recvmsg", SYS_recvmsg, NOTHING, 0},
	{"epoll_create", SYS_epoll_create1, NOTHING, 0},
	{"epoll_ctl", SYS_epoll_ctl, NOTHING, 0},
	{"epoll_wait", SYS_epoll_pwait, NOTHING, 0},
	{"signalfd", SYS_signalfd4, NOTHING, 0},
	{"eventfd", SYS_eventfd2, NOTHING, 0},
	{"thread", SYS_clone3, NOTHING, 0},
	{"pipe", SYS_pipe2, NOTHING, 0},
};

enum { CALLS = sizeof calls / sizeof *calls };

struct meddling {
	const struct call *watched[MOST_CALLS];
	size_t watched_count; /* 0: every call */
	const char *beneath;  /* or NULL */
	unsigned long at;     /* 0: never */
	bool kill, lasting, shut;
	int failure; /* an errno, or 0 */
	const char *count_file;
	FILE *record; /* or NULL */
	unsigned long seen;
};

static void
die(const char *what)
{
	fprintf(stderr, "meddle: %s: %s\n", what, strerror(errno));
	exit(REFUSED);
}

/* ----- which calls ----- */

static void
watch_name(struct meddling *m, const char *name)
{
	size_t before = m->watched_count;

	for (size_t i = 0; i < CALLS; i++)
		if (strcmp(calls[i].name, name) == 0 &&
			m->watched_count < MOST_CALLS)
			m->watched[m->watched_count++] = &calls[i];
	if (m->watched_count == before) {
		fprintf(stderr, "meddle: no call '%s' is known\n", name);
		exit(REFUSED);
	}
}

static void
watch_names(struct meddling *m, char *names)
{
	char *rest;

	for (char *name = strtok_r(names, ",", &rest); name;
		name = strtok_r(NULL, ",", &rest))
		watch_name(m, name);
}

/* ----- in the program: asking for its calls to be told ----- */

static struct sock_filter
statement(uint16_t code, uint32_t value)
{
	return (struct sock_filter)BPF_STMT(code, value);
}

/* Returns the descriptor on which calls are told, or -1. What follows execve()
 * is 64 bits wide like us: other ways in are not used by it. */
static int
ask(const struct meddling *m)
{
	struct sock_filter code[2 * MOST_CALLS + 3];
	size_t n = 0;

	code[n++] = statement(BPF_LD | BPF_W | BPF_ABS,
		offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < m->watched_count; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ |
				BPF_K, (uint32_t)m->watched[i]->number, 0, 1);
		code[n++] = statement(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
	}
	code[n++] = statement(BPF_RET | BPF_K,
		m->watched_count ? SECCOMP_RET_ALLOW : SECCOMP_RET_USER_NOTIF);

	struct sock_fprog program = {
		.len = (unsigned short)n, .filter = code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

/* From the filter on each call waits for us, so what is said goes through memory
 * that both have. */
struct shared {
	atomic_int descriptor; /* 0: not yet; -1: refused */
	atomic_bool go;
};

static void
become(const struct meddling *m, struct shared *shared, char **command)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);

	int descriptor = ask(m);

	atomic_store(&shared->descriptor, descriptor);
	while (!atomic_load(&shared->go))
		;
	execvp(command[0], command);
	_exit(127);
}

/* ----- what a call is about ----- */

static bool
is_beneath(const struct meddling *m, const char *path)
{
	size_t n = strlen(m->beneath);

	return strncmp(path, m->beneath, n) == 0 &&
		(path[n] == '/' || path[n] == 0);
}

static bool
path_of_link(const char *link, char *out)
{
	ssize_t n = readlink(link, out, PATH_MAX - 1);

	out[n < 0 ? 0 : n] = 0;
	return n > 0;
}

static bool
path_of_descriptor(uint32_t pid, int fd, char *out)
{
	char link[64];

	if (fd == AT_FDCWD)
		snprintf(link, sizeof link, "/proc/%u/cwd", pid);
	else
		snprintf(link, sizeof link, "/proc/%u/fd/%d", pid, fd);
	return path_of_link(link, out);
}

/* Returns how much could be read. */
static size_t
read_memory(uint32_t pid, uint64_t address, void *out, size_t size)
{
	char name[64];
	int memory;
	ssize_t n;

	snprintf(name, sizeof name, "/proc/%u/mem", pid);
	memory = open(name, O_RDONLY | O_CLOEXEC);
	if (memory < 0)
		return 0;
	n = pread(memory, out, size, (off_t)address);
	close(memory);
	return n < 0 ? 0 : (size_t)n;
}

/* Absolute; a name from a folder is put behind it. */
static bool
path_at(uint32_t pid, int folder, uint64_t address, char *out)
{
	char name[PATH_MAX];
	size_t n = read_memory(pid, address, name, sizeof name - 1);

	name[n] = 0;
	if (name[0] == '/') {
		strcpy(out, name);
		return true;
	}
	if (!n || !path_of_descriptor(pid, folder, out) ||
		strlen(out) + strlen(name) + 2 > PATH_MAX)
		return false;
	strcat(strcat(out, "/"), name);
	return true;
}

/* The file that the call is about. */
static bool
path_of_call(const struct call *call, const struct seccomp_notif *told,
	char *out)
{
	const __u64 *args = told->data.args;

	switch (call->about) {
	case DESCRIPTOR:
		return path_of_descriptor(told->pid, (int)args[0], out);
	case PATH:
		return path_at(told->pid, AT_FDCWD, args[0], out);
	case PATH_AT:
		return path_at(told->pid, (int)args[0], args[1], out);
	case NOTHING:
		break;
	}
	return false;
}

static bool
concerns(const struct meddling *m, const struct call *call,
	const struct seccomp_notif *told)
{
	char path[PATH_MAX];

	if (call->number != told->data.nr)
		return false;
	if (call->flag && !(told->data.args[2] & call->flag))
		return false;
	return !m->beneath || call->about == NOTHING ||
		(path_of_call(call, told, path) && is_beneath(m, path));
}

/* NULL: it is none of those that we were asked to look at. */
static const struct call *
find_watched(const struct meddling *m, const struct seccomp_notif *told)
{
	static const struct call any = {.name = "any"};

	for (size_t i = 0; i < m->watched_count; i++)
		if (concerns(m, m->watched[i], told))
			return m->watched[i];
	return m->watched_count ? NULL : &any;
}

/* ----- the record ----- */

/*
 * A line "NAME A B", then a line with the path. What A and B are:
 *   write           offset (-1: the end) and count of the octets, which follow
 *   ftruncate       the new size
 *   create          1 when it is to be empty
 *   rename, link    -, and the second path is a line of its own
 */
static int64_t
position_of(uint32_t pid, int fd)
{
	char name[64];
	long long at = 0;
	unsigned flags = 0;
	FILE *info;

	snprintf(name, sizeof name, "/proc/%u/fdinfo/%d", pid, fd);
	info = fopen(name, "r");
	if (!info || fscanf(info, "pos: %lld flags: %o", &at, &flags) != 2)
		die(name);
	fclose(info);
	return flags & O_APPEND ? -1 : at;
}

static void
record_octets(FILE *out, uint32_t pid, uint64_t address, uint64_t count)
{
	char octets[4096];

	while (count) {
		size_t wanted = count < sizeof octets ? count : sizeof octets;

		if (read_memory(pid, address, octets, wanted) != wanted)
			die("memory of the program");
		fwrite(octets, 1, wanted, out);
		address += wanted;
		count -= wanted;
	}
}

static void
record_write(FILE *out, const char *path, int64_t at,
	const struct seccomp_notif *told)
{
	const __u64 *args = told->data.args;

	fprintf(out, "write %lld %llu\n%s\n", (long long)at,
		(unsigned long long)args[2], path);
	record_octets(out, told->pid, args[1], args[2]);
}

static void
record_second(FILE *out, const struct call *call,
	const struct seccomp_notif *told)
{
	const __u64 *args = told->data.args;
	char path[PATH_MAX] = "";

	if (call->about == PATH)
		path_at(told->pid, AT_FDCWD, args[1], path);
	else
		path_at(told->pid, (int)args[2], args[3], path);
	fprintf(out, "%s\n", path);
}

static void
record(FILE *out, const struct call *call, const struct seccomp_notif *told)
{
	const __u64 *args = told->data.args;
	char path[PATH_MAX] = "";

	path_of_call(call, told, path);
	if (strcmp(call->name, "write") == 0) {
		record_write(out, path,
			position_of(told->pid, (int)args[0]), told);
		return;
	}
	if (strcmp(call->name, "pwrite") == 0) {
		record_write(out, path, (int64_t)args[3], told);
		return;
	}
	if (strcmp(call->name, "create") == 0)
		fprintf(out, "create %d 0\n%s\n", !!(args[2] & O_TRUNC), path);
	else
		fprintf(out, "%s %llu 0\n%s\n", call->name,
			(unsigned long long)args[1], path);
	if (strncmp(call->name, "rename", 6) == 0 ||
		strncmp(call->name, "link", 4) == 0)
		record_second(out, call, told);
}

/* ----- meddling ----- */

static bool
is_due(const struct meddling *m)
{
	return m->at && (m->seen == m->at || (m->lasting && m->seen > m->at));
}

/* What is no socket stays as it is. */
static void
shut_socket(const struct seccomp_notif *told)
{
	int process = (int)syscall(SYS_pidfd_open, told->pid, 0);
	int ours = (int)syscall(
		SYS_pidfd_getfd, process, (int)told->data.args[0], 0);

	if (ours >= 0) {
		shutdown(ours, SHUT_RDWR);
		close(ours);
	}
	if (process >= 0)
		close(process);
}

static void
answer(struct meddling *m, int notices, pid_t program)
{
	struct seccomp_notif told = {0};
	struct seccomp_notif_resp reply = {
		.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};

	/* ENOENT: who asked is gone, or was interrupted and asks again. */
	if (ioctl(notices, SECCOMP_IOCTL_NOTIF_RECV, &told) < 0)
		return;
	reply.id = told.id;

	const struct call *call = find_watched(m, &told);

	if (call) {
		m->seen++;
		if (is_due(m) && m->kill) {
			kill(-program, SIGKILL);
			return;
		}
		if (is_due(m)) {
			reply.flags = 0;
			reply.error = -m->failure;
			if (m->shut)
				shut_socket(&told);
		} else if (m->record) {
			record(m->record, call, &told);
		}
	}
	ioctl(notices, SECCOMP_IOCTL_NOTIF_SEND, &reply);
}

/* Until nobody is left who could make a call: a program that goes on in the
 * background is waited for. */
static void
serve(struct meddling *m, int notices, pid_t program)
{
	struct pollfd poll_for = {.fd = notices, .events = POLLIN};

	while (poll(&poll_for, 1, -1) >= 0 || errno == EINTR) {
		if (poll_for.revents & POLLIN)
			answer(m, notices, program);
		else if (poll_for.revents & (POLLHUP | POLLERR))
			break;
	}
}

static int
fetch_descriptor(pid_t program, struct shared *shared)
{
	int theirs, pidfd, ours;

	while ((theirs = atomic_load(&shared->descriptor)) == 0)
		usleep(100);
	if (theirs < 0)
		return -1;
	pidfd = (int)syscall(SYS_pidfd_open, program, 0);
	ours = (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
	close(pidfd);
	return ours;
}

/* ----- the command line ----- */

static void
read_option(struct meddling *m, int letter, char *value)
{
	switch (letter) {
	case 'n':
		m->at = strtoul(value, NULL, 10);
		break;
	case 'k':
		m->kill = true;
		break;
	case 'e':
		m->failure = atoi(value);
		break;
	case 'l':
		m->lasting = true;
		break;
	case 's':
		m->shut = true;
		break;
	case 'c':
		watch_names(m, value);
		break;
	case 'b':
		m->beneath = value;
		break;
	case 'o':
		m->count_file = value;
		break;
	case 'r':
		m->record = fopen(value, "w");
		if (!m->record)
			die(value);
		break;
	default:
		fprintf(stderr,
			"usage: meddle [-n N] [-k | -e ERRNO [-ls]] "
			"[-c NAME,...] [-b DIR] [-o FILE] [-r FILE] "
			"PROGRAM...\n");
		exit(REFUSED);
	}
}

static void
write_count(const struct meddling *m)
{
	FILE *file = fopen(m->count_file, "w");

	if (!file || fprintf(file, "%lu\n", m->seen) < 0 || fclose(file) != 0)
		die(m->count_file);
}

int
main(int argc, char **argv)
{
	struct meddling m = {0};
	struct shared *shared = mmap(NULL, sizeof *shared,
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int letter, notices, status;
	pid_t program;

	while ((letter = getopt(argc, argv, "+n:ke:lsc:b:o:r:")) != -1)
		read_option(&m, letter, optarg);
	if (optind == argc)
		read_option(&m, '?', NULL);
	if (shared == MAP_FAILED)
		die("mmap");
	program = fork();
	if (program < 0)
		die("fork");
	if (program == 0)
		become(&m, shared, argv + optind);
	notices = fetch_descriptor(program, shared);
	if (notices < 0) {
		kill(program, SIGKILL);
		die("the kernel tells no calls (seccomp_unotify(2))");
	}
	atomic_store(&shared->go, true);
	serve(&m, notices, program);
	if (waitpid(program, &status, 0) < 0)
		die("wait");
	if (m.count_file)
		write_count(&m);
	if (m.record && fclose(m.record) != 0)
		die("the record");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}
