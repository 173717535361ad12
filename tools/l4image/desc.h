/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A system description in memory: what describe.c reads out of the device tree,
 * layout.c completes, check.c and quota.c judge, payload.c writes.
 *
 * Strings point into the device tree.  References between cells, devices and
 * shared memory are indices or pointers into these arrays, which do not move.
 */
#ifndef DESC_H
#define DESC_H

#include <stdbool.h>
#include <stdint.h>
#include <l4/bootinfo.h>
#include "elf-file.h"
#include "file.h"

#define DESC_DEVICES	96	/* of a board */
#define DESC_SHARED	32
#define DESC_RANGES	(L4_CELL_SEGMENTS + L4_CELL_MEMORIES + L4_CELL_DEVICES + 4)
#define DESC_RAMS	2
#define DESC_LIST	16

struct number {
	uint32_t value;
	bool set;
};

/* A property that is a list of numbers or strings, as it is in the tree. */
struct list {
	const char *data;
	int size;		/* bytes; 0: absent */
};

struct range {
	uint32_t base, size;
};

/* Where something stands in the description: what errors begin with. */
struct place {
	char path[96];
};

struct cell;

struct device {
	const char *name;
	struct place place;
	struct list registers, irq_list;
	struct range reg;		/* size 0: none */
	unsigned int irqs;
	uint32_t irq[L4_DEVICE_IRQS];
	bool dma_master;
	uint32_t phandle;
	int linux_node;			/* in desc->fdt: nodes for a Linux that has it; < 0: none */
	const struct cell *owner;	/* the cell that has it */
};

struct board {
	const char *model;
	struct list ram_list, reserved_list, reserved_irq_list;
	struct range ram[DESC_RAMS], reserved[DESC_LIST];
	uint32_t reserved_irq[DESC_LIST];
	unsigned int rams, reserveds, reserved_irqs;
	struct number irq_lines;
	unsigned int devices;
	struct device device[DESC_DEVICES];
};

/* Memory that several cells have; or with `place` in a cell, that cell's own. */
struct memory {
	const char *name;
	struct place place;
	struct number base, size, slot, va;
	struct list right_list;
	uint32_t rights;
	const char *shared_name;
	struct memory *shared;		/* in desc->shared, or NULL */
	bool unmapped;
	bool used;			/* in desc->shared: some cell has it */
};

struct device_use {
	struct device *device;
	uint32_t slot, va, irq_slot[L4_DEVICE_IRQS];
};

struct channel {
	const char *name;
	struct place place;
	const char *to_name;
	uint32_t to;			/* index of the cell */
	struct number slot, badge;
	struct list right_list;
	uint32_t rights;
};

/* Part of a cell's space that is taken: [base, end). */
struct taken {
	uint64_t base, end;
	bool aligned;			/* mapped by whole megabytes where it covers them */
	char what[64];
};

/* A file of the image; cells with the same program share it. */
struct program {
	const char *name;
	char path[4096];
	struct file file;
	struct elf elf;
	uint32_t offset[ELF_SEGMENTS];	/* of the segments in the payload */
};

/* A file that is in the image as it is; guests with the same one share it. */
struct blob {
	const char *name;
	char path[4096];
	struct file file;
	uint32_t offset;		/* in the payload */
};

/* The Linux that a guest cell runs in the place of a program. */
struct guest {
	bool set;
	struct place place;
	const char *image_name, *dtb_name, *initrd_name;
	struct list bootarg_list;
	struct number watchdog;
	struct blob *image, *initrd;	/* initrd: NULL: none */
	char dtb_path[4096];
	struct file dtb;		/* pruned for this guest */
	uint32_t dtb_offset;		/* in the payload */
	uint32_t dtb_base, initrd_base;	/* physical */
	uint32_t supervisor;		/* slot */
	unsigned int ram;		/* index of its memory */
};

struct cell {
	const char *name;
	struct place place;
	const char *program_name, *restart_name;
	struct program *program;
	struct number heap, stack, quota, slots, priority, max_priority, core, restarts, arg;
	struct number budget, period;	/* us; neither: it is not limited */
	struct number heartbeat;	/* ms */
	struct list device_list;
	bool trusted_dma, console, system, server, guest;
	uint32_t heap_base, stack_top, restart;
	struct guest linux_guest;
	unsigned int memories, devices, channels, takens;
	struct memory memory[L4_CELL_MEMORIES];
	struct device_use device[L4_CELL_DEVICES];
	struct channel channel[L4_CELL_CHANNELS];
	struct taken taken[DESC_RANGES];
};

struct desc {
	const void *fdt;
	struct board board;
	bool poweroff;
	struct cell root;		/* name, program and priority only */
	unsigned int cells, shareds, programs, blobs;
	struct cell cell[L4_BOOT_CELLS];
	struct memory shared[DESC_SHARED];
	struct program program[L4_BOOT_CELLS + 1];
	struct blob blob[2 * L4_BOOT_CELLS];
};

/* The kernel that the image is for. */
struct kernel {
	struct file file;
	struct elf elf;
	uint32_t base;			/* physical: first byte of its memory */
	uint32_t pool;			/* bytes for objects */
	uint32_t payload;		/* physical */
};

/* Each returns with errors counted by report(); the next needs none from the last. */
void board_read(struct desc *d, int node);			/* board.c */
void describe(struct desc *d, const void *fdt, size_t size);	/* describe.c */
void describe_connect(struct desc *d);				/* connect.c */
void cell_read(struct desc *d, int node, const char *name);	/* cell.c */
uint32_t rights_read(const struct place *p, const struct list *l, uint32_t allowed,
		     const char *what);				/* rights.c */
void programs_load(struct desc *d, char *const dirs[], unsigned int n);	/* program.c */
void programs_free(struct desc *d);
void linux_read(struct desc *d, struct cell *c, int node);	/* linux.c */
void linux_load(struct desc *d, char *const dirs[], unsigned int n);
void linux_free(struct desc *d);
void layout(struct desc *d);					/* layout.c */
void slots_assign(struct desc *d);				/* slots.c */
void check(const struct desc *d);				/* check.c */
void quota_check(struct desc *d, const struct kernel *k);	/* quota.c */
void check_ram(const struct desc *d, const struct kernel *k, uint32_t payload_size); /* ram.c */

/* The payload, page aligned in size; NULL if it is too large. */
uint8_t *payload_build(struct desc *d, uint32_t *size);		/* payload.c */

#endif
