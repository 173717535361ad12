// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Disks: ext4 on virtio, with files, mapped files and swap, and a memory card.
 * Both are made by tests/guest/media, which looks at them again afterwards.
 */
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include "lib/check.h"
#include "lib/meminfo.h"
#include "lib/swapfile.h"

#define DISK	"/dev/vda"
#define CARD	"/dev/mmcblk0"
#define AT	"/tmp/disk"
#define FILES	60
#define GROUP	"/tmp/groups/disk"

static void attach(void)
{
	mkdir(AT, 0700);
	SYS(mount(DISK, AT, "ext4", 0, NULL));
}

static void detach(void)
{
	SYS(umount(AT));
	drop_caches();
}

static uint32_t word_of(uint32_t file, uint32_t i)
{
	return (file * 40503u + i) * 2654435761u;
}

static void write_file(const char *path, uint32_t number, size_t words)
{
	uint32_t part[1024];
	int fd = SYS(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600));

	for (size_t at = 0; at < words; at += 1024) {
		for (size_t i = 0; i < 1024; i++)
			part[i] = word_of(number, at + i);
		CHECK_EQ(SYS(write(fd, part, sizeof(part))), sizeof(part));
	}
	SYS(fsync(fd));
	close(fd);
}

static void check_file(const char *path, uint32_t number, size_t words)
{
	uint32_t part[1024];
	int fd = SYS(open(path, O_RDONLY));

	for (size_t at = 0; at < words; at += 1024) {
		CHECK_EQ(SYS(read(fd, part, sizeof(part))), sizeof(part));
		for (size_t i = 0; i < 1024; i++)
			CHECK_EQ(part[i], word_of(number, at + i));
	}
	CHECK_EQ(SYS(read(fd, part, 1)), 0);
	close(fd);
}

static void path_of(char *path, size_t size, unsigned number)
{
	snprintf(path, size, AT "/folder%u/file%u", number % 7, number);
}

static void ext4_keeps_files(void)
{
	char path[64], other[64];

	attach();
	for (unsigned i = 0; i < 7; i++) {
		snprintf(path, sizeof(path), AT "/folder%u", i);
		SYS(mkdir(path, 0700));
	}
	for (unsigned i = 0; i < FILES; i++) {
		path_of(path, sizeof(path), i);
		write_file(path, i, 1024 << i % 6);
		path_of(other, sizeof(other), i + 1000);
		if (i % 5 == 0)
			SYS(unlink(path));
		else if (i % 5 == 1)
			SYS(rename(path, other));
	}
	detach();
	attach();
	for (unsigned i = 0; i < FILES; i++) {
		path_of(path, sizeof(path), i % 5 == 1 ? i + 1000 : i);
		if (i % 5)
			check_file(path, i, 1024 << i % 6);
		else
			CHECK_ERR(access(path, F_OK), ENOENT);
	}
	detach();
}

static void ext4_keeps_mapped_files(void)
{
	const size_t words = 1 << 18;
	uint32_t *p;
	int fd;

	attach();
	fd = SYS(open(AT "/mapped", O_RDWR | O_CREAT, 0600));
	SYS(ftruncate(fd, words * 4));
	p = SYS(mmap(NULL, words * 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	for (size_t i = words; i-- > 0; )
		p[i] = word_of(9999, i);
	SYS(munmap(p, words * 4));
	close(fd);
	detach();
	attach();
	check_file(AT "/mapped", 9999, words);
	detach();
}

/* What media looks for when the machine is off. */
static void a_file_for_later(void)
{
	attach();
	write_file(AT "/later", 4711, 1 << 16);
	detach();
}

static void swaps_to_a_file(void)
{
	const size_t count = 32 << 8;
	char pid[12];
	uint32_t *p;

	attach();
	mkdir("/tmp/groups", 0700);
	SYS(mount("none", "/tmp/groups", "cgroup2", 0, NULL));
	CHECK(put("/tmp/groups/cgroup.subtree_control", "+memory"));
	mkdir(GROUP, 0700);
	CHECK(put(linux_before(6, 12) ? GROUP "/memory.max" : GROUP "/memory.high",
		  "12582912"));
	close(SYS(swap_file(AT "/swap", 40 << 8)));
	SYS(swapon(AT "/swap", 0));
	snprintf(pid, sizeof(pid), "%d", getpid());
	CHECK(put(GROUP "/cgroup.procs", pid));
	p = pages(count, PROT_READ | PROT_WRITE);
	for (unsigned round = 0; round < loops(2); round++) {
		for (size_t i = 0; i < count; i++)
			p[i * PAGE / 4 + i % 1024] = word_of(round, i);
		CHECK(swapped() > 10 << 10);
		for (size_t i = 0; i < count; i++)
			CHECK_EQ(p[i * PAGE / 4 + i % 1024], word_of(round, i));
	}
	SYS(munmap(p, count * PAGE));
	CHECK(put("/tmp/groups/cgroup.procs", pid));
	SYS(swapoff(AT "/swap"));
	SYS(rmdir(GROUP));
	SYS(umount("/tmp/groups"));
	SYS(unlink(AT "/swap"));
	detach();
}

/* Past the page cache, so that each access is one of the card. */
static void memory_card(void)
{
	uint32_t *part;
	uint64_t size;
	int fd = open(CARD, O_RDWR | O_DIRECT);

	if (fd < 0)
		FAIL("no memory card: %s", strerror(errno));
	SYS(ioctl(fd, BLKGETSIZE64, &size));
	CHECK_EQ(size, 4 << 20);
	part = pages(16, PROT_READ | PROT_WRITE);
	for (uint32_t at = 0; at < size; at += 16 * PAGE) {
		CHECK_EQ(SYS(pread(fd, part, 16 * PAGE, at)), 16 * PAGE);
		for (uint32_t i = 0; i < 16 * PAGE / 4; i++)
			CHECK_EQ(part[i], word_of(1, at / 4 + i));
		for (uint32_t i = 0; i < 16 * PAGE / 4; i++)
			part[i] = word_of(2, at / 4 + i);
		CHECK_EQ(SYS(pwrite(fd, part, 16 * PAGE, at)), 16 * PAGE);
	}
	for (uint32_t at = size; at > 0; ) {
		at -= PAGE;
		CHECK_EQ(SYS(pread(fd, part, PAGE, at)), PAGE);
		for (uint32_t i = 0; i < PAGE / 4; i++)
			CHECK_EQ(part[i], word_of(2, at / 4 + i));
	}
	CHECK_EQ(SYS(pread(fd, part, PAGE, size)), 0);
	SYS(fsync(fd));
	close(fd);
}

static const struct test tests[] = {
	T(ext4_keeps_files), T(ext4_keeps_mapped_files), T(a_file_for_later), T(swaps_to_a_file),
	T(memory_card),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
