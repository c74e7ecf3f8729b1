#!/usr/bin/python3
"""Process 1 of a User-Mode-Linux guest whose kernel is the peer of a virtual board.

The root file system is the host's, read-only; the kernel's argument ADDRESSES=A/N,A/N names the interface's addresses.
Orders come from the console as JSON lines, each is answered by one line "@ " with JSON: {"run": "COMMAND"} -> exit, output;
{"listen": PORT} -> {} at once; {"received": true} -> bytes and sha256 of what came there; {"send": ADDRESS, "port": PORT,
"bytes": N} -> bytes and sha256 when the peer has closed too. "error" stands for what failed. The line "halt" ends it.
"""
import ctypes
import hashlib
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import tty

MODULES = "esp4 esp6 ah4 ah6 xfrm_user"
POWER_OFF = 0x4321fedc
PATIENCE = 30.0


def run(command):
    done = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return {"exit": done.returncode, "output": done.stdout}


def set_up(addresses):
    os.environ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    for kind, place in (("proc", "/proc"), ("sysfs", "/sys"), ("tmpfs", "/run")):
        run(f"mount -t {kind} {kind} {place}")
    # the guest's modules are not where modprobe looks; the kernel asks for algorithms through this one
    run("mkdir -p /run/kernel/lib && ln -s /usr/lib/uml/modules /run/kernel/lib/modules")
    with open("/run/modprobe", "w") as script:
        script.write('#!/bin/sh\nexec /sbin/modprobe -d /run/kernel "$@"\n')
    os.chmod("/run/modprobe", 0o755)
    with open("/proc/sys/kernel/modprobe", "w") as setting:
        setting.write("/run/modprobe")
    steps = [f"/run/modprobe -a {MODULES}", "ip link set lo up"]
    steps += [f"ip address add {one} dev eth0" + (" nodad" if ":" in one else "") for one in addresses] + ["ip link set eth0 up"]
    failed = [f"{step}: {result['output']}" for step in steps if (result := run(step))["exit"] != 0]
    return {"ready": not failed, "output": "; ".join(failed)}


class Listener:
    """Takes one connection a start, and keeps what each brought."""

    def __init__(self):
        self.got = queue.Queue()

    def start(self, port):
        server = socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
        threading.Thread(target=self._take, args=(server,), daemon=True).start()
        return {}

    def _take(self, server):
        with server:
            server.settimeout(PATIENCE)
            try:
                connection, _ = server.accept()
                with connection:
                    connection.settimeout(PATIENCE)
                    digest, count = hashlib.sha256(), 0
                    while chunk := connection.recv(65536):
                        digest.update(chunk)
                        count += len(chunk)
                self.got.put({"bytes": count, "sha256": digest.hexdigest()})
            except OSError as error:
                self.got.put({"error": str(error)})

    def received(self):
        try:
            return self.got.get(timeout=PATIENCE)
        except queue.Empty:
            return {"error": "nothing came"}


def send(address, port, count):
    content = os.urandom(count)
    try:
        with socket.create_connection((address, port), timeout=PATIENCE) as connection:
            connection.settimeout(PATIENCE)
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    except OSError as error:
        return {"error": str(error)}
    return {"bytes": count, "sha256": hashlib.sha256(content).hexdigest()}


def obey(order, listener):
    if "run" in order:
        return run(order["run"])
    if "listen" in order:
        return listener.start(order["listen"])
    if "received" in order:
        return listener.received()
    return send(order["send"], order["port"], order["bytes"])


def answer(content):
    os.write(1, ("@ " + json.dumps(content) + "\n").encode())


def main():
    tty.setraw(0)
    listener = Listener()
    answer(set_up(os.environ["ADDRESSES"].split(",")))
    for line in sys.stdin:
        if line.strip() == "halt":
            break
        answer(obey(json.loads(line), listener))
    ctypes.CDLL(None).reboot(POWER_OFF)


main()
