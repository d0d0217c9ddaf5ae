#include "base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

/* ----- files ----- */

/* Of kernels younger than the headers. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

enum {
	MOVING = 2,	/* the ABI from which a file may change its folder */
	TRUNCATING = 3, /* and that knows of truncating */
};

static const uint64_t writing = LANDLOCK_ACCESS_FS_WRITE_FILE |
	LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
	LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
	LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER;

static const uint64_t never = LANDLOCK_ACCESS_FS_EXECUTE |
	LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;

static long
ruleset_create(
	const struct landlock_ruleset_attr *attr, size_t size, unsigned flags)
{
	return syscall(SYS_landlock_create_ruleset, attr, size, flags);
}

/* Of a file, or of what is not there, the folder above it. */
static int
open_folder(const char *place)
{
	char *copy = mem_strdup(place), *path = copy;
	int fd;

	while ((fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0 &&
		strcmp(path, "/") != 0 && strcmp(path, ".") != 0)
		path = dirname(path);
	free(copy);
	return fd;
}

static bool
allow_place(int ruleset, const char *place, uint64_t access)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = access, .parent_fd = open_folder(place)};
	bool ok = rule.parent_fd >= 0 &&
		syscall(SYS_landlock_add_rule, ruleset,
			LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;

	if (rule.parent_fd >= 0)
		close(rule.parent_fd);
	return ok;
}

static bool
confine_files(const char *const *places)
{
	static const char *const usual[] = {"/tmp", "/var/tmp", "/dev", NULL};
	long version = ruleset_create(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	uint64_t access = version < TRUNCATING
		? writing
		: writing | LANDLOCK_ACCESS_FS_TRUNCATE;
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = access | never};
	const char *temporary = getenv("TMPDIR");
	int ruleset;
	bool ok = true;

	if (version < MOVING)
		return false;
	ruleset = (int)ruleset_create(&attr, sizeof attr, 0);
	if (ruleset < 0)
		return false;
	for (size_t i = 0; usual[i]; i++)
		allow_place(ruleset, usual[i], access);
	if (temporary && *temporary == '/')
		allow_place(ruleset, temporary, access);
	for (size_t i = 0; ok && places[i]; i++)
		ok = allow_place(ruleset, places[i], access);
	ok = ok && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return ok;
}

/* ----- system calls ----- */

#if defined __x86_64__
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define OUR_ARCH AUDIT_ARCH_AARCH64
#elif defined __riscv && __riscv_xlen == 64
#define OUR_ARCH AUDIT_ARCH_RISCV64
#endif

#ifdef OUR_ARCH
/* Other programs, other processes, the machine, and doors that are opened for
 * few and mended often. Leak checkers look at us as a debugger does. */
static const unsigned refused[] = {
	SYS_execve,
	SYS_execveat,
#ifndef __SANITIZE_ADDRESS__
	SYS_ptrace,
#endif
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_kcmp,
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_chroot,
	SYS_setns,
	SYS_unshare,
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_kexec_load,
	SYS_reboot,
	SYS_swapon,
	SYS_swapoff,
	SYS_acct,
	SYS_settimeofday,
	SYS_clock_settime,
	SYS_adjtimex,
	SYS_sethostname,
	SYS_setdomainname,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_userfaultfd,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	SYS_personality,
	SYS_io_uring_setup,
	SYS_open_by_handle_at,
	SYS_name_to_handle_at,
	SYS_quotactl,
	SYS_mknodat,
	SYS_fanotify_init,
	SYS_setuid,
	SYS_setgid,
	SYS_setreuid,
	SYS_setregid,
	SYS_setresuid,
	SYS_setresgid,
	SYS_setgroups,
	SYS_capset,
};

enum { REFUSED = sizeof refused / sizeof *refused };

/* Kinds of sockets that the network, syslog and the C library need. */
static const unsigned families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

enum { FAMILIES = sizeof families / sizeof *families };

enum { X32 = 0x40000000 }; /* the other calls of x86-64 */

struct program {
	struct sock_filter code[REFUSED + FAMILIES + 16];
	unsigned short len;
};

static void
say(struct program *p, struct sock_filter what)
{
	p->code[p->len++] = what;
}

static void
load(struct program *p, size_t offset)
{
	say(p,
		(struct sock_filter)BPF_STMT(
			BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* Over so many of what follows when it is that, else over so many others. */
static void
jump(struct program *p, unsigned short how, uint32_t value, size_t then,
	size_t otherwise)
{
	say(p,
		(struct sock_filter)BPF_JUMP(BPF_JMP | how | BPF_K, value,
			(uint8_t)then, (uint8_t)otherwise));
}

static void
answer(struct program *p, uint32_t with)
{
	say(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, with));
}

/*
 *     another machine's call, or refused? EPERM
 *     socket() of another family? EAFNOSUPPORT
 *     else as it is
 */
static void
write_program(struct program *p)
{
	const uint32_t eperm = SECCOMP_RET_ERRNO | EPERM;

	load(p, offsetof(struct seccomp_data, arch));
	jump(p, BPF_JEQ, OUR_ARCH, 1, 0);
	answer(p, eperm);
	load(p, offsetof(struct seccomp_data, nr));
	jump(p, BPF_JGE, X32, REFUSED + 1, 0);
	for (size_t i = 0; i < REFUSED; i++)
		jump(p, BPF_JEQ, refused[i], REFUSED - i, 0);
	jump(p, BPF_JA, 1, 0, 0);
	answer(p, eperm);
	jump(p, BPF_JEQ, SYS_socket, 1, 0);
	answer(p, SECCOMP_RET_ALLOW);
	load(p, offsetof(struct seccomp_data, args));
	for (size_t i = 0; i < FAMILIES; i++)
		jump(p, BPF_JEQ, families[i], FAMILIES - i, 0);
	answer(p, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
	answer(p, SECCOMP_RET_ALLOW);
}

static bool
confine_calls(void)
{
	struct program program = {.len = 0};
	struct sock_fprog filter = {.filter = program.code};

	write_program(&program);
	filter.len = program.len;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}
#else
static bool
confine_calls(void)
{
	return false;
}
#endif

struct confined
confine(const char *const *places)
{
	struct confined done = {.files = false};

	/* Nor does anything that we start get rights that we have not. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
		done.files = confine_files(places);
		done.calls = confine_calls();
	}
	return done;
}
