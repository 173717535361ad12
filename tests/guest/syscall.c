// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * How a system call is made: up to six arguments, 64-bit ones in pairs of
 * registers, from ARM and from Thumb code, and every register but r0 kept.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include "lib/check.h"
#include "lib/hold.h"

ARM NOINLINE static long from_arm(long number, long a, long b)
{
	register long r0 __asm__("r0") = a, r1 __asm__("r1") = b;

	__asm__ volatile("push {r7}\n\tmov r7, %1\n\tsvc #0\n\tpop {r7}"
			 : "+r"(r0) : "r"(number), "r"(r1) : "memory");
	return r0;
}

THUMB NOINLINE static long from_thumb(long number, long a, long b)
{
	register long r0 __asm__("r0") = a, r1 __asm__("r1") = b;

	__asm__ volatile("push {r7}\n\tmov r7, %1\n\tsvc #0\n\tpop {r7}"
			 : "+r"(r0) : "r"(number), "r"(r1) : "memory");
	return r0;
}

static void both_instruction_sets(void)
{
	for (int i = 0; i < 100; i++) {
		CHECK_EQ(from_arm(SYS_getpid, 0, 0), getpid());
		CHECK_EQ(from_thumb(SYS_getpid, 0, 0), getpid());
		CHECK_EQ(from_arm(SYS_close, 1000, 0), -EBADF);
		CHECK_EQ(from_thumb(SYS_close, 1000, 0), -EBADF);
	}
}

#define CALL_WITH(name, set, immediate)							\
	set NOINLINE static long name(long number)					\
	{										\
		register long r0 __asm__("r0") = 0;					\
											\
		__asm__ volatile("push {r7}\n\tmov r7, %1\n\tsvc #" #immediate "\n\tpop {r7}"	\
				 : "+r"(r0) : "r"(number) : "memory");			\
		return r0;								\
	}

CALL_WITH(arm_1, ARM, 1)
CALL_WITH(arm_ff, ARM, 0xff)
CALL_WITH(arm_old, ARM, 0x900014)	/* getpid, as it was before r7 had the number */
CALL_WITH(arm_all, ARM, 0xffffff)
CALL_WITH(thumb_1, THUMB, 1)
CALL_WITH(thumb_all, THUMB, 255)

/* Only r7 counts: no other number reaches anything but Linux. */
static void the_instructions_number_is_ignored(void)
{
	static long (*const ways[])(long) = { arm_1, arm_ff, arm_old, arm_all, thumb_1, thumb_all };
	static const unsigned none[] = { 600, 0x1000, 0xfff0, 0xefff0, 0xf0700 };

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		CHECK_EQ(ways[i](SYS_getpid), getpid());
		for (size_t k = 0; k < ARRAY_SIZE(none); k++)
			CHECK_EQ(ways[i](none[k]), -ENOSYS);
	}
}

static void six_arguments(void)
{
	int fd = SYS(memfd_create("syscall", 0));
	char *p;

	SYS(ftruncate(fd, 3 * PAGE));
	CHECK_EQ(pwrite(fd, "here", 4, 2 * PAGE), 4);
	p = (char *)SYS(syscall(SYS_mmap2, 0, PAGE, PROT_READ, MAP_SHARED, fd, 2));
	CHECK(!memcmp(p, "here", 4));
	CHECK_ERR(syscall(SYS_mmap2, 0, PAGE, PROT_READ, MAP_SHARED, 1000, 2), EBADF);
}

static void wide_arguments(void)
{
	int fd = SYS(open("/tmp/syscall", O_LARGEFILE | O_RDWR | O_CREAT | O_TRUNC, 0600));
	off64_t far = 0x123456789;
	char c = 0;

	SYS(unlink("/tmp/syscall"));
	CHECK_EQ(pwrite64(fd, "z", 1, far), 1);
	CHECK_EQ(pread64(fd, &c, 1, far), 1);
	CHECK_EQ(c, 'z');
	CHECK_EQ(lseek64(fd, 0, SEEK_END), far + 1);
	SYS(ftruncate64(fd, 0x200000000));
	CHECK_EQ(lseek64(fd, 0, SEEK_END), 0x200000000);
}

/* Results that look like errors but are not, and the other way round. */
static void large_results(void)
{
	CHECK_EQ(syscall(SYS_personality, 0xffffffff), ADDR_LIMIT_32BIT);
	CHECK_EQ(from_arm(SYS_brk, 0, 0), (long)sbrk(0));
	CHECK_EQ(from_arm(SYS_munmap, 1, PAGE), -EINVAL);
}

static void registers_are_kept(void)
{
	static const unsigned calls[] = {
		SYS_getpid, SYS_sched_yield, SYS_getuid32, SYS_gettid, 999, SYS_close,
	};

	for (unsigned i = 0; i < loops(20); i++)
		for (size_t k = 0; k < ARRAY_SIZE(calls); k++)
			CHECK_EQ(hold(0x10000000 + (i << 10), 10, 0, calls[k]), 0);
}

static void many(void)
{
	pid_t pid = getpid();

	for (unsigned i = 0; i < loops(20000); i++)
		CHECK_EQ(syscall(SYS_getpid), pid);
}

static void strict_seccomp(void)
{
	pid_t pid = SYS(fork());

	if (pid == 0) {
		SYS(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
		SYS(write(1, "", 0));
		syscall(SYS_getpid);
		syscall(SYS_exit, 1);
	}
	reap_signal(pid, SIGKILL);
}

static void trapped(int sig, siginfo_t *info, void *context)
{
	(void)context;
	CHECK_EQ(sig, SIGSYS);
	CHECK_EQ(info->si_syscall, SYS_getuid32);
	_exit(0);
}

static void filtered_calls(void)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDOM),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getuid32, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { ARRAY_SIZE(program), program };

	if (prctl(PR_GET_SECCOMP) < 0)
		skip("without CONFIG_SECCOMP");
	SYS(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
		skip("without CONFIG_SECCOMP_FILTER");
	CHECK_ERR(syscall(SYS_getppid), EDOM);
	CHECK(getpid() > 0);
	on_signal(SIGSYS, 0, trapped);
	syscall(SYS_getuid32);
	FAIL("SIGSYS did not come");
}

static void what_the_system_says(void)
{
	struct utsname u;
	struct sysinfo info;

	SYS(uname(&u));
	CHECK(!strcmp(u.machine, "armv7l"));
	CHECK(!strcmp(u.sysname, "Linux"));
	SYS(sysinfo(&info));
	CHECK(info.totalram > 0 && info.procs > 1);
}

static const struct test tests[] = {
	T(both_instruction_sets), T(the_instructions_number_is_ignored), T(six_arguments),
	T(wide_arguments), T(large_results), T(registers_are_kept), T(many),
	T(strict_seccomp), T(filtered_calls), T(what_the_system_says),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
