// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Events that software counts, and samples by the clock.
 */
#include <linux/perf_event.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include "lib/check.h"

static int event(struct perf_event_attr *a)
{
	int fd;

	a->type = PERF_TYPE_SOFTWARE;
	a->size = sizeof(*a);
	a->disabled = 1;
	fd = syscall(SYS_perf_event_open, a, 0, -1, -1, 0);
	if (fd < 0 && errno == ENOSYS)
		skip("without CONFIG_PERF_EVENTS");
	return SYS(fd);
}

static int counter(unsigned what)
{
	struct perf_event_attr a = { .config = what };

	return event(&a);
}

static uint64_t count_of(int fd)
{
	uint64_t value;

	SYS(ioctl(fd, PERF_EVENT_IOC_DISABLE, 0));
	CHECK_EQ(SYS(read(fd, &value, sizeof(value))), sizeof(value));
	close(fd);
	return value;
}

static void page_faults(void)
{
	const size_t count = 300;
	char *p = pages(count, PROT_READ | PROT_WRITE);
	int fd = counter(PERF_COUNT_SW_PAGE_FAULTS_MIN);
	uint64_t n;

	SYS(ioctl(fd, PERF_EVENT_IOC_ENABLE, 0));
	for (size_t i = 0; i < count; i++)
		p[i * PAGE] = 1;
	n = count_of(fd);
	CHECK(n >= count && n < count + 50);
}

static void context_switches(void)
{
	int fd = counter(PERF_COUNT_SW_CONTEXT_SWITCHES);
	struct timespec t = { 0, 1000000 };

	SYS(ioctl(fd, PERF_EVENT_IOC_ENABLE, 0));
	for (int i = 0; i < 50; i++)
		SYS(nanosleep(&t, NULL));
	CHECK(count_of(fd) >= 50);
}

static int64_t now(void)
{
	struct timespec t;

	SYS(clock_gettime(CLOCK_MONOTONIC, &t));
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static NOINLINE void work(int64_t ns)
{
	for (int64_t end = now() + ns; now() < end; )
		;
}

static void clocks(void)
{
	int fd = counter(PERF_COUNT_SW_TASK_CLOCK);

	SYS(ioctl(fd, PERF_EVENT_IOC_ENABLE, 0));
	work(50000000);
	CHECK(count_of(fd) >= 40000000);
}

static void samples(void)
{
	struct perf_event_attr a = { .config = PERF_COUNT_SW_CPU_CLOCK, .sample_period = 1000000,
				     .sample_type = PERF_SAMPLE_IP };
	int fd = event(&a);
	struct perf_event_mmap_page *m = SYS(mmap(NULL, 9 * PAGE, PROT_READ | PROT_WRITE,
						  MAP_SHARED, fd, 0));
	const char *data = (const char *)m + PAGE;
	unsigned count = 0;

	SYS(ioctl(fd, PERF_EVENT_IOC_ENABLE, 0));
	work(100000000);
	SYS(ioctl(fd, PERF_EVENT_IOC_DISABLE, 0));
	for (uint64_t at = 0; at < m->data_head; ) {
		const struct perf_event_header *h = (const void *)(data + at % (8 * PAGE));

		CHECK(h->size >= sizeof(*h));
		count += h->type == PERF_RECORD_SAMPLE;
		at += h->size;
	}
	CHECK(count >= 50);
	close(fd);
}

static const struct test tests[] = {
	T(page_faults), T(context_switches), T(clocks), T(samples),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
