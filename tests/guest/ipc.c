// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * System V shared memory, semaphores and message queues, and POSIX message
 * queues.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include "lib/check.h"

static void *attach(int id, void *at, int flags)
{
	return SYS(shmat(id, at, flags));
}

static void shared_memory(void)
{
	int id = SYS(shmget(IPC_PRIVATE, 8 * PAGE, IPC_CREAT | 0600));
	volatile char *p = attach(id, NULL, 0), *q, *ro;
	struct shmid_ds info;
	pid_t pid;

	for (int i = 0; i < 8; i++)
		p[i * PAGE] = i;
	pid = SYS(fork());
	if (pid == 0) {
		for (int i = 0; i < 8; i++) {
			CHECK_EQ(p[i * PAGE], i);
			p[i * PAGE] = 10 + i;
		}
		_exit(0);
	}
	reap(pid);
	q = attach(id, (void *)0x28000000, 0);
	ro = attach(id, NULL, SHM_RDONLY);
	CHECK(q == (char *)0x28000000);
	for (int i = 0; i < 8; i++)
		CHECK(p[i * PAGE] == 10 + i && q[i * PAGE] == 10 + i && ro[i * PAGE] == 10 + i);
	MUST_FAULT(store_byte, ro, SIGSEGV, SEGV_ACCERR, ro);
	SYS(shmctl(id, IPC_STAT, &info));
	CHECK_EQ(info.shm_nattch, 3);
	SYS(shmdt((char *)q));
	MUST_FAULT(load_byte, q, SIGSEGV, SEGV_MAPERR, q);
	SYS(shmctl(id, IPC_RMID, NULL));
	CHECK_EQ(p[0], 10);	/* until the last one lets it go */
	CHECK_ERR(shmget(12345, PAGE, 0), ENOENT);
}

static int op(int id, int which, int n, int flags)
{
	struct sembuf b = { which, n, flags };

	return semop(id, &b, 1);
}

static void semaphores(void)
{
	int id = SYS(semget(IPC_PRIVATE, 2, IPC_CREAT | 0600));
	pid_t pid;

	SYS(semctl(id, 0, SETVAL, 1));
	SYS(semctl(id, 1, SETVAL, 0));
	CHECK_ERR(op(id, 1, -1, IPC_NOWAIT), EAGAIN);
	pid = SYS(fork());
	for (unsigned i = 0; i < loops(200); i++) {
		SYS(op(id, pid ? 0 : 1, -1, 0));
		SYS(op(id, pid ? 1 : 0, 1, 0));
	}
	if (pid == 0) {
		SYS(op(id, 1, 5, SEM_UNDO));	/* taken back at its end */
		_exit(0);
	}
	reap(pid);
	CHECK_EQ(semctl(id, 0, GETVAL), 1);
	CHECK_EQ(semctl(id, 1, GETVAL), 0);
	pid = SYS(fork());
	if (pid == 0) {
		CHECK_ERR(op(id, 1, -1, 0), EIDRM);
		_exit(0);
	}
	wait_state(pid, 'S');
	SYS(semctl(id, 0, IPC_RMID));
	reap(pid);
}

struct message {
	long type;
	char text[2000];
};

static void message_queues(void)
{
	int id = SYS(msgget(IPC_PRIVATE, IPC_CREAT | 0600));
	struct message m = { .type = 2 };
	pid_t pid;

	pid = SYS(fork());
	if (pid == 0) {
		for (unsigned i = 0; i < loops(100); i++) {
			CHECK_EQ(msgrcv(id, &m, sizeof(m.text), 0, 0), i * 19 % 2000);
			CHECK_EQ(m.type, 1 + i % 3);
			CHECK(i * 19 % 2000 == 0 || m.text[i * 19 % 2000 - 1] == (char)i);
		}
		_exit(0);
	}
	for (unsigned i = 0; i < loops(100); i++) {
		m.type = 1 + i % 3;
		memset(m.text, i, sizeof(m.text));
		SYS(msgsnd(id, &m, i * 19 % 2000, 0));
	}
	reap(pid);
	m.type = 5;
	SYS(msgsnd(id, &m, 1, 0));
	m.type = 3;
	SYS(msgsnd(id, &m, 2, 0));
	CHECK_EQ(msgrcv(id, &m, sizeof(m.text), -4, 0), 2);
	CHECK_ERR(msgrcv(id, &m, 0, 5, 0), E2BIG);
	CHECK_EQ(msgrcv(id, &m, sizeof(m.text), 5, 0), 1);
	CHECK_ERR(msgrcv(id, &m, 1, 0, IPC_NOWAIT), ENOMSG);
	CHECK_ERR(msgsnd(id, (void *)0xc0008000, 10, 0), EFAULT);
	SYS(msgctl(id, IPC_RMID, NULL));
}

static volatile int notified;

static void on_message(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	CHECK_EQ(info->si_code, SI_MESGQ);
	notified++;
}

static void posix_message_queues(void)
{
	struct mq_attr attr = { .mq_maxmsg = 5, .mq_msgsize = 64 };
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	char text[64];
	unsigned priority;
	pid_t pid;
	mqd_t q;

	mq_unlink("/guest");
	q = mq_open("/guest", O_RDWR | O_CREAT, 0600, &attr);
	if (q == (mqd_t)-1 && errno == ENOSYS)
		skip("without CONFIG_POSIX_MQUEUE");
	CHECK(q != (mqd_t)-1);
	for (unsigned i = 0; i < 5; i++)
		SYS(mq_send(q, "m", 1, i * 3 % 5));
	for (unsigned i = 5; i-- > 0;) {
		CHECK_EQ(SYS(mq_receive(q, text, sizeof(text), &priority)), 1);
		CHECK_EQ(priority, i);
	}
	on_signal(SIGUSR1, 0, on_message);
	SYS(mq_notify(q, &e));
	pid = SYS(fork());
	if (pid == 0) {
		for (unsigned i = 0; i < 50; i++)
			SYS(mq_send(q, (char *)&i, 4, 0));	/* waits where it is full */
		_exit(0);
	}
	while (!notified)
		yield();
	for (unsigned i = 0, n; i < 50; i++) {
		CHECK_EQ(SYS(mq_receive(q, text, sizeof(text), NULL)), 4);
		memcpy(&n, text, 4);
		CHECK_EQ(n, i);
	}
	reap(pid);
	CHECK_EQ(notified, 1);
	SYS(mq_unlink("/guest"));
}

static const struct test tests[] = {
	T(shared_memory), T(semaphores), T(message_queues), T(posix_message_queues),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
