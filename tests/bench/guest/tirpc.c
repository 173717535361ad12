/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What LMbench's network programs want of libtirpc, which brings ten more packages
 * with it.  They use it for servers that register with a port mapper; those that
 * the bench runs have fixed ports, and only try to unregister.
 */
int pmap_set(void);
int pmap_unset(void);
int pmap_getport(void);

int pmap_set(void)
{
	return 0;
}

int pmap_unset(void)
{
	return 0;
}

int pmap_getport(void)
{
	return 0;
}
