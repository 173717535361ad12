// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Loadable modules, and what the kernel does for itself: most of it is done by
 * tests/guest/module, whose result is that of loading it.
 */
#include <fcntl.h>
#include <sys/klog.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include "lib/check.h"
#include "lib/meminfo.h"

#define MODULE		"/probe.ko"
#define SLACK		512	/* KB */

static int load(const char *parameters)
{
	int fd = SYS(open(MODULE, O_RDONLY)), result, err;

	result = syscall(SYS_finit_module, fd, parameters, 0);
	err = errno;
	close(fd);
	errno = err;
	return result;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "probe", O_NONBLOCK);
}

/* The test of this name in the module. */
static void probe(const char *name)
{
	char parameters[40];

	snprintf(parameters, sizeof(parameters), "test=%s", name);
	if (load(parameters) < 0) {
		if (errno == EOPNOTSUPP)
			skip("this kernel is built without it");
		FAIL("%s, see the kernel's log", strerror(errno));
	}
	SYS(unload());
}

#define PROBE(name)	static void in_kernel_##name(void) { probe(#name); }
PROBE(vmalloc) PROBE(lazy) PROBE(vmap) PROBE(ioremap) PROBE(foreign) PROBE(highmem) PROBE(hrtimer)
PROBE(backtrace) PROBE(static_key) PROBE(kprobe) PROBE(kretprobe)

static bool file_has(const char *path, const char *text)
{
	static char all[16384];
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, all, sizeof(all) - 1);
	close(fd);
	all[n < 0 ? 0 : n] = 0;
	return strstr(all, text);
}

static void comes_and_goes(void)
{
	unsigned long before = 0;

	for (unsigned i = 0; i < loops(20); i++) {
		SYS(load("value=7"));
		CHECK(file_has("/proc/modules", "probe "));
		CHECK(file_has("/proc/kallsyms", "")); /* it can be read while one is there */
		CHECK(file_has("/sys/module/probe/parameters/value", "7\n"));
		CHECK_ERR(load(""), EEXIST);
		SYS(unload());
		CHECK(!file_has("/proc/modules", "probe "));
		CHECK_ERR(unload(), ENOENT);
		if (i == 0)
			before = meminfo("MemFree");
	}
	drop_caches();
	CHECK(meminfo("MemFree") + SLACK >= before);
}

static void what_is_wrong_is_refused(void)
{
	CHECK_ERR(load("test=nothing"), ENOENT);	/* its own init says so */
	CHECK_ERR(load("value=many"), EINVAL);
	CHECK_ERR(syscall(SYS_init_module, "\177ELF no module at all", 20, ""), ENOEXEC);
	CHECK(!file_has("/proc/modules", "probe "));
}

/* This process's registers, while the kernel uses NEON and is interrupted. */
static void in_kernel_neon(void)
{
	double value[8], seen[8];

	for (int i = 0; i < 8; i++)
		value[i] = i * 1.5 + 0.25;
	asm volatile("vldmia %0, {d8 - d15}" : : "r" (value)
		     : "memory", "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15");
	probe("neon");
	asm volatile("vstmia %0, {d8 - d15}" : : "r" (seen) : "memory");
	CHECK(!memcmp(seen, value, sizeof(seen)));
}

/* In the log, from its beginning on, each word behind the one before. */
static const char *missing_in_order(char *log, const char *const *words)
{
	for (; *words; words++) {
		log = strstr(log, *words);
		if (!log)
			return *words;
		log += strlen(*words);
	}
	return NULL;
}

/* The kernel's log since it was emptied, at the beginning of a deliberate oops. */
static char *log_of_oops(void)
{
	static char log[1 << 17];

	log[SYS(klogctl(3, log, sizeof(log) - 1))] = 0;
	printf("a deliberate oops ends\n");
	return log;
}

static void begin_oops(void)
{
	printf("a deliberate oops begins\n");
	fflush(stdout);
	SYS(klogctl(5, NULL, 0));
}

static void in_kernel_data_is_not_executed(void)
{
	static const char *const words[] = {
		"Unable to handle kernel", "Internal error: Oops", "Comm: probe", "end trace", NULL
	};
	const char *missing;

	begin_oops();
	probe("execute");
	missing = missing_in_order(log_of_oops(), words);
	if (missing)
		FAIL("the log has no \"%s\" in its place", missing);
}

/* It dies by it, and the system goes on; what the log says is where it was. */
static void oops_has_a_true_backtrace(void)
{
	static const char *const words[] = {
		"Unable to handle kernel NULL pointer dereference", "00000014",
		"Internal error: Oops", "PC is at probe_third", "LR is at probe_second",
		"probe_third [probe]", "probe_second", "probe_second [probe]", "probe_oops",
		"probe_oops [probe]", "do_one_initcall", "do_init_module", "sys_finit_module",
		"ret_fast_syscall", "end trace", NULL
	};
	const char *missing;
	pid_t pid;

	begin_oops();
	pid = SYS(fork());
	if (pid == 0) {
		load("test=oops");
		_exit(0);
	}
	reap_signal(pid, SIGSEGV);
	missing = missing_in_order(log_of_oops(), words);
	if (missing)
		FAIL("the log has no \"%s\" in its place", missing);
}

static const struct test tests[] = {
	T(comes_and_goes), T(what_is_wrong_is_refused), T(in_kernel_vmalloc), T(in_kernel_lazy),
	T(in_kernel_vmap), T(in_kernel_ioremap), T(in_kernel_foreign), T(in_kernel_highmem),
	T(in_kernel_hrtimer), T(in_kernel_neon), T(in_kernel_backtrace), T(in_kernel_static_key),
	T(in_kernel_kprobe), T(in_kernel_kretprobe), T(in_kernel_data_is_not_executed),
	T(oops_has_a_true_backtrace),	/* it stays there for ever */
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
