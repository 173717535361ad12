/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Requests of the clients that speak in lines, and of root, who says which cell
 * has which badge.
 */
#include <string.h>
#include <l4/stubs.h>
#include <l4x/thread.h>
#include "console.h"

#define IRQ_BIT	1

struct client client[CON_ROOT + 1];
const struct uart *uart;

static l4_slot irq;
static l4_slot drain;
static bool drain_waits;
static bool irq_came;

struct client *client_of(const struct l4_message *m)
{
	return m->badge <= CON_ROOT && client[m->badge].lives ? &client[m->badge] : NULL;
}

/* A client that makes such a request is none of those that speak in bytes. */
static struct client *program_of(const struct l4_message *m)
{
	struct client *c = client_of(m);

	if (c)
		c->raw = false;
	return c;
}

static int serve_write(struct l4_message *m)
{
	struct client *c = program_of(m);
	l4_word n = m->mr[0];
	size_t first = sizeof(m->mr) - sizeof(m->mr[0]);

	if (!c)
		return L4_ERIGHT;
	if (n > CON_BYTES || l4_words(m->tag) < 1 + (n + 3) / 4)
		return L4_EINVAL;
	if (c->writer_waits || n > TEXT - (c->text_in - c->text_out))
		return L4_EAGAIN;
	output_add(c, &m->mr[1], n < first ? n : first);
	if (n > first)
		output_add(c, &l4x_buf()->mr[L4_MSG_REGS], n - first);
	output_run();
	if (c->text_in != c->text_out && output_save(&c->writer, &c->writer_waits))
		return SERVER_LATER;
	return 0;
}

static int serve_read(struct l4_message *m)
{
	struct client *c = program_of(m);

	if (!c)
		return L4_ERIGHT;
	if (l4_words(m->tag) < 1 || m->mr[0] < 1 || m->mr[0] > CON_BYTES)
		return L4_EINVAL;
	/* in place of one that has gone */
	if (c->reader_waits && l4_reply_save(c->reader) != L4_OK)
		return L4_EAGAIN;
	if (c->reader_waits) {
		c->reader_size = m->mr[0];
		return SERVER_LATER;
	}
	output_ask(c);
	c->reader_size = m->mr[0];
	if (input_take(c, m, c->reader_size))
		return (int)(1 + (m->mr[0] + 3) / 4);
	return output_save(&c->reader, &c->reader_waits) ? SERVER_LATER : L4_EBUSY;
}

/* A cell is new, or gone: what it left behind is written, what it waits for forgotten. */
static int serve_client(struct l4_message *m)
{
	struct client *c = &client[m->mr[0] % (CON_CLIENTS + 1)];

	if (l4_words(m->tag) < 6 || c == &client[0])
		return L4_EINVAL;
	if (c->writer_waits)
		(void)!l4_cap_delete(c->writer);
	c->writer_waits = false;
	output_close(c);
	c->lives = m->mr[5];
	memcpy(c->name, &m->mr[1], sizeof(c->name) - 1);
	c->was_raw = false;
	raw_forget(c);
	input_forget(c);
	return 0;
}

static int serve_drain(struct l4_message *m)
{
	(void)m;
	screen_hurry = true;
	output_run();
	screen_hurry = false;
	if (output_drained())
		return 0;
	return output_save(&drain, &drain_waits) ? SERVER_LATER : L4_EBUSY;
}

static int serve_irq(struct l4_message *m)
{
	int c;

	(void)m;
	while ((c = uart->get()) >= 0)
		input_char(c);
	input_rung();
	irq_came = true;
	return SERVER_LATER;
}

/* Before each wait: all output that can go.  Gives the time until more can. */
static l4_word before_wait(void)
{
	struct l4_message m = { .tag = l4_tag(0, 0) };

	screen_hurry = drain_waits;
	output_run();
	if (drain_waits && output_drained())
		output_answer(&drain, &drain_waits, &m);
	if (irq_came)
		(void)!l4_irq_ack(irq);
	irq_came = false;
	return screen_wait();
}

static const struct server_handler handlers[] = {
	{ CON_WRITE, 0, serve_write },
	{ CON_READ, 0, serve_read },
	{ CON_CLIENT, CON_ROOT, serve_client },
	{ CON_DRAIN, CON_ROOT, serve_drain },
	{ L4_CON_BELL, 0, serve_bell },
	{ L4_CON_GET, 0, serve_get },
	{ L4_CON_PUT, 0, serve_put },
	{ L4_CON_PUT + 1, 0, serve_put },
	{ L4_CON_PUT + 2, 0, serve_put },
	{ L4_CON_PUT + 3, 0, serve_put },
	{ SERVER_NOTIFIED, 0, serve_irq },
};

static const struct uart *uart_of(const struct l4x_device *d)
{
	static const struct uart *const known[] = { &pl011, &uart8250 };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strncmp(d->name, known[i]->name, strlen(known[i]->name)))
			return known[i];
	return NULL;
}

/* The UART is the first device of the description. */
int main(void)
{
	const struct l4x_device *d = &l4x_start()->device[0];
	struct server_wait wait = { .before = before_wait };

	if (!l4x_start()->devices || d->va == L4X_NOWHERE || !d->irqs) {
		l4x_printf("console: needs a UART with registers and an interrupt\n");
		return 1;
	}
	uart = uart_of(d);
	if (!uart) {
		l4x_printf("console: no driver for '%.16s', only for pl011 and uart\n", d->name);
		return 1;
	}
	strcpy(client[0].name, "console");
	client[0].lives = false;
	strcpy(client[CON_ROOT].name, "root");
	client[CON_ROOT].lives = true;
	uart->start((volatile l4_word *)d->va);
	irq = d->irq[0];
	if (l4x_irq_bind(irq, IRQ_BIT) != L4_OK) {
		l4x_printf("console: the interrupt of '%.16s' cannot be bound\n", d->name);
		return 1;
	}
	wait.accept = received = l4x_slot_alloc();
	server_run_with(handlers, sizeof(handlers) / sizeof(handlers[0]), &wait);
}
