/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * l4image: makes a bootable image of the kernel, the root cell and the cells of
 * a system description.  docs/system-description.md says what can stand there.
 *
 *   source.c    .dts to a binary tree           report.c    error lines
 *   tree.c      is the tree one                 node.c      its nodes, by table
 *   elf-file.c  programs' files                 file.c      any files
 *   describe.c, board.c, cell.c, connect.c, rights.c    the tree to desc.h
 *   check.c, quota.c, ram.c                     what can be wrong
 *   layout.c, slots.c                           what is left open
 *   linux.c, guest-*.c                          the Linux of a guest
 *   program.c, payload.c, image.c               what goes in, and out
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "desc.h"
#include "image.h"
#include "print.h"
#include "report.h"
#include "source.h"

#define DIRS 16

static const char usage[] =
	"l4image -k kernel.elf -p PROGRAMS [-p ...] -o image.elf [options] description.dts\n"
	"  -k FILE   the kernel\n"
	"  -p DIR    a folder with programs; the first that has a name wins\n"
	"  -o FILE   the image, as ELF: kernel and payload\n"
	"  -b FILE   the image, flat, from kernel_phys on (for U-Boot)\n"
	"  -I DIR    where the description includes from: configs/<board>\n"
	"  -D X[=Y]  a macro for the description\n"
	"  -S X=TEXT the same, with a string as its value; none if TEXT is empty\n"
	"  -M FILE   write what the image depends on, for make\n"
	"  -v        print what each cell gets: addresses, slots, quota\n";

struct options {
	const char *kernel, *elf, *flat;
	char *dir[DIRS], *include[DIRS], *define[DIRS];
	unsigned int dirs;
	bool verbose;
	struct source source;
};

static void add(char **list, unsigned int *n, char *value)
{
	if (*n == DIRS)
		die("more than %d of one option", DIRS);
	list[(*n)++] = value;
}

/* X=TEXT as X="TEXT", with what the quotes ask for. */
static void define_string(struct options *o, const char *arg)
{
	const char *text = strchr(arg, '=');
	char *to, *define;

	if (!text || text == arg)
		die("-S %s: expected NAME=TEXT", arg);
	if (!*++text)
		return;
	to = define = malloc(2 * strlen(arg) + 3);
	if (!define)
		die("no memory");
	to = stpncpy(to, arg, (size_t)(text - arg));
	*to++ = '"';
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			die("-S %s: the text can have printable ASCII characters only", arg);
		if (*text == '"' || *text == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	strcpy(to, "\"");
	add(o->define, &o->source.defines, define);
}

static void option(struct options *o, int c)
{
	switch (c) {
	case 'k':
		o->kernel = optarg;
		break;
	case 'p':
		add(o->dir, &o->dirs, optarg);
		break;
	case 'o':
		o->elf = optarg;
		break;
	case 'b':
		o->flat = optarg;
		break;
	case 'I':
		add(o->include, &o->source.includes, optarg);
		break;
	case 'D':
		add(o->define, &o->source.defines, optarg);
		break;
	case 'S':
		define_string(o, optarg);
		break;
	case 'M':
		o->source.deps = optarg;
		break;
	case 'v':
		o->verbose = true;
		break;
	default:
		fputs(usage, c == 'h' ? stdout : stderr);
		exit(c == 'h' ? 0 : 2);
	}
}

static void options(struct options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "k:p:o:b:I:D:S:M:vh")) != -1)
		option(o, c);
	if (!o->kernel || !o->elf || !o->dirs || optind != argc - 1) {
		fputs(usage, stderr);
		exit(2);
	}
	o->source.path = argv[optind];
	o->source.target = o->elf;
	o->source.include = o->include;
	o->source.define = o->define;
}

/* main has removed what an older build left: make would take it. */
static void stop_on_errors(void)
{
	if (report_errors())
		exit(1);
}

static void read_description(struct desc *d, const struct file *dtb, const struct options *o)
{
	report_begin(o->source.path);
	describe(d, dtb->data, dtb->size);
	stop_on_errors();
	describe_connect(d);
	check(d);
	programs_load(d, o->dir, o->dirs);
	linux_load(d, o->dir, o->dirs);
	stop_on_errors();
	layout(d);
	slots_assign(d);
	stop_on_errors();
}

static void write_image(const struct kernel *k, const uint8_t *payload, uint32_t size,
			const struct options *o)
{
	const char *wrong = image_write_elf(k, payload, size, o->elf);

	if (wrong)
		die("%s: cannot be written: %s", o->elf, wrong);
	wrong = o->flat ? image_write_flat(k, payload, size, o->flat) : NULL;
	if (wrong) {
		unlink(o->elf);
		die("%s: cannot be written: %s", o->flat, wrong);
	}
}

static void write_deps(const struct desc *d, const struct options *o)
{
	source_add_dep(&o->source, o->kernel);
	for (unsigned int i = 0; i < d->programs; i++)
		source_add_dep(&o->source, d->program[i].path);
	for (unsigned int i = 0; i < d->blobs; i++)
		source_add_dep(&o->source, d->blob[i].path);
	for (unsigned int i = 0; i < d->cells; i++)
		if (d->cell[i].linux_guest.set)
			source_add_dep(&o->source, d->cell[i].linux_guest.dtb_path);
}

int main(int argc, char **argv)
{
	static struct options o;
	static struct desc d;
	static struct kernel k;
	struct file dtb;
	uint8_t *payload;
	uint32_t size = 0;
	const char *wrong;

	options(&o, argc, argv);
	unlink(o.elf);
	if (o.flat)
		unlink(o.flat);
	wrong = kernel_read(&k, o.kernel);
	if (wrong)
		die("%s: %s", o.kernel, wrong);
	source_read(&o.source, &dtb);
	read_description(&d, &dtb, &o);
	quota_check(&d, &k);
	payload = payload_build(&d, &size);
	if (payload)
		check_ram(&d, &k, size);
	stop_on_errors();
	write_image(&k, payload, size, &o);
	write_deps(&d, &o);
	if (o.verbose)
		print_image(&d, &k, size);
	free(payload);
	programs_free(&d);
	linux_free(&d);
	file_free(&k.file);
	file_free(&dtb);
	return 0;
}
