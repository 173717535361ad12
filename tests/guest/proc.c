// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * What the kernel tells of itself: every file of a process's folder and the
 * system's can be read, some say what they must, and sysrq answers.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "lib/check.h"

/* All of it, as far as it fits; it has to end. */
static size_t read_file(const char *path, char *text, size_t size)
{
	static char rest[65536];
	int fd = SYS(open(path, O_RDONLY | O_NONBLOCK));
	size_t n = 0, total = 0;
	ssize_t got;

	while ((got = read(fd, n < size - 1 ? text + n : rest,
			   n < size - 1 ? size - 1 - n : sizeof(rest))) > 0) {
		if (n < size - 1)
			n += got;
		total += got;
		CHECK(total < 64 << 20);
	}
	close(fd);
	text[n] = 0;
	return n;
}

static char text[100000];

static void must_say(const char *path, const char *what)
{
	read_file(path, text, sizeof(text));
	if (!strstr(text, what))
		FAIL("%s does not say '%s'", path, what);
}

static void a_processs_files(void)
{
	DIR *d = opendir("/proc/self");
	struct dirent *e;
	int n = 0;

	CHECK(d);
	while ((e = readdir(d))) {
		char path[300];
		struct stat st;

		snprintf(path, sizeof(path), "/proc/self/%s", e->d_name);
		/* these are not read: memory, and a bit for each page there could be */
		if (!strcmp(e->d_name, "mem") || !strcmp(e->d_name, "pagemap") ||
		    lstat(path, &st) < 0 || !S_ISREG(st.st_mode) || !(st.st_mode & 0400))
			continue;
		read_file(path, text, sizeof(text));
		n++;
	}
	closedir(d);
	CHECK(n > 20);
	must_say("/proc/self/maps", "[stack]");
	must_say("/proc/self/maps", "[vectors]");
	must_say("/proc/self/status", "Threads:\t1");
	must_say("/proc/self/comm", "proc");
}

static void the_systems_files(void)
{
	static const char *const names[] = {
		"buddyinfo", "cmdline", "cpuinfo", "crypto", "devices", "diskstats", "filesystems",
		"interrupts", "iomem", "ioports", "kallsyms", "loadavg", "locks", "meminfo", "misc",
		"modules", "mounts", "net/tcp", "net/unix", "net/dev", "pagetypeinfo", "partitions",
		"slabinfo", "softirqs", "stat", "swaps", "sysvipc/shm", "timer_list", "uptime",
		"version", "vmallocinfo", "vmstat", "zoneinfo", "sys/kernel/ostype",
		"sys/kernel/random/uuid", "driver/rtc", "config.gz", "sched_debug", "kpagecount",
	};
	char path[60];
	int found = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "/proc/%s", names[i]);
		if (access(path, R_OK) < 0)
			continue;	/* as the kernel is configured */
		read_file(path, text, sizeof(text));
		found++;
	}
	CHECK(found > 25);
	must_say("/proc/cpuinfo", "CPU implementer\t: 0x41");
	must_say("/proc/cpuinfo", "CPU part\t: 0xc09");
	must_say("/proc/cpuinfo", "neon");
	must_say("/proc/version", "Linux version");
	must_say("/proc/iomem", "System RAM");
	must_say("/proc/filesystems", "tmpfs");
}

static void sysfs_files(void)
{
	must_say("/sys/devices/system/cpu/online", "0");
	must_say("/sys/devices/system/clocksource/clocksource0/current_clocksource", "");
	CHECK(strlen(text) > 1);
	must_say("/sys/devices/system/cpu/vulnerabilities/spectre_v2",
		 "Mitigation: Branch predictor hardening");
}

