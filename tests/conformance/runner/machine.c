// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * The machine as tests expect it: file systems, the loopback network.  And as the
 * next test is to find it: without the last one's mounts, loop devices and files.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/loop.h>
#include <net/if.h>
#include <net/route.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "runner.h"

#define MOUNTS_MOST	256

static int mounts_at_start;

static const struct {
	const char *type, *target, *options;
} mounts[] = {
	{ "proc", "/proc", NULL },
	{ "sysfs", "/sys", NULL },
	{ "devtmpfs", "/dev", NULL },
	{ "devpts", "/dev/pts", "ptmxmode=666" },
	{ "tmpfs", "/dev/shm", NULL },
	{ "mqueue", "/dev/mqueue", NULL },
	{ "tmpfs", "/run", "size=64m" },
	{ "debugfs", "/sys/kernel/debug", NULL },
};

static void mount_all(void)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].target, 0755);
		/* devtmpfs may be there already; debugfs need not be in the kernel */
		mount(mounts[i].type, mounts[i].target, mounts[i].type, 0, mounts[i].options);
	}
	chmod("/dev/shm", 01777);
	chmod("/dev/mqueue", 01777);
	if (access("/proc/self/status", R_OK))
		give_up("no /proc");
}

static void network(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	struct rtentry route = { .rt_flags = RTF_UP, .rt_dev = lo.ifr_name };
	struct sockaddr_in *dst = (struct sockaddr_in *)&route.rt_dst;
	struct sockaddr_in *mask = (struct sockaddr_in *)&route.rt_genmask;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		give_up("no network");
	lo.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &lo))
		give_up("lo");
	/* multicast, 224.0.0.0/4, stays here */
	dst->sin_family = mask->sin_family = AF_INET;
	dst->sin_addr.s_addr = inet_addr("224.0.0.0");
	mask->sin_addr.s_addr = inet_addr("240.0.0.0");
	if (ioctl(fd, SIOCADDRT, &route))
		give_up("route");
	close(fd);
}

/* Fills POINTS with the mount points, in the order of mounting; their number. */
static int mount_points(char **points)
{
	FILE *f = fopen("/proc/self/mounts", "re");
	char line[4096], *from, *to;
	int n = 0;

	while (f && n < MOUNTS_MOST && fgets(line, sizeof(line), f)) {
		from = strchr(line, ' ');
		to = from ? strchr(from + 1, ' ') : NULL;
		if (to)
			points[n++] = strndup(from + 1, to - from - 1);
	}
	if (f)
		fclose(f);
	return n;
}

static void unmount_others(void)
{
	char *points[MOUNTS_MOST];
	int n = mount_points(points);

	while (n > 0) {
		n--;
		if (n >= mounts_at_start)
			umount2(points[n], MNT_DETACH);
		free(points[n]);
	}
}

static void detach_loops(void)
{
	char path[64];

	for (int i = 0; i < 64; i++) {
		int fd;

		snprintf(path, sizeof(path), "/sys/block/loop%d/loop/backing_file", i);
		if (access(path, F_OK))
			continue;
		snprintf(path, sizeof(path), "/dev/loop%d", i);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		ioctl(fd, LOOP_CLR_FD, 0);
		close(fd);
	}
}

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *where)
{
	(void)st, (void)what, (void)where;
	remove(path);
	return 0;
}

void machine_setup(void)
{
	char *points[MOUNTS_MOST];
	sigset_t chld;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	mount_all();
	network();
	if (sethostname("conformance", 11))
		give_up("hostname");
	mounts_at_start = mount_points(points);
	for (int i = 0; i < mounts_at_start; i++)
		free(points[i]);
	umask(022);
}

void machine_clean(void)
{
	unmount_others();
	detach_loops();
	nftw("/tmp/test", remove_one, 32, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

void machine_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}
