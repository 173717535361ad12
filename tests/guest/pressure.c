// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Nearly no memory left: pages keep their contents, caches shrink, what cannot
 * be had is refused, the greedy process is killed and no other, and everything
 * comes back at the end.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "lib/check.h"
#include "lib/meminfo.h"

#define SLACK	3000	/* KB that may be elsewhere afterwards: slabs */

static void mark(volatile uint32_t *p, size_t size, uint32_t with)
{
	for (size_t at = 0; at < size / 4; at += PAGE / 4) {
		p[at] = with ^ at;
		p[at + PAGE / 4 - 1] = with + at;
	}
}

static void must_be(volatile uint32_t *p, size_t size, uint32_t with)
{
	for (size_t at = 0; at < size / 4; at += PAGE / 4)
		if (p[at] != (with ^ at) || p[at + PAGE / 4 - 1] != with + at)
			FAIL("the page at %p has changed", (void *)(p + at));
}

static void *memory(size_t size)
{
	return SYS(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static void comes_back(unsigned long before)
{
	unsigned long after;

	drop_caches();
	after = available();
	if (after + SLACK < before)
		FAIL("%lu KB were available before, %lu KB are after", before, after);
}

static void fill_most_of_it(void)
{
	unsigned long before;
	pid_t pid[4];

	drop_caches();
	before = available();
	for (int i = 0; i < 4; i++) {
		pid[i] = SYS(fork());
		if (pid[i] == 0) {
			size_t size = before / 5 * 1024 & ~(PAGE - 1);
			void *p = memory(size);

			for (unsigned round = 0; round < loops(2); round++) {
				mark(p, size, i * 0x01010101 + round);
				yield();
				must_be(p, size, i * 0x01010101 + round);
			}
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++)
		reap(pid[i]);
	comes_back(before);
}

/* Nine tenths are used, and forty processes start, copy some of it and end. */
static void fork_with_little_left(void)
{
	unsigned long before;
	size_t size;
	void *p;

	drop_caches();
	before = available();
	size = before / 10 * 8 * 1024 & ~(PAGE - 1);
	p = memory(size);
	mark(p, size, 7);
	for (unsigned i = 0; i < loops(10); i++) {
		pid_t pid[4];

		for (int k = 0; k < 4; k++) {
			size_t part = 64 * PAGE;
			char *mine = (char *)p + (i * 4 + k) % 8 * part;

			pid[k] = SYS(fork());
			if (pid[k])
				continue;
			mark((void *)mine, part, k);
			must_be((void *)mine, part, k);
			_exit(0);
		}
		for (int k = 0; k < 4; k++)
			reap(pid[k]);
	}
	must_be(p, size, 7);
	SYS(munmap(p, size));
	comes_back(before);
}

static void set_score(const char *score)
{
	int fd = SYS(open("/proc/self/oom_score_adj", O_WRONLY));

	SYS(write(fd, score, strlen(score)));
	close(fd);
}

static void greedy(void *arg)
{
	(void)arg;
	set_score("1000");
	for (;;)
		mark(memory(1 << 20), 1 << 20, 1);
}

static void the_greedy_one_is_killed(void)
{
	unsigned long before;
	pid_t modest, pid;
	int fd[2];
	char c;

	drop_caches();
	before = available();
	SYS(pipe(fd));
	modest = SYS(fork());
	if (modest == 0) {
		size_t size = 1 << 20;
		void *p = memory(size);

		close(fd[1]);
		mark(p, size, 99);
		CHECK_EQ(read(fd[0], &c, 1), 0);	/* until the test is over */
		must_be(p, size, 99);
		_exit(0);
	}
	for (unsigned i = 0; i < loops(3); i++) {
		pid = spawn(greedy, NULL);
		reap_signal(pid, SIGKILL);
	}
	close(fd[0]);
	close(fd[1]);
	reap(modest);
	comes_back(before);
}

static void caches_give_way(void)
{
	unsigned long before;
	size_t size;
	char path[40];

	mkdir("/tmp/pressure", 0700);
	SYS(mount("none", "/tmp/pressure", "tmpfs", 0, "size=90%"));
	drop_caches();
	before = available();
	/* Thousands of names, whose slabs can be had back when memory is short. */
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(path, sizeof(path), "/tmp/pressure/%u", i);
		CHECK_ERR(access(path, F_OK), ENOENT);
	}
	size = meminfo("MemFree") * 1024 / 100 * 95 & ~(PAGE - 1);
	mark(memory(size), size, 3);
	SYS(umount2("/tmp/pressure", MNT_DETACH));
	CHECK(before > 0);
}

static void too_much_is_refused(void)
{
	int fd = SYS(open("/proc/sys/vm/overcommit_memory", O_RDWR));
	size_t all = meminfo("CommitLimit");
	char old;

	CHECK_EQ(SYS(read(fd, &old, 1)), 1);
	SYS(pwrite(fd, "2", 1, 0));
	all += 100 << 10;
	CHECK(mmap(NULL, all < 2u << 20 ? all * 1024 : 2000u << 20, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	CHECK_EQ(errno, ENOMEM);
	SYS(pwrite(fd, &old, 1, 0));
}

static const struct test tests[] = {
	T(fill_most_of_it), T(fork_with_little_left), T(the_greedy_one_is_killed),
	T(caches_give_way), T(too_much_is_refused),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
