# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Reads a payload back, from include/l4/bootinfo.h alone: the field lists below are
written from that header and share nothing with the builder.
"""
import struct
import zlib

HEADER = ("magic version size crc root_offset root_text root_data root_entry root_prio "
          "cells cells_offset memory memory_offset devices devices_offset channels channels_offset "
          "segments segments_offset flags guests guests_offset").split()
CELL = ("flags entry stack stack_top prio max_prio core quota slots heap_base heap_size restart "
        "restarts arg budget period heartbeat segment segments memory_first memories device "
        "devices channel channels guest").split()
SEGMENT = "va size file_offset file_size rights".split()
MEMORY = "base size slot va rights shared".split()
DEVICE = "base size slot va irqs irq0 irq1 irq2 irq3 slot0 slot1 slot2 slot3".split()
CHANNEL = "to slot badge rights".split()
GUEST = ("ram image_offset image_size dtb_offset dtb_size dtb_base initrd_offset initrd_size "
         "initrd_base supervisor watchdog").split()


class Record(dict):
    __getattr__ = dict.__getitem__


def record(data, at, fields, named=True):
    out, n = Record(), 0
    if named:
        raw = data[at:at + 16]
        out["name"], n = raw.split(b"\0")[0].decode(), 16
        assert raw[15] == 0 and not raw.strip(b"\0").count(0), "a name is not padded with zeros"
    out.update(zip(fields, struct.unpack_from("<%dI" % len(fields), data, at + n)))
    return out


def records(data, at, count, fields, named=True):
    size = 4 * len(fields) + (16 if named else 0)
    assert at % 4 == 0 and at + count * size <= len(data), "a list is outside of the payload"
    return [record(data, at + i * size, fields, named) for i in range(count)]


class Payload:
    def __init__(self, data):
        self.data = data
        self.header = h = record(data, 0, HEADER, named=False)
        self.crc_is_right = zlib.crc32(data[16:]) == h.crc
        self.cells = records(data, h.cells_offset, h.cells, CELL)
        self.memory = records(data, h.memory_offset, h.memory, MEMORY)
        self.devices = records(data, h.devices_offset, h.devices, DEVICE)
        self.channels = records(data, h.channels_offset, h.channels, CHANNEL)
        self.segments = records(data, h.segments_offset, h.segments, SEGMENT, named=False)
        self.guests = records(data, h.guests_offset, h.guests, GUEST, named=False)

    def cell(self, name):
        return next(c for c in self.cells if c.name == name)

    def of(self, c):
        """A cell's own: segments, memory, devices, channels."""
        return (self.segments[c.segment:c.segment + c.segments],
                self.memory[c.memory_first:c.memory_first + c.memories],
                self.devices[c.device:c.device + c.devices],
                self.channels[c.channel:c.channel + c.channels])

    def contents(self, s):
        """A segment as it is in memory."""
        data = self.data[s.file_offset:s.file_offset + s.file_size]
        return data + bytes(s.size - len(data))
