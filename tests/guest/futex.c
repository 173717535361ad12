// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Futexes, by the calls themselves and through pthreads: mutexes of all kinds,
 * conditions, barriers, semaphores, between threads and between processes.
 */
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include "lib/check.h"

#define THREADS	6

static long futex(void *word, int op, int value, const struct timespec *t, void *word2, int value3)
{
	return syscall(SYS_futex, word, op, value, t, word2, value3);
}

static void *shared_page(void)
{
	return SYS(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

static void run_threads(void *(*run)(void *), void *arg)
{
	pthread_t t[THREADS];

	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&t[i], NULL, run, arg), 0);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(t[i], NULL), 0);
}

static void calls(void)
{
	struct timespec brief = { 0, 10000000 };
	int *word = pages(1, PROT_READ | PROT_WRITE), *ro = pages(1, PROT_READ);

	CHECK_ERR(futex(word, FUTEX_WAIT, 1, NULL, NULL, 0), EAGAIN);
	CHECK_ERR(futex(word, FUTEX_WAIT, 0, &brief, NULL, 0), ETIMEDOUT);
	CHECK_ERR(futex(word, FUTEX_WAIT_BITSET, 0, NULL, NULL, 0), EINVAL);
	CHECK_EQ(futex(word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0), 0);
	CHECK_ERR(futex((char *)word + 1, FUTEX_WAIT, 0, &brief, NULL, 0), EINVAL);
	CHECK_ERR(futex((void *)8, FUTEX_WAIT, 0, &brief, NULL, 0), EFAULT);
	CHECK_ERR(futex((void *)0xc0008000, FUTEX_WAIT, 0, &brief, NULL, 0), EFAULT);
	CHECK_ERR(futex((void *)0xc0008000, FUTEX_WAKE, 0, NULL, NULL, 0), EFAULT);
	CHECK_ERR(futex(word, FUTEX_WAKE_OP, 1, (void *)1, (void *)0xfe000000,
			FUTEX_OP(FUTEX_OP_ADD, 1, FUTEX_OP_CMP_EQ, 0)), EFAULT);
	CHECK_ERR(futex(word, FUTEX_WAKE_OP, 1, (void *)1, ro,
			FUTEX_OP(FUTEX_OP_ADD, 1, FUTEX_OP_CMP_EQ, 0)), EFAULT);
	CHECK_ERR(futex(ro, FUTEX_LOCK_PI, 0, NULL, NULL, 0), EFAULT);
	CHECK_EQ(*ro, 0);
}

static void operations(void)
{
	int *word = pages(1, PROT_READ | PROT_WRITE);
	static const struct {
		int op, arg, before, after;
	} table[] = {
		{ FUTEX_OP_SET, 77, 5, 77 }, { FUTEX_OP_ADD, 3, 5, 8 }, { FUTEX_OP_OR, 10, 5, 15 },
		{ FUTEX_OP_ANDN, 4, 5, 1 }, { FUTEX_OP_XOR, 6, 5, 3 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		word[0] = table[i].before;
		CHECK_EQ(futex(word + 1, FUTEX_WAKE_OP, 1, (void *)1, word,
			       FUTEX_OP(table[i].op, table[i].arg, FUTEX_OP_CMP_EQ, 5)), 0);
		CHECK_EQ(word[0], table[i].after);
	}
}

static void wait_on(void *word)
{
	int *w = word;

	CHECK_EQ(futex(w, FUTEX_WAIT, 0, NULL, NULL, 0), 0);
	__atomic_add_fetch(w + 8, 1, __ATOMIC_SEQ_CST);
}

static void wake_and_requeue(void)
{
	int *w = shared_page();
	pid_t pid[6];

	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = spawn(wait_on, w);
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		wait_state(pid[i], 'S');
	CHECK_EQ(futex(w, FUTEX_WAKE, 2, NULL, NULL, 0), 2);
	CHECK_ERR(futex(w, FUTEX_CMP_REQUEUE, 1, (void *)INT_MAX, w + 4, 1), EAGAIN);
	CHECK_EQ(futex(w, FUTEX_CMP_REQUEUE, 1, (void *)2, w + 4, 0), 3);
	CHECK_EQ(futex(w + 4, FUTEX_WAKE, 10, NULL, NULL, 0), 2);
	CHECK_EQ(futex(w, FUTEX_WAKE, 10, NULL, NULL, 0), 1);
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		reap(pid[i]);
	CHECK_EQ(w[8], 6);
}

/* --- mutexes --- */

static pthread_mutex_t mutex;
static long long sum;

static void *add_under_lock(void *arg)
{
	for (unsigned i = 0; i < loops(500); i++) {
		CHECK_EQ(pthread_mutex_lock(arg), 0);
		long long old = sum;

		if (i % 8 == 0)
			yield();
		sum = old + 1;
		CHECK_EQ(pthread_mutex_unlock(arg), 0);
	}
	return NULL;
}

static void mutex_of(int type, int protocol)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	CHECK_EQ(pthread_mutexattr_settype(&attr, type), 0);
	CHECK_EQ(pthread_mutexattr_setprotocol(&attr, protocol), 0);
	CHECK_EQ(pthread_mutex_init(&mutex, &attr), 0);
	sum = 0;
	run_threads(add_under_lock, &mutex);
	CHECK_EQ(sum, (long long)THREADS * loops(500));
	CHECK_EQ(pthread_mutex_destroy(&mutex), 0);
}

