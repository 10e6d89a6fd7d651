#!/usr/bin/env python3
"""Messages a second into `serve`'s SMTP port, beside the same load into Postfix's smtp-sink.

    bench/serve_bench.py BUILD/posthorn [--messages 10000] [--rounds 3]

smtp-sink parses the dialogue and throws the message away; `serve` parses, routes, queues, delivers
and stores it. Load: Postfix's smtp-source, 20 sessions, 4 KiB messages, with a connection for each
message and with connections used again. Both run in turns in one go, so that the machine's mood is
the same for both; the figure is the ratio of their rates, the median of the rounds.

Postfix is not installed for this: if smtp-source is not there, its package is fetched and unpacked
into a temporary folder.
"""
import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORLD = Path(__file__).resolve().parent.parent / "tests/clients/world.json"


def find_postfix(folder):
    for place in (Path("/usr/sbin"), Path("/usr/lib/postfix/sbin")):
        if (place / "smtp-source").exists():
            return place, {}
    subprocess.run(["apt-get", "download", "-q", "postfix"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    package = next(folder.glob("postfix_*.deb"))
    subprocess.run(["dpkg", "-x", package, folder], check=True)
    (folder / "main.cf").write_text("compatibility_level = 3.6\n")
    return folder / "usr/sbin", {"LD_LIBRARY_PATH": str(folder / "usr/lib/postfix"),
                                 "MAIL_CONFIG": str(folder)}


def serve(program):
    process = subprocess.Popen([program, "serve", str(WORLD), "--only", "mail.kaede.example"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    port = None
    for line in process.stdout:
        told = json.loads(line)
        if told.get("service") == "smtp":
            port = told["port"]
        if told.get("ready"):
            return process, port
    sys.exit("serve did not start")


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("program")
    options.add_argument("--messages", type=int, default=10000)
    options.add_argument("--rounds", type=int, default=3)
    options = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="posthorn-bench-") as name:
        place, extra = find_postfix(Path(name))
        env = {**os.environ, **extra}
        sink = subprocess.Popen([place / "smtp-sink", "-c", "-u", "root", "127.0.0.1:25999", "1000"],
                                env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        process, port = serve(options.program)
        time.sleep(0.5)

        def rate(port, reuse):
            begin = time.monotonic()
            subprocess.run([place / "smtp-source", *(["-d"] if reuse else []), "-s", "20", "-l", "4096",
                            "-m", str(options.messages), "-f", "a@sakura.example",
                            "-t", "ben@kaede.example", f"inet:127.0.0.1:{port}"],
                           env=env, check=True, stdout=subprocess.DEVNULL)
            return options.messages / (time.monotonic() - begin)

        try:
            for reuse in (False, True):
                pairs = [(rate(25999, reuse), rate(port, reuse)) for _ in range(options.rounds)]
                ratio = statistics.median(ours / theirs for theirs, ours in pairs)
                theirs, ours = (statistics.median(column) for column in zip(*pairs))
                print(f"{'connections used again' if reuse else 'a connection for each':24}"
                      f" smtp-sink {theirs:8.0f}/s   serve {ours:8.0f}/s   ratio {ratio:.2f}")
        finally:
            sink.terminate()
            process.send_signal(signal.SIGTERM)
            process.communicate()


if __name__ == "__main__":
    main()
