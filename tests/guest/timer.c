// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Time: clocks that never go back, sleeps that are long enough and, with high
 * resolution, not much longer, timers of every kind.  Only the order of things
 * and lower bounds are checked, but for one: what shows that the resolution is
 * better than a tick.
 */
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include "lib/check.h"

static int64_t now(clockid_t clock)
{
	struct timespec t;

	SYS(clock_gettime(clock, &t));
	CHECK(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void clocks_go_forward(void)
{
	static const clockid_t clocks[] = {
		CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME, CLOCK_MONOTONIC_COARSE,
		CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_REALTIME,
	};

	for (size_t c = 0; c < ARRAY_SIZE(clocks); c++) {
		int64_t first = now(clocks[c]), last = first;

		/* Its end, not a number of readings: then the clock does move. */
		for (unsigned i = 0; i < loops(3000) || last == first; i++) {
			int64_t t = now(clocks[c]);

			if (t < last)
				FAIL("clock %d goes back by %lld ns", clocks[c], last - t);
			last = t;
		}
	}
}

/* What one process has read, another may not read earlier. */
static void one_clock_for_all(void)
{
	volatile int64_t *last = SYS(mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	pid_t pid[4];

	for (int p = 0; p < 4; p++) {
		pid[p] = SYS(fork());
		if (pid[p])
			continue;
		for (unsigned i = 0; i < loops(1000); i++) {
			int64_t seen = last[0], t = now(CLOCK_MONOTONIC);

			CHECK(t >= seen);
			last[0] = t;
			if (i % 10 == 0)
				yield();
		}
		_exit(0);
	}
	for (int p = 0; p < 4; p++)
		reap(pid[p]);
}

static void sleeps_are_long_enough(void)
{
	for (long ns = 1; ns < 100000000; ns = ns * 3 + 1000) {
		struct timespec t = { 0, ns };
		int64_t start = now(CLOCK_MONOTONIC);

		SYS(nanosleep(&t, NULL));
		CHECK(now(CLOCK_MONOTONIC) - start >= ns);
	}
}

static void absolute_sleeps(void)
{
	static const clockid_t clocks[] = { CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME };

	for (size_t c = 0; c < ARRAY_SIZE(clocks); c++) {
		int64_t end = now(clocks[c]) + 15000000;
		struct timespec t = { end / 1000000000, end % 1000000000 };

		CHECK_EQ(clock_nanosleep(clocks[c], TIMER_ABSTIME, &t, NULL), 0);
		CHECK(now(clocks[c]) >= end);
		CHECK_EQ(clock_nanosleep(clocks[c], TIMER_ABSTIME, &t, NULL), 0);
	}
}

/* A tick is 10 ms or 4: the shortest of many sleeps of 0.2 ms must be shorter than any. */
static void high_resolution(void)
{
	int64_t best = INT64_MAX;
	struct timespec res;

	SYS(clock_getres(CLOCK_MONOTONIC, &res));
	if (res.tv_nsec > 1)
		skip("without CONFIG_HIGH_RES_TIMERS");
	for (int i = 0; i < 50; i++) {
		struct timespec t = { 0, 200000 };
		int64_t start = now(CLOCK_MONOTONIC), took;

		SYS(nanosleep(&t, NULL));
		took = now(CLOCK_MONOTONIC) - start;
		if (took < best)
			best = took;
	}
	CHECK(best < 1000000);
}

static volatile int count;

static void on_timer(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
	count++;
}

static void interval_timers(void)
{
	static const struct {
		int which, sig;
	} timers[] = { { ITIMER_REAL, SIGALRM }, { ITIMER_VIRTUAL, SIGVTALRM },
		       { ITIMER_PROF, SIGPROF } };
	struct itimerval t = { { 0, 2000 }, { 0, 5000 } }, left, off = { { 0, 0 }, { 0, 0 } };

	for (size_t i = 0; i < ARRAY_SIZE(timers); i++) {
		count = 0;
		on_signal(timers[i].sig, 0, on_timer);
		SYS(setitimer(timers[i].which, &t, NULL));
		SYS(getitimer(timers[i].which, &left));
		CHECK(left.it_interval.tv_usec >= 2000);
		while (count < 10)
			;	/* two of them count the time that is used */
		SYS(setitimer(timers[i].which, &off, NULL));
	}
}

static void timer_descriptors(void)
{
	struct itimerspec t = { { 0, 3000000 }, { 0, 3000000 } };
	int fd = SYS(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
	int64_t start = now(CLOCK_MONOTONIC);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t n, sum = 0;

	CHECK_ERR(read(fd, &n, 8), EAGAIN);
	SYS(timerfd_settime(fd, 0, &t, NULL));
	while (sum < 30) {
		CHECK_EQ(SYS(poll(&p, 1, -1)), 1);
		CHECK_EQ(SYS(read(fd, &n, 8)), 8);
		CHECK(n >= 1);
		sum += n;
		CHECK(now(CLOCK_MONOTONIC) - start >= (int64_t)sum * 3000000);
	}
}

/* Set in one order, they must come in the other, if all are set before the first is due. */
static bool timers_in_order(const sigset_t *set, int64_t in)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	int64_t first = now(CLOCK_MONOTONIC) + in;
	bool in_time, good = true;
	siginfo_t info;
	timer_t id[20];

	for (int i = 0; i < 20; i++) {
		int64_t at = first + (19 - i) * 2000000;
		struct itimerspec t = { .it_value = { at / 1000000000, at % 1000000000 } };

		e.sigev_value.sival_int = i;
		SYS(timer_create(CLOCK_MONOTONIC, &e, &id[i]));
		SYS(timer_settime(id[i], TIMER_ABSTIME, &t, NULL));
	}
	in_time = now(CLOCK_MONOTONIC) < first;
	for (int i = 19; i >= 0; i--) {
		CHECK_EQ(SYS(sigwaitinfo(set, &info)), SIGRTMIN);
		CHECK_EQ(info.si_code, SI_TIMER);
		good &= info.si_value.sival_int == i;
	}
	for (int i = 0; i < 20; i++)
		SYS(timer_delete(id[i]));
	CHECK(good || !in_time);
	return in_time;
}

static void posix_timers(void)
{
	int64_t in = 50000000;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	SYS(sigprocmask(SIG_BLOCK, &set, NULL));
	while (!timers_in_order(&set, in))
		in *= 2;
}

static void overruns_are_counted(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	struct itimerspec t = { { 0, 1000000 }, { 0, 1000000 } };
	struct timespec pause_time = { 0, 50000000 };
	siginfo_t info;
	sigset_t set;
	timer_t id;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	SYS(sigprocmask(SIG_BLOCK, &set, NULL));
	SYS(timer_create(CLOCK_MONOTONIC, &e, &id));
	SYS(timer_settime(id, 0, &t, NULL));
	SYS(nanosleep(&pause_time, NULL));
	SYS(sigwaitinfo(&set, &info));
	CHECK(timer_getoverrun(id) >= 40);
	CHECK_EQ(info.si_overrun, timer_getoverrun(id));
}

/* Many sleepers with different times: all wake, and none too early. */
static void many_sleepers(void)
{
	int64_t start = now(CLOCK_MONOTONIC);
	pid_t pid[20];

	for (int i = 0; i < 20; i++) {
		int64_t at = start + 100000000 + (i * 13 % 20) * 7000000;
		struct timespec t = { at / 1000000000, at % 1000000000 };

		pid[i] = SYS(fork());
		if (pid[i])
			continue;
		CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL), 0);
		CHECK(now(CLOCK_MONOTONIC) >= at);
		_exit(0);
	}
	for (int i = 0; i < 20; i++)
		reap(pid[i]);
}

static void real_time_can_be_set(void)
{
	struct timespec old, t;
	int64_t mono = now(CLOCK_MONOTONIC);

	SYS(clock_gettime(CLOCK_REALTIME, &old));
	t = old;
	t.tv_sec += 1000000;
	SYS(clock_settime(CLOCK_REALTIME, &t));
	CHECK(now(CLOCK_REALTIME) / 1000000000 >= t.tv_sec);
	CHECK(time(NULL) >= t.tv_sec);
	SYS(clock_settime(CLOCK_REALTIME, &old));
	CHECK(now(CLOCK_MONOTONIC) > mono);
	CHECK(now(CLOCK_MONOTONIC) - mono < 1000000 * 1000000000ll);
}

static const struct test tests[] = {
	T(clocks_go_forward), T(one_clock_for_all), T(sleeps_are_long_enough), T(absolute_sleeps),
	T(high_resolution), T(interval_timers), T(timer_descriptors), T(posix_timers),
	T(overruns_are_counted), T(many_sleepers), T(real_time_can_be_set),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