static void mutexes(void)
{
	mutex_of(PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE);
	mutex_of(PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE);
	mutex_of(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_NONE);
}

static void priority_inheritance(void)
{
	mutex_of(PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT);
	mutex_of(PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_INHERIT);
}

static void die_with_the_lock(void *arg)
{
	CHECK_EQ(pthread_mutex_lock(arg), 0);
	/* ends without unlocking */
}

static void robust_mutex(int protocol)
{
	pthread_mutex_t *m = shared_page();
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setprotocol(&attr, protocol);
	CHECK_EQ(pthread_mutex_init(m, &attr), 0);
	for (unsigned i = 0; i < loops(20); i++) {
		reap(spawn(die_with_the_lock, m));
		CHECK_EQ(pthread_mutex_lock(m), EOWNERDEAD);
		CHECK_EQ(pthread_mutex_consistent(m), 0);
		CHECK_EQ(pthread_mutex_unlock(m), 0);
	}
}

static void robust(void)
{
	robust_mutex(PTHREAD_PRIO_NONE);
	robust_mutex(PTHREAD_PRIO_INHERIT);
}

/* --- conditions, barriers, reader-writer locks, semaphores --- */

static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t turn_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned turn;

static void *in_turn(void *arg)
{
	unsigned me = __atomic_fetch_add((unsigned *)arg, 1, __ATOMIC_SEQ_CST);

	pthread_mutex_lock(&turn_lock);
	for (unsigned i = 0; i < loops(100); i++) {
		while (turn % THREADS != me)
			pthread_cond_wait(&turn_changed, &turn_lock);
		turn++;
		pthread_cond_broadcast(&turn_changed);
	}
	pthread_mutex_unlock(&turn_lock);
	return NULL;
}

static void conditions(void)
{
	unsigned next = 0;

	run_threads(in_turn, &next);
	CHECK_EQ(turn, THREADS * loops(100));
}

static pthread_barrier_t barrier;
static int arrived;

static void *meet(void *arg)
{
	(void)arg;
	for (unsigned i = 1; i <= loops(100); i++) {
		__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
		pthread_barrier_wait(&barrier);
		CHECK(arrived >= (int)(i * THREADS));
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

static void barriers(void)
{
	pthread_barrier_init(&barrier, NULL, THREADS);
	run_threads(meet, NULL);
	CHECK_EQ(arrived, THREADS * loops(100));
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static int pair[2];

static void *read_and_write(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < loops(300); i++) {
		if (i % 5) {
			pthread_rwlock_rdlock(&rwlock);
			CHECK_EQ(pair[0], pair[1]);
		} else {
			pthread_rwlock_wrlock(&rwlock);
			pair[0]++;
			yield();
			pair[1]++;
		}
		pthread_rwlock_unlock(&rwlock);
	}
	return NULL;
}

static void readers_and_writers(void)
{
	run_threads(read_and_write, NULL);
	CHECK_EQ(pair[0], THREADS * (int)((loops(300) + 4) / 5));
}

static void semaphores_between_processes(void)
{
	sem_t *sem = shared_page();
	unsigned turns = loops(300);
	volatile unsigned *n = (unsigned *)(sem + 2);
	pid_t pid;

	CHECK_EQ(sem_init(&sem[0], 1, 1), 0);
	CHECK_EQ(sem_init(&sem[1], 1, 0), 0);
	pid = SYS(fork());
	for (unsigned i = 0; i < turns; i++) {
		SYS(sem_wait(&sem[pid ? 0 : 1]));
		CHECK_EQ(*n, 2 * i + !pid);
		++*n;
		SYS(sem_post(&sem[pid ? 1 : 0]));
	}
	if (pid == 0)
		_exit(0);
	reap(pid);
	CHECK_EQ(*n, 2 * turns);
}

static void *short_thread(void *arg)
{
	return (char *)arg + 1;
}

static void many_threads(void)
{
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	for (uintptr_t i = 0; i < loops(300); i++) {
		pthread_t t;
		void *result;

		CHECK_EQ(pthread_create(&t, &attr, short_thread, (void *)i), 0);
		CHECK_EQ(pthread_join(t, &result), 0);
		CHECK_EQ((uintptr_t)result, i + 1);
	}
}

static void *wait_for_ever(void *arg)
{
	pause();
	return arg;
}

static void cancelled_threads(void)
{
	for (unsigned i = 0; i < loops(20); i++) {
		pthread_t t;
		void *result;

		CHECK_EQ(pthread_create(&t, NULL, wait_for_ever, NULL), 0);
		yield();
		CHECK_EQ(pthread_cancel(t), 0);
		CHECK_EQ(pthread_join(t, &result), 0);
		CHECK(result == PTHREAD_CANCELED);
	}
}

static const struct test tests[] = {
	T(calls), T(operations), T(wake_and_requeue), T(mutexes), T(priority_inheritance),
	T(robust), T(conditions), T(barriers), T(readers_and_writers),
	T(semaphores_between_processes), T(many_threads), T(cancelled_threads),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
