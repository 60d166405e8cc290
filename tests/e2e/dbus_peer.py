"""A stand-in for systemd on a private bus: the parts of org.freedesktop.systemd1 that a watcher of services speaks to,
over D-Bus's own wire protocol. Standard library only."""

import os
import re
import socket
import struct
import threading

SYSTEMD = "org.freedesktop.systemd1"
MANAGER = "/org/freedesktop/systemd1"
UNIT, SERVICE = SYSTEMD + ".Unit", SYSTEMD + ".Service"
ALIGN = {"y": 1, "b": 4, "i": 4, "u": 4, "s": 4, "o": 4, "a": 4, "g": 1, "v": 1, "(": 8, "{": 8}


def split(signature):
    """The complete types in a row: "sa{sv}as" is s, a{sv}, as."""
    types = []
    while signature:
        end = 0
        while signature[end] == "a":
            end += 1
        if signature[end] in "({":
            depth = 0
            for end in range(end, len(signature)):
                depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(signature[end], 0)
                if depth == 0:
                    break
        types.append(signature[: end + 1])
        signature = signature[end + 1 :]
    return types


class Writer:
    def __init__(self):
        self.data = bytearray()

    def align(self, to):
        self.data += b"\0" * (-len(self.data) % to)

    def put(self, kind, value):
        self.align(ALIGN[kind[0]])
        if kind == "y":
            self.data.append(value)
        elif kind in "biu":
            self.data += struct.pack("<i" if kind == "i" else "<I", int(value))
        elif kind in "so":
            self.put("u", len(value.encode()))
            self.data += value.encode() + b"\0"
        elif kind == "g":
            self.data += bytes([len(value)]) + value.encode() + b"\0"
        elif kind == "v":
            self.put("g", value[0])
            self.put(*value)
        elif kind[0] == "a":
            at = len(self.data)
            self.data += b"\0\0\0\0"
            self.align(ALIGN[kind[1]])
            begin = len(self.data)
            for item in value.items() if kind[1] == "{" else value:
                self.put(kind[1:], item)
            self.data[at : at + 4] = struct.pack("<I", len(self.data) - begin)
        else:
            for one, item in zip(split(kind[1:-1]), value):
                self.put(one, item)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, kind):
        self.at += -self.at % ALIGN[kind[0]]
        if kind == "y":
            self.at += 1
            return self.data[self.at - 1]
        if kind in "biu":
            self.at += 4
            return struct.unpack_from("<i" if kind == "i" else "<I", self.data, self.at - 4)[0]
        if kind in "sog":
            size = self.take("y" if kind == "g" else "u")
            self.at += size + 1
            return self.data[self.at - size - 1 : self.at - 1].decode()
        if kind == "v":
            return self.take(self.take("g"))
        if kind[0] == "a":
            size = self.take("u")
            self.at += -self.at % ALIGN[kind[1]]
            end, out = self.at + size, []
            while self.at < end:
                out.append(self.take(kind[1:]))
            return out
        return [self.take(one) for one in split(kind[1:-1])]


class Peer:
    """Owns the name of systemd on the bus at `path`, and answers in a thread of its own."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.socket.sendall(b"\0AUTH EXTERNAL " + str(os.geteuid()).encode().hex().encode() + b"\r\n")
        assert self.socket.recv(1000).startswith(b"OK")
        self.socket.sendall(b"BEGIN\r\n")
        self.lock = threading.Lock()
        self.serial = 0
        self.units = {}
        self.subscribed = threading.Event()
        bus = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
        self.send(1, {1: ("o", bus[1]), 2: ("s", bus[2]), 3: ("s", "Hello"), 6: ("s", bus[0])})
        self.send(1, {1: ("o", bus[1]), 2: ("s", bus[2]), 3: ("s", "RequestName"), 6: ("s", bus[0])}, "su", [SYSTEMD, 4])
        self.owner = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()
        assert self.owner.wait(10), "the bus gave no name"

    def send(self, kind, fields, signature="", values=()):
        body, head = Writer(), Writer()
        for one, value in zip(split(signature), values):
            body.put(one, value)
        if signature:
            fields = {**fields, 8: ("g", signature)}
        with self.lock:
            self.serial += 1
            for one, value in zip("yyyyuu", (ord("l"), kind, 0, 1, len(body.data), self.serial)):
                head.put(one, value)
            head.put("a(yv)", list(fields.items()))
            head.align(8)
            self.socket.sendall(head.data + body.data)
            return self.serial

    def serve(self):
        data = b""
        while True:
            try:
                more = self.socket.recv(65536)
            except OSError:
                return
            if not more:
                return
            data += more
            while len(data) >= 16:
                fields_size, body_size = struct.unpack_from("<I", data, 12)[0], struct.unpack_from("<I", data, 4)[0]
                size = 16 + fields_size + (-fields_size % 8)
                if len(data) < size + body_size:
                    break
                reader = Reader(data[:size])
                reader.at = 12
                fields = dict(reader.take("a(yv)"))
                self.take(data[1], struct.unpack_from("<I", data, 8)[0], fields, Reader(data[size : size + body_size]))
                data = data[size + body_size :]

    def take(self, kind, serial, fields, body):
        if kind == 2 and fields.get(8) == "u":
            self.owner.set()  # the answer to RequestName
        if kind != 1:
            return
        reply = {5: ("u", serial), 6: ("s", fields[7])}
        member = fields[3]
        if member == "Subscribe":
            self.subscribed.set()
            self.send(2, reply)
        elif member == "LoadUnit":
            self.send(2, reply, "o", [self.path_of(body.take("s"))])
        elif member == "GetAll":
            unit = self.units.get(fields[1], {UNIT: {"LoadState": ("s", "not-found"), "ActiveState": ("s", "inactive")}})
            self.send(2, reply, "a{sv}", [unit.get(body.take("s"), {})])
        else:
            self.send(3, {**reply, 4: ("s", "org.freedesktop.DBus.Error.UnknownMethod")})

    @staticmethod
    def path_of(unit):
        return f"{MANAGER}/unit/" + re.sub("[^A-Za-z0-9]", lambda m: f"_{ord(m.group()):02x}", unit)

    def change(self, unit, of_service, of_unit):
        """Changes properties and tells of it as systemd does: the service's own first."""
        path = self.path_of(unit)
        for interface, values in ((SERVICE, of_service), (UNIT, of_unit)):
            self.units.setdefault(path, {}).setdefault(interface, {}).update(values)
            self.signal(path, "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", [interface, values, []])

    def signal(self, path, interface, member, signature="", values=()):
        self.send(4, {1: ("o", path), 2: ("s", interface), 3: ("s", member)}, signature, values)

    def close(self):
        self.socket.close()
