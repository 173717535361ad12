/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What the files of the guest kernel share.
 *
 * S runs everything but i_main and f_main.  Interrupts are those of the virtual
 * CPU: a flag in the register page.  The kernel can be preempted where they are
 * open and preempt_off is 0.
 */
#ifndef MINI_KERNEL_H
#define MINI_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include "mini.h"
#include "kernel/regs.h"

#define VP	((struct l4_vcpu_page *)VCPU_PAGE)
#define BOOT	((struct mini_boot *)(KERNEL_BASE + BOOT_OFFSET))
#define TASKS	2

#define FPEXC_EN 0x40000000

struct vfp {
	uint64_t d[32];
	uint32_t fpscr, pad;
};

enum task_state { TASK_NONE, TASK_READY, TASK_SLEEPS };

struct task {
	uint32_t pt[USER_PAGES];	/* PTE_: plain memory, only the kernel reads it */
	uint32_t stack[1024];
	uint32_t ksp;			/* while another task runs */
	l4_slot space;
	uint32_t tls, tlsw;
	uint32_t catch;			/* where a fault that nobody resolves goes on */
	uint32_t note;			/* an address to be mapped before it runs again, or 1 */
	enum task_state state;
	struct vfp vfp;
};

/* main.c */
extern struct task tasks[TASKS];
extern struct task *current;
extern uint32_t *current_pt;
extern uint32_t exit_flags;		/* not 0: exit_work before resume */
#define EXIT_RESCHED	1
#define EXIT_MAP	2		/* current->note */
#define EXIT_STATE	4		/* TLS or VFP enable */
#define EXIT_HOSTILE	8		/* always, in a hostile guest */
extern uint32_t preempt_off;
extern uint32_t counters[COUNT_MAX];
void kernel_main(void);
void schedule(void);
void preempt(void);
void task_exit(void);
void wake_all(void);
uint32_t exit_work(void);
void vfp_trap(struct regs *regs);

/* irq.c: do_irq runs in S, i_main is thread I. */
void do_irq(struct regs *regs);
void i_main(void);

/* mem.c */
void mem_init(void);
bool handle_fault(uint32_t addr, uint32_t need);
void queue_note(void);
void page_forget(uint32_t addr);
void page_drop(uint32_t addr);
bool page_readonly(uint32_t addr);
extern uint32_t vm_pt[VMALLOC_PAGES];
extern uint32_t hook;

/* pager.c: thread F. */
extern uint32_t shadow_faults, vmalloc_faults;
l4_word pte_attributes(uint32_t pte);
void f_main(void);

/* For inject.py, which writes what is to be done and reads the rest. */
struct inject {
	volatile uint32_t which;	/* CASE_ */
	uint32_t rounds, bad;
	uint32_t seen[LINES], handled[LINES];	/* interrupts, by I and by S */
};
extern struct inject inject;

/* syscall.c */
extern uint32_t reports;
void system_call(struct regs *regs);
void do_fault(struct regs *regs, uint32_t addr, uint32_t status, uint32_t class);
void do_kernel_fault(struct regs *regs, uint32_t addr, uint32_t status, uint32_t class);

/* print.c */
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void die(const char *why, uint32_t a, uint32_t b) __attribute__((noreturn));
void finish(uint32_t code) __attribute__((noreturn));

/* hostile.c */
static inline bool hostile(void)
{
	return BOOT->mode >= HOSTILE;
}
void hostile_exit(void);	/* before resume */
void hostile_tick(void);	/* in I */
void hostile_fault(void) __attribute__((noreturn));	/* a fault that nobody resolves */

/* entry.S */
void resume_user(struct regs *regs) __attribute__((noreturn));
void resume_raw(uint32_t which) __attribute__((noreturn));
extern char _start[], resume[], entry_svc[], entry_user_data[], entry_user_fetch[],
	entry_user_undef[], entry_user_align[], entry_user_fp[], entry_user_irq[],
	entry_kernel_data[], entry_kernel_fetch[], entry_kernel_undef[], entry_kernel_align[],
	entry_kernel_fp[], entry_kernel_irq[], return_to_user[];
extern char user_access_end[], user_access_failed[];
int user_load(uint32_t *value, uint32_t addr);
int user_store(uint32_t value, uint32_t addr);
void page_copy(void *to, const void *from);
void vfp_save(struct vfp *to);
void vfp_load(const struct vfp *from);
void switch_stack(uint32_t *save, uint32_t load);
void interrupt_now(void);

#define barrier() __asm__ volatile("" : : : "memory")

static inline uint32_t irq_save(void)
{
	uint32_t flags = VP->vif;

	VP->vif = L4_VIF_MASKED;
	barrier();
	return flags;
}

/* A store, then the test, never the reverse: an interrupt between them is seen. */
static inline void irq_enable(void)
{
	barrier();
	VP->vif = 0;
	if (VP->pending)
		__asm__ volatile("bl interrupt_now" : : : "r0", "r12", "lr", "cc", "memory");
}

static inline void irq_restore(uint32_t flags)
{
	if (!flags)
		irq_enable();
}

#endif
