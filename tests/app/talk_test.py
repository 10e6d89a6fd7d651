#!/usr/bin/env python3
"""`posthorn talk` on a real (pseudo) terminal: editing, history, the margin, leaving.

    tests/app/talk_test.py BUILD/posthorn SOURCE
"""
import os
import pty
import re
import select
import signal
import sys
import tempfile
import time

PROGRAM, SOURCE = sys.argv[1], sys.argv[2]


class Terminal:
    def __init__(self, state, *arguments):
        self.screen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm", LANG="C.UTF-8", LC_ALL="C.UTF-8", XDG_STATE_HOME=state,
                              NO_COLOR="1")
            os.execv(PROGRAM, [PROGRAM, "talk", *arguments])

    def read(self, until, seconds=15):
        """Waits for a text on the screen; gives everything since the last call."""
        begin, end = len(self.screen), time.time() + seconds
        while time.time() < end:
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    self.screen += os.read(self.fd, 65536).decode(errors="replace")
                except OSError:
                    pass
            if re.search(until, self.screen[begin:]):
                return self.screen[begin:]
        raise AssertionError(f"no {until!r} came; the screen: {self.screen[begin:]!r}")

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def status(self):
        end = time.time() + 10
        while time.time() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError("talk did not end")


def main():
    with tempfile.TemporaryDirectory() as state:
        world = f"{SOURCE}/tests/clients/world.json"
        talk = Terminal(state, world, "mail.kaede.example:smtp")
        talk.read(r"S: 220 mail\.kaede\.example")
        talk.type("EHLO 愛子\x7f\x7f日本\x7f\x7f\r")  # letters of three octets, and each gone with one key
        talk.read(r"S: 501")
        talk.type("HELO 桜\r")
        talk.read(r"HELO 桜\r[\s\S]*S: 501")
        talk.type("EHLX\x7fO me.example\r")  # a slip of the finger, and the backspace key
        talk.read(r"S: 250 HELP")
        talk.type("?\r")
        talk.read(r"250: welcome")
        talk.type("MAIL FROM:<a@a.example>\rRCPT TO:<ben@kaede.example>\rDATA\r")
        talk.read(r"S: 354")
        talk.type("Subject: hi\r\rhello\r.\r")
        talk.read(r"S: 250 2\.0\.0 Ok: queued")
        talk.read(r"\| .*INBOX has message UID 1")  # the world goes on by itself
        talk.type("QUIT\r")
        talk.read(r"-- the server closed the connection")
        talk.type("/quit\r")
        assert talk.status() == 0

        again = Terminal(state, world, "mail.kaede.example:smtp")  # the history is still there
        again.read(r"S: 220")
        again.type("\x1b[A\x1b[A")  # the line before the last
        again.read(r"QUIT")
        again.type("\r")
        again.read(r"closed the connection[\s\S]*C: ")  # the editor is listening again
        again.type("\x04")  # end of input
        assert again.status() == 0

        login = Terminal(state, world, "mail.sakura.example:submission")
        login.read(r"S: 220")
        login.type("EHLO me.example\rAUTH LOGIN\r")
        login.read(r"S: 334")
        login.type("YWlrb0BzYWt1cmEuZXhhbXBsZQ==\r")
        login.read(r"S: 334")
        login.type("aGFuYW1p\r")
        login.read(r"S: 235")
        login.type("/quit\r")
        assert login.status() == 0

        diary = Terminal(state, world, "mail.kaede.example:imap")
        diary.read(r"S: \* OK")
        diary.type("a LOGIN ben@kaede.example {6}\r")
        diary.read(r"S: \+ go ahead")
        diary.type("momiji\r")
        diary.read(r"S: a OK")
        diary.type("b APPEND INBOX {16}\r")
        diary.read(r"S: \+ go ahead")
        diary.type("dear diary, hi\r? secret\r")
        diary.read(r"S: b BAD")
        diary.type("/quit\r")
        assert diary.status() == 0

        with open(f"{state}/posthorn/talk-history") as file:
            history = file.read()
        for word in ("QUIT", "APPEND", "/quit"):
            assert word in history, history
        for secret in ("YWlrb0", "aGFuYW1p", "LOGIN", "momiji", "diary", "secret", "hello"):
            assert secret not in history, (secret, history)

        leaving = Terminal(state, world, "mail.kaede.example:imap", "--lang", "ja")
        leaving.read(r"S: \* OK")
        leaving.type("\x03")
        assert leaving.status() == 130
    print("talk: ok")


main()
