/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * IPC, notification, stopping and waking between two cores, as the kernel for
 * several cores does them: the ticket lock with its events (arch/arm/lock.S,
 * smp.c), holding another core, idle cores and the interrupts that wake them
 * (core/sched.c), and the states of a call (ipc/).
 *
 * Thread A, on core 0, does OPS things in any order: it calls B, notifies B, stops
 * B and starts it again, has core 1 obey an order.  B, on core 1, answers and
 * receives for ever.  L, below B, never leaves user mode.
 *
 * Checked: no state in which both cores wait for ever but the wanted one, in which
 * A is through, B receives, and no bit is left; no operation of a stopped thread.
 * Assumed: memory is sequentially consistent (the barriers are what makes it so);
 * an interrupt that is pending stays so until it is taken.
 *
 * PLANT=n puts in a fault; each must be found.
 */
#ifndef OPS
#define OPS 3
#endif
#ifndef PLANT
#define PLANT 0
#endif

#define A	0
#define B	1
#define L	2
#define IDLE	3
#define NOBODY	4

#define BEHIND	2	/* what entry can be, see arch/arm/entry.h */
#define AT	1

mtype = { STOPPED, READY, SEND, RECV, REPLY };

/* the lock, and what the cores tell each other */
byte next, served;
bool event[2], pending[2], kicked[2], waiting[2], order[2], asleep[2];
byte entry[2], current[2], loaded[2];

/* threads; `ready`: in their core's queue */
mtype state[3];
bool ready[3];
bool notified, has_caller, finished;

#define core_of(t)	(t != A)

inline sev()
{
	d_step { event[0] = true; event[1] = true }
}

inline wfe(c)
{
	atomic { event[c] -> event[c] = false }
}

/* A core that waits for the lock is held, and obeys. */
inline lock(c)
{
	d_step { ticket = next; next = (next + 1) % 4 }
	if
	:: served == ticket
	:: else ->
		waiting[c] = true;
		sev();
		do
		:: served == ticket -> break
		:: else ->
			if
			:: order[c] ->
				order[c] = false;
				if
				:: PLANT != 3 -> sev()
				:: else
				fi
			:: else
			fi;
			wfe(c)
		od;
		waiting[c] = false
	fi
}

inline unlock()
{
	served = (served + 1) % 4;
	if
	:: PLANT != 1 -> sev()
	:: else
	fi
}

/* By the holder of the lock: the other core is at the lock, or comes there. */
inline hold(c, other)
{
	if
	:: !waiting[other] ->
		sev();
		if
		:: PLANT != 7 -> pending[other] = true
		:: else
		fi
	:: else
	fi;
	do
	:: waiting[other] -> break
	:: else -> wfe(c)
	od
}

inline kick(other)
{
	if
	:: !kicked[other] -> kicked[other] = true; pending[other] = true
	:: else
	fi
}

/* The highest ready thread of a core: A, or B before L. */
inline pick(c)
{
	if
	:: c == 0 && ready[A] -> ready[A] = false; current[c] = A
	:: c == 1 && ready[B] -> ready[B] = false; current[c] = B
	:: c == 1 && !ready[B] && ready[L] -> ready[L] = false; current[c] = L
	:: else -> current[c] = IDLE
	fi
}

inline wake_far(t)
{
	state[t] = READY;
	ready[t] = true;
	if
	:: PLANT == 2 && current[core_of(t)] == IDLE
	:: PLANT == 4 && !asleep[core_of(t)] && current[core_of(t)] == IDLE
	:: else -> kick(core_of(t))
	fi
}

/* An interrupt, under the lock: what other cores have put into the queues. */
inline take_interrupt(c)
{
	if
	:: pending[c] ->
		pending[c] = false;
		if
		:: PLANT != 5 -> kicked[c] = false
		:: else
		fi;
		if
		:: current[c] == IDLE -> pick(c)
		:: current[c] == L && ready[B] -> ready[L] = true; pick(c)
		:: else
		fi
	:: else
	fi
}

/* Stops B, which another core may be running, or about to run. */
inline stop_b(c)
{
	if
	:: current[1] == B ->
		hold(c, 1);
		if
		:: PLANT != 6 -> entry[1] = 0
		:: else
		fi;
		loaded[1] = NOBODY;
		pick(1)
	:: else -> ready[B] = false
	fi;
	state[B] = STOPPED
}

/* A's operations.  Each is one stay in the kernel. */
inline operate_a(c)
{
	if
	:: more > 0 && state[B] != STOPPED ->	/* call */
		more--;
		if
		:: state[B] == RECV ->
			has_caller = true;
			state[A] = REPLY;
			wake_far(B)
		:: else -> state[A] = SEND
		fi;
		pick(c)
	:: more > 0 ->				/* notify */
		more--;
		if
		:: state[B] == RECV -> wake_far(B)
		:: else -> notified = true
		fi
	:: more > 0 && state[B] != STOPPED -> more--; stop_b(c)
	:: state[B] == STOPPED -> wake_far(B)
	:: more > 0 ->				/* what only core 1 can do */
		more--;
		hold(c, 1);
		order[1] = true;
		sev();
		do
		:: !order[1] -> break
		:: else -> wfe(c)
		od
	:: more == 0 && state[B] != STOPPED -> finished = true; state[A] = STOPPED; pick(c)
	fi
}

/* B answers its caller, and receives: bits, a message, or it waits. */
inline operate_b(c)
{
	if
	:: has_caller -> has_caller = false; wake_far(A)
	:: else
	fi;
	if
	:: notified -> notified = false
	:: !notified && state[A] == SEND -> state[A] = REPLY; has_caller = true
	:: else -> state[B] = RECV; pick(c)
	fi
}

proctype core(byte c)
{
	byte ticket, more = OPS;

	lock(c);
	goto exit;

user:	if
	:: pending[c] -> entry[c] = AT
	:: current[c] != L -> entry[c] = BEHIND
	:: finished && !ready[B] && current[c] == L && !notified -> goto end
	fi;
	lock(c);
	if
	:: entry[c] == 0 -> goto exit	/* another core has dealt with the thread */
	:: entry[c] == AT -> take_interrupt(c)
	:: else ->
		assert(state[current[c]] == READY);
		if
		:: c == 0 -> operate_a(c)
		:: else -> operate_b(c)
		fi
	fi;

exit:	do
	:: current[c] == IDLE ->
		loaded[c] = NOBODY;
		entry[c] = AT;
		unlock();
		asleep[c] = true;
		if
		:: pending[c]
		:: finished && state[B] == RECV && !notified -> goto end
		fi;
		asleep[c] = false;
		lock(c);
		take_interrupt(c)
	:: else -> break
	od;
	loaded[c] = current[c];
	unlock();
	goto user;

end:	assert(finished && !notified && state[B] == RECV)
}

init {
	atomic {
		state[A] = READY; state[B] = READY; state[L] = READY;
		current[0] = A;
		current[1] = B;
		if
		:: ready[L] = true
		:: state[L] = STOPPED
		fi;
		run core(0);
		run core(1)
	}
}
