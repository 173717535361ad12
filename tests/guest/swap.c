// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Swap: to a file, by a loop device.  The file is on ramfs, which is never
 * swapped itself; a memory group with little memory makes the kernel write pages
 * out and read them in again.  From Linux 6.12 on, who has more waits and is not
 * killed: it can look for memory in vain while what writes it out gets no time.
 * Both is set up in main, for all tests.
 */
#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include "lib/check.h"
#include "lib/meminfo.h"
#include "lib/swapfile.h"

#define SWAP_PAGES	(48u << 8)		/* 48 MB */
#define GROUP		"/tmp/groups/swap"
#define LIMITED		(linux_before(6, 12) ? GROUP "/memory.max" : GROUP "/memory.high")
#define LIMIT		"12582912"		/* 12 MB for the processes of a test */
#define PAGES		(32u << 8)

static char device[40];
static const char *missing;		/* what this kernel does not have */

static const char *set_up(void)
{
	int fd, control, number, loop;

	mkdir("/tmp/ram", 0700);
	mkdir("/tmp/groups", 0700);
	if (mount("none", "/tmp/groups", "cgroup2", 0, NULL) < 0 ||
	    !put("/tmp/groups/cgroup.subtree_control", "+memory"))
		return "without CONFIG_MEMCG";
	mkdir(GROUP, 0700);
	if (!put(LIMITED, LIMIT))
		return "a memory group without a limit";
	if (mount("none", "/tmp/ram", "ramfs", 0, NULL) < 0)
		return "without ramfs";
	fd = swap_file("/tmp/ram/swap", SWAP_PAGES);
	control = open("/dev/loop-control", O_RDWR);
	if (fd < 0 || control < 0)
		return "without CONFIG_BLK_DEV_LOOP";
	number = ioctl(control, LOOP_CTL_GET_FREE);
	snprintf(device, sizeof(device), "/dev/loop%d", number);
	loop = open(device, O_RDWR);
	if (loop < 0 || ioctl(loop, LOOP_SET_FD, fd) < 0)
		return "no loop device";
	return swapon(device, 0) < 0 ? "without CONFIG_SWAP" : NULL;
}

static void tear_down(void)
{
	int loop = open(device, O_RDWR);

	swapoff(device);
	ioctl(loop, LOOP_CLR_FD);
	rmdir(GROUP);
	umount2("/tmp/groups", MNT_DETACH);
	umount2("/tmp/ram", MNT_DETACH);
}

static void join(void)
{
	char pid[12];

	if (missing)
		skip(missing);
	snprintf(pid, sizeof(pid), "%d", getpid());
	CHECK(put(GROUP "/cgroup.procs", pid));
}

static void mark(volatile uint32_t *p, size_t count, uint32_t with)
{
	for (size_t i = 0; i < count; i++)
		p[i * PAGE / 4 + i % 1024] = with + i;
}

static void must_be(volatile uint32_t *p, size_t count, uint32_t with)
{
	for (size_t i = 0; i < count; i++)
		if (p[i * PAGE / 4 + i % 1024] != with + i)
			FAIL("page %zu of %zu has changed", i, count);
}

static void out_and_in(void)
{
	uint32_t *p;

	join();
	p = pages(PAGES, PROT_READ | PROT_WRITE);
	for (unsigned round = 0; round < loops(3); round++) {
		mark(p, PAGES, round << 16);
		CHECK(swapped() > 10 << 10);
		must_be(p, PAGES, round << 16);
	}
}

/* Parent and child write to what both have in swap. */
static void copied_on_write(void)
{
	uint32_t *p;
	pid_t pid;

	join();
	p = pages(PAGES / 2, PROT_READ | PROT_WRITE);
	mark(p, PAGES / 2, 5);
	pid = SYS(fork());
	for (size_t i = 0; i < PAGES / 2; i += 3)
		__atomic_add_fetch(&p[i * PAGE / 4 + i % 1024], pid ? 1 : 1000, __ATOMIC_SEQ_CST);
	for (size_t i = 0; i < PAGES / 2; i++)
		CHECK_EQ(p[i * PAGE / 4 + i % 1024], 5 + i + (i % 3 ? 0 : pid ? 1 : 1000));
	if (pid == 0)
		_exit(0);
	reap(pid);
}

static void shared_memory(void)
{
	uint32_t *p;
	pid_t pid;

	join();
	p = SYS(mmap(NULL, PAGES / 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0));
	mark(p, PAGES / 2, 9);
	pid = SYS(fork());
	if (pid == 0) {
		must_be(p, PAGES / 2, 9);
		mark(p, PAGES / 2, 77);
		_exit(0);
	}
	reap(pid);
	must_be(p, PAGES / 2, 77);
}

/* System calls that read and write pages which are out. */
static void used_by_the_kernel(void)
{
	uint32_t *p;
	int fd[2];

	join();
	p = pages(PAGES, PROT_READ | PROT_WRITE);
	mark(p, PAGES, 3);
	SYS(pipe(fd));
	for (size_t i = 0; i < PAGES; i += 16) {
		uint32_t *word = &p[i * PAGE / 4 + i % 1024], value = 0;

		CHECK_EQ(SYS(write(fd[1], word, 4)), 4);
		CHECK_EQ(SYS(read(fd[0], &value, 4)), 4);
		CHECK_EQ(value, 3 + i);
		value = 4 + i;
		CHECK_EQ(SYS(write(fd[1], &value, 4)), 4);
		CHECK_EQ(SYS(read(fd[0], word, 4)), 4);
	}
	for (size_t i = 0; i < PAGES; i++)
		CHECK_EQ(p[i * PAGE / 4 + i % 1024], 3 + i + (i % 16 == 0));
}

static void taken_away(void)
{
	uint32_t *p;

	join();
	p = pages(PAGES / 2, PROT_READ | PROT_WRITE);
	mark(p, PAGES / 2, 1);
	CHECK(swapped() > 0);
	CHECK(put(LIMITED, "max"));
	SYS(swapoff(device));
	must_be(p, PAGES / 2, 1);
	CHECK_EQ(meminfo("SwapTotal"), 0);
	SYS(swapon(device, 0));
	CHECK(put(LIMITED, LIMIT));
}

static void no_swap_is_left(void)
{
	if (missing)
		skip(missing);
	CHECK(swapped() < 1024);	/* some slots are kept for the next time */
}

static const struct test tests[] = {
	T(out_and_in), T(copied_on_write), T(shared_memory), T(used_by_the_kernel), T(taken_away),
	T(no_swap_is_left),
};

int main(int argc, char **argv)
{
	int result;

	missing = set_up();
	result = RUN(tests);
	if (!missing)
		tear_down();
	return result;
}
