// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Files and folders on tmpfs: made, found, linked, renamed, locked, watched,
 * mounted and unmounted.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include "lib/check.h"

#define HOME	"/tmp/file-test"

/* A fresh file system for each test; it goes with the test's end. */
static void mounted(void)
{
	mkdir(HOME, 0700);
	umount2(HOME, MNT_DETACH);
	SYS(mount("none", HOME, "tmpfs", 0, "size=32m"));
	SYS(chdir(HOME));
}

static void write_file(const char *name, const char *text)
{
	int fd = SYS(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600));

	CHECK_EQ(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void must_contain(const char *name, const char *text)
{
	int fd = SYS(open(name, O_RDONLY));
	char buffer[200];
	ssize_t n = SYS(read(fd, buffer, sizeof(buffer) - 1));

	buffer[n] = 0;
	CHECK(!strcmp(buffer, text));
	close(fd);
}

static int entries(const char *name)
{
	DIR *d = opendir(name);
	int n = 0;

	CHECK(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void many_files(void)
{
	unsigned n = loops(500);
	char name[20];

	mounted();
	for (unsigned i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		write_file(name, name);
	}
	CHECK_EQ(entries("."), n);
	for (unsigned i = 0; i < n; i += 2) {
		snprintf(name, sizeof(name), "f%u", i);
		SYS(unlink(name));
	}
	CHECK_EQ(entries("."), n / 2);
	for (unsigned i = 1; i < n; i += 2) {
		snprintf(name, sizeof(name), "f%u", i);
		must_contain(name, name);
	}
}

static void folders(void)
{
	char path[400] = HOME;

	mounted();
	for (int i = 0; i < 50; i++) {
		strcat(path, "/d");
		SYS(mkdir(path, 0700));
	}
	SYS(chdir(path));
	write_file("deep", "down");
	CHECK(strlen(getcwd(path, sizeof(path))) == strlen(HOME) + 100);
	CHECK_ERR(rmdir("../../d"), ENOTEMPTY);
	SYS(chdir(HOME));
	CHECK_ERR(mkdir("d", 0700), EEXIST);
	CHECK_ERR(rmdir("nothing"), ENOENT);
	CHECK_ERR(open("d/d/deep/x", O_RDONLY), ENOENT);
}

static void links_and_names(void)
{
	struct stat a, b;
	char text[10];
	int fd;

	mounted();
	write_file("a", "one");
	SYS(link("a", "b"));
	SYS(symlink("b", "c"));
	must_contain("c", "one");
	CHECK_EQ(readlink("c", text, sizeof(text)), 1);
	SYS(stat("a", &a));
	SYS(stat("c", &b));
	CHECK_EQ(a.st_ino, b.st_ino);
	CHECK_EQ(a.st_nlink, 2);
	fd = SYS(open("a", O_RDONLY));
	write_file("d", "two");
	SYS(rename("d", "a"));
	must_contain("a", "two");
	must_contain("b", "one");
	SYS(unlink("b"));
	CHECK_ERR(open("c", O_RDONLY), ENOENT);
	CHECK_EQ(read(fd, text, 10), 3);	/* the open file is still there */
	SYS(symlink("loop", "loop"));
	CHECK_ERR(open("loop", O_RDONLY), ELOOP);
	SYS(renameat2(AT_FDCWD, "a", AT_FDCWD, "c", RENAME_EXCHANGE));
}

static void space_ends(void)
{
	static char data[65536];
	struct statfs before, after;
	ssize_t n;
	int fd;

	mounted();
	SYS(statfs(".", &before));
	fd = SYS(open("big", O_WRONLY | O_CREAT, 0600));
	memset(data, 'x', sizeof(data));
	do
		n = write(fd, data, sizeof(data));
	while (n == (ssize_t)sizeof(data));
	CHECK(n > 0 || errno == ENOSPC);
	CHECK_ERR(write(fd, data, sizeof(data)), ENOSPC);
	close(fd);
	SYS(unlink("big"));
	SYS(statfs(".", &after));
	CHECK_EQ(before.f_bfree, after.f_bfree);
}

static void offsets(void)
{
	int fd, other;
	char c = 0;

	mounted();
	fd = SYS(open("f", O_RDWR | O_CREAT | O_APPEND, 0600));
	other = SYS(dup(fd));
	CHECK_EQ(write(fd, "abc", 3), 3);
	CHECK_EQ(SYS(lseek(other, 0, SEEK_CUR)), 3);
	CHECK_EQ(pwrite(fd, "de", 2, 0), 2);	/* O_APPEND: at the end */
	must_contain("f", "abcde");
	CHECK_EQ(SYS(lseek(fd, 1, SEEK_SET)), 1);
	CHECK_EQ(read(other, &c, 1), 1);
	CHECK_EQ(c, 'b');
	SYS(ftruncate(fd, 2));
	must_contain("f", "ab");
	CHECK_ERR(lseek(fd, -1, SEEK_SET), EINVAL);
	CHECK_EQ(SYS(lseek(fd, 100000, SEEK_SET)), 100000);
	CHECK_EQ(read(fd, &c, 1), 0);
}

static struct flock region(int type, int start)
{
	return (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = 1 };
}

static void locks(void)
{
	struct flock l = region(F_WRLCK, 0), m = region(F_WRLCK, 1);
	int fd, fd2;
	pid_t pid;

	mounted();
	fd = SYS(open("f", O_RDWR | O_CREAT, 0600));
	SYS(fcntl(fd, F_SETLK, &l));
	pid = SYS(fork());
	if (pid == 0) {
		CHECK_ERR(fcntl(fd, F_SETLK, &l), EAGAIN);
		SYS(fcntl(fd, F_SETLK, &m));
		SYS(fcntl(fd, F_SETLKW, &l));
		_exit(0);
	}
	wait_state(pid, 'S');
	CHECK_ERR(fcntl(fd, F_SETLKW, &m), EDEADLK);
	l.l_type = F_UNLCK;
	SYS(fcntl(fd, F_SETLK, &l));
	reap(pid);
	fd2 = SYS(open("f", O_RDWR));
	SYS(flock(fd, LOCK_EX));
	CHECK_ERR(flock(fd2, LOCK_EX | LOCK_NB), EWOULDBLOCK);
	SYS(flock(fd, LOCK_UN));
	SYS(flock(fd2, LOCK_EX | LOCK_NB));
}

static void appended_by_many(void)
{
	struct stat st;
	pid_t pid[4];

	mounted();
	for (int p = 0; p < 4; p++) {
		pid[p] = SYS(fork());
		if (pid[p])
			continue;
		for (unsigned i = 0; i < loops(100); i++) {
			int fd = SYS(open("log", O_WRONLY | O_CREAT | O_APPEND, 0600));

			SYS(write(fd, "0123456789", 10));
			close(fd);
			yield();
		}
		_exit(0);
	}
	for (int p = 0; p < 4; p++)
		reap(pid[p]);
	SYS(stat("log", &st));
	CHECK_EQ(st.st_size, 4 * 10 * loops(100));
}

static void watched(void)
{
	char buffer[sizeof(struct inotify_event) + 100] __attribute__((aligned(8)));
	struct inotify_event *e = (struct inotify_event *)buffer;
	int fd = inotify_init();

	if (fd < 0 && errno == ENOSYS)
		skip("without CONFIG_INOTIFY_USER");
	mounted();
	SYS(inotify_add_watch(fd, HOME, IN_CREATE | IN_DELETE));
	write_file("new", "");
	SYS(unlink("new"));
	CHECK(SYS(read(fd, buffer, sizeof(struct inotify_event) + 16)) > 0);
	CHECK_EQ(e->mask, IN_CREATE);
	CHECK(!strcmp(e->name, "new"));
}

static void mounts(void)
{
	mounted();
	SYS(mkdir("sub", 0700));
	for (int i = 0; i < 20; i++) {
		SYS(mount("none", "sub", "tmpfs", 0, NULL));
		write_file("sub/x", "y");
		CHECK_ERR(rmdir("sub"), EBUSY);
		SYS(umount("sub"));
		CHECK_EQ(entries("sub"), 0);
	}
	SYS(mount(NULL, HOME, NULL, MS_REMOUNT | MS_RDONLY, NULL));
	CHECK_ERR(open("f", O_CREAT | O_WRONLY, 0600), EROFS);
}

static const struct test tests[] = {
	T(many_files), T(folders), T(links_and_names), T(space_ends), T(offsets), T(locks),
	T(appended_by_many), T(watched), T(mounts),
};

int main(int argc, char **argv)
{
	int result = RUN(tests);

	umount2(HOME, MNT_DETACH);
	return result;
}
