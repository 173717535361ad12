# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Which ARM instructions do not do in user mode what they do in a privileged mode:
undefined, unpredictable, or, which is worse, silently something else.  Written
from the encodings of the ARM Architecture Reference Manual, ARMv7-A (A5, A6, B9).

  mode     cps, and srs, rfe, eret, which change the mode or use its banked stack
  psr      mrs and msr of more than the flags: without effect, or wrong bits
  return   an s-form that writes the pc: the spsr to the cpsr
  banked   ldm and stm with ^, mrs and msr of banked registers
  wait     wfi, wfe: user mode may, but sleeps where others cannot wake it
  call     smc, hvc
  cp15     all but the barriers and the thread registers that are a user's
  cp14     debug and trace
  vfp      vmrs and vmsr of system registers
  cp       a coprocessor that a Cortex-A9 does not have
"""
FIELD_F, FIELD_S, FIELD_X, FIELD_C = 8, 4, 2, 1
FPSCR = 1
# (op1, CRn, CRm, op2), and what a user may: r, w
CP15_USER = {(0, 7, 5, 4): "w", (0, 7, 10, 4): "w", (0, 7, 10, 5): "w",     # isb, dsb, dmb
             (0, 13, 0, 2): "rw", (0, 13, 0, 3): "r"}                       # TPIDRURW, TPIDRURO


def coprocessor(w):
    """The low 28 bits of any coprocessor instruction, A32 or T32."""
    number = w >> 8 & 15
    move = w & 0x0f000010 == 0x0e000010                 # mcr, mrc
    if number in (10, 11):
        # vmrs, vmsr; all other instructions of VFP and NEON are a user's
        system = move and number == 10 and w >> 21 & 7 == 7 and w >> 16 & 15 != FPSCR
        return "vfp" if system else None
    if number == 14:
        return "cp14"
    if number != 15:
        return "cp"
    user = CP15_USER.get((w >> 21 & 7, w >> 16 & 15, w & 15, w >> 5 & 7), "") if move else ""
    return None if ("r" if w & 1 << 20 else "w") in user else "cp15"


def msr_fields(w):
    """msr: the flags and the GE bits are a user's, of the cpsr"""
    fields = w >> 16 & 15
    return "psr" if w & 1 << 22 or fields & (FIELD_C | FIELD_X) else None


def msr_immediate(w):
    """Hints are encoded as msr of no fields."""
    if w & 0x004f0000:
        return msr_fields(w)
    return "wait" if w & 0xff in (2, 3) else None


def writes_pc(w):
    # multiplications and the extra loads share the code space of register shifts
    return "return" if w & 0x02000090 != 0x90 else None


def kind(name):
    return lambda w: name


ALL, COND, NEVER = range(3)     # a condition of its own, any but 1111, 1111
RULES = [   # (mask, value) of bits 27..0, conditions, which kind
    (0x0ff10020, 0x01000000, NEVER, kind("mode")),          # cps
    (0x0e500000, 0x08400000, NEVER, kind("mode")),          # srs
    (0x0e500000, 0x08100000, NEVER, kind("mode")),          # rfe
    (0x0fb0f000, 0x0320f000, COND, msr_immediate),
    (0x0fb0fff0, 0x0120f000, COND, msr_fields),             # msr register
    (0x0fbf0fff, 0x010f0000, COND, kind("psr")),            # mrs
    (0x0fb00eff, 0x01000200, COND, kind("banked")),         # mrs banked
    (0x0fb0fef0, 0x0120f200, COND, kind("banked")),         # msr banked
    (0x0ff000f0, 0x01400070, COND, kind("call")),           # hvc
    (0x0ff000f0, 0x01600070, COND, kind("call")),           # smc
    (0x0fffffff, 0x0160006e, COND, kind("mode")),           # eret
    (0x0c10f000, 0x0010f000, COND, writes_pc),              # movs pc, subs pc, teqp
    (0x0e400000, 0x08400000, COND, kind("banked")),         # ldm, stm with ^
    (0x0e000000, 0x0c000000, ALL, coprocessor),             # ldc, stc, mcrr, mrrc
    (0x0f000000, 0x0e000000, ALL, coprocessor),             # cdp, mcr, mrc
]


def table():
    """The rules that may fit an instruction with these bits 31..20"""
    found = []
    for top in range(1 << 12):
        never = top >> 8 == 15
        bits = (top & 0xff) << 20
        found.append([(mask, value, what) for mask, value, condition, what in RULES
                      if (condition == ALL or never == (condition == NEVER)) and
                      not (bits ^ value) & mask & 0x0ff00000])
    return found


TABLE = table()


def classify(w):
    """The kind of an A32 instruction; None: user mode has it."""
    for mask, value, what in TABLE[w >> 20]:
        if w & mask == value and what(w):
            return what(w)
    return None


def classify_t16(w):
    if w & 0xffe8 == 0xb660:
        return "mode"                           # cps
    return "wait" if w in (0xbf20, 0xbf30) else None


def classify_t32(w):
    """The second half word is in the low bits."""
    if w & 0xec000000 == 0xec000000 and w & 0x03000000 != 0x03000000:
        return coprocessor(w & 0x0fffffff)
    if w & 0xffe0d000 == 0xf3808000:
        return "psr" if w & 1 << 20 or w & 0x300 else None      # msr
    if w & 0xffe0d000 == 0xf3e08000:
        return "psr"                                            # mrs
    if w & 0xfff0d000 == 0xf3a08000:
        return "mode" if w & 0x700 else "wait" if w & 0xff in (2, 3) else None
    if w & 0xfff0d000 == 0xf3d08000:
        return "return"                                         # subs pc, lr
    if w & 0xffe0f000 in (0xf7e08000, 0xf7f08000):
        return "call"
    if w & 0xfe400000 == 0xe8000000 and w & 0x01800000 in (0, 0x01800000):
        return "mode"                                           # srs, rfe
    return None