/* Page tables, told from within: which pages are there. */
static void pagemap(void)
{
	char *p = pages(4, PROT_READ | PROT_WRITE);
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry[4];

	if (fd < 0)
		skip("without CONFIG_PROC_PAGE_MONITOR");
	p[PAGE] = 1;
	p[3 * PAGE] = 1;
	CHECK_EQ(pread(fd, entry, sizeof(entry), (uintptr_t)p / PAGE * 8), (ssize_t)sizeof(entry));
	for (int i = 0; i < 4; i++)
		CHECK_EQ(entry[i] >> 63, i & 1);
}

static unsigned long field(const char *path, const char *name)
{
	char *p;

	read_file(path, text, sizeof(text));
	p = strstr(text, name);
	CHECK(p);
	return strtoul(p + strlen(name), NULL, 10);
}

static void faults_are_counted(void)
{
	unsigned long before = field("/proc/vmstat", "pgfault "), after;
	char *p = pages(100, PROT_READ | PROT_WRITE);

	for (int i = 0; i < 100; i++)
		p[i * PAGE] = 1;
	after = field("/proc/vmstat", "pgfault ");
	CHECK(after - before >= 100);
	CHECK(after - before < 400);
}

static void switches_are_counted(void)
{
	unsigned long before = field("/proc/stat", "\nctxt "), after;
	int fd[2];
	pid_t pid;
	char c;

	SYS(pipe(fd));
	pid = SYS(fork());
	if (pid == 0) {
		for (int i = 0; i < 50; i++) {
			SYS(write(fd[1], "c", 1));
			yield();
		}
		_exit(0);
	}
	for (int i = 0; i < 50; i++)
		CHECK_EQ(SYS(read(fd[0], &c, 1)), 1);
	reap(pid);
	after = field("/proc/stat", "\nctxt ");
	CHECK(after - before >= 50);
}

static void sysrq(char key)
{
	int fd = SYS(open("/proc/sysrq-trigger", O_WRONLY));

	CHECK_EQ(write(fd, &key, 1), 1);
	close(fd);
}

static void log_must_say(const char *what)
{
	static char log[1 << 20];
	int n = SYS(klogctl(3 /* SYSLOG_ACTION_READ_ALL */, log, sizeof(log) - 1));

	log[n] = 0;
	if (!strstr(log, what))
		FAIL("the kernel's log does not say '%s'", what);
}

/* Help, memory, tasks, blocked tasks, timers: nothing that ends anything. */
static void sysrq_answers(void)
{
	if (access("/proc/sysrq-trigger", W_OK) < 0)
		skip("without CONFIG_MAGIC_SYSRQ");
	SYS(klogctl(6 /* SYSLOG_ACTION_CONSOLE_OFF */, NULL, 0));
	sysrq('h');
	log_must_say("sysrq: HELP");
	sysrq('m');
	log_must_say("sysrq: Show Memory");
	sysrq('w');
	sysrq('q');
	sysrq('t');
	log_must_say("sysrq: Show State");
	SYS(klogctl(7 /* SYSLOG_ACTION_CONSOLE_ON */, NULL, 0));
}

/* Stacks of sleeping processes: the kernel's unwinder over its own entry code. */
static void stacks(void)
{
	char path[40];
	pid_t pid = SYS(fork());

	if (pid == 0) {
		pause();
		_exit(0);
	}
	wait_state(pid, 'S');
	snprintf(path, sizeof(path), "/proc/%d/wchan", pid);
	if (access(path, R_OK) == 0)
		read_file(path, text, sizeof(text));
	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	if (access(path, R_OK) == 0) {
		read_file(path, text, sizeof(text));
		CHECK_EQ(strtol(text, NULL, 10), linux_before(6, 1) ? 0 : 29);	/* pause */
	}
	snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	if (access(path, R_OK) == 0)
		must_say(path, "sys_pause");
	SYS(kill(pid, SIGKILL));
	reap_signal(pid, SIGKILL);
}

static const struct test tests[] = {
	T(a_processs_files), T(the_systems_files), T(sysfs_files), T(pagemap),
	T(faults_are_counted), T(switches_are_counted), T(sysrq_answers), T(stacks),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
