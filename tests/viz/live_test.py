#!/usr/bin/env python3
"""A real mail program on the stage: `posthorn view --live` in a real window.

    live_test.py BUILD/posthorn

Python's smtplib hands a letter in, imaplib fetches it; the program appears as a host of its own and
the trace grows below our eyes. Exit 77 (skipped) without Xvfb.
"""
import imaplib
import json
import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

POSTHORN = sys.argv[1]
ROOT = Path(__file__).resolve().parents[2]
LETTER = "From: aiko@sakura.example\r\nTo: ben@kaede.example\r\nSubject: live\r\n\r\nHello!\r\n"


def wait_for(what, happens, seconds=40):
    end = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > end:
            raise AssertionError(f"it did not come: {what}")
        time.sleep(0.05)


class Stage:
    def __init__(self, folder):
        self.marks_file = folder / "marks"
        server = subprocess.Popen(["Xvfb", "-displayfd", "1", "-screen", "0", "1600x900x24",
                                   "-nolisten", "tcp"], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True)
        display = server.stdout.readline().strip()
        env = dict(os.environ, DISPLAY=":" + display, LIBGL_ALWAYS_SOFTWARE="1",
                   XDG_CONFIG_HOME=str(folder / "config"))
        viewer = subprocess.Popen([POSTHORN, "view", str(ROOT / "scenarios/first-letter.json"),
                                   "--live", "--lang", "en", "--marks", str(self.marks_file)],
                                  stdout=subprocess.PIPE, text=True, env=env)
        self.programs = [viewer, server]
        self.ports = {}
        for line in viewer.stdout:
            entry = json.loads(line)
            if entry.get("ready"):
                break
            self.ports[entry["host"], entry["service"]] = entry["port"]
        wait_for("the first frame", self.marks_file.exists)

    def marks(self):
        return self.marks_file.read_text()

    def records(self):
        return int(self.marks().split("records=")[1].split()[0])

    def close(self):
        for program in self.programs:
            program.kill()
            program.wait()


def main():
    if shutil.which("Xvfb") is None:
        print("skipped: Xvfb is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        try:
            before = stage.records()
            with smtplib.SMTP("127.0.0.1", stage.ports["mail.sakura.example", "submission"]) as smtp:
                smtp.login("aiko@sakura.example", "hanami")
                smtp.sendmail("aiko@sakura.example", ["ben@kaede.example"], LETTER)
            wait_for("the program as a host", lambda: "host:outside-1 " in stage.marks())
            wait_for("more records", lambda: stage.records() > before + 40)
            with imaplib.IMAP4("127.0.0.1", stage.ports["mail.kaede.example", "imap"]) as imap:
                imap.login("ben@kaede.example", "momiji")

                def arrived():
                    imap.select("INBOX")
                    return imap.search(None, "SUBJECT", "live")[1][0] != b""
                wait_for("the letter in Ben's box", arrived)
            assert stage.programs[0].poll() is None, "the viewer is gone"
        finally:
            stage.close()
    print("passed: a real program's letter on the live stage")


main()
