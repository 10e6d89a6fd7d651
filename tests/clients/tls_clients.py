#!/usr/bin/env python3
"""Real programs speak TLS with `posthorn serve`: Python's ssl, openssl s_client, curl, swaks.

    tests/clients/tls_clients.py BUILD/posthorn

Certificates are checked in earnest: against this world's authority, by name and by date.
"""
import imaplib
import json
import poplib
import shutil
import signal
import smtplib
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SAKURA, KAEDE = "mail.sakura.example", "mail.kaede.example"
USER, PASSWORD = "aiko@sakura.example", "hanami"
LETTER = b"From: aiko@sakura.example\r\nTo: aiko@sakura.example\r\nSubject: sealed %b\r\n\r\nHello.\r\n"


class Named(ssl.SSLContext):
    """The servers stand at 127.0.0.1; what matters is the name in the certificate."""
    server = SAKURA

    def wrap_socket(self, *words, **more):
        more["server_hostname"] = self.server
        return super().wrap_socket(*words, **more)


def context(ca, server=SAKURA):
    made = Named(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(ca)
    made.verify_flags |= ssl.VERIFY_X509_STRICT  # what Python 3.13 does by itself
    made.server = server
    return made


class World:
    def __init__(self, program, ca):
        self.process = subprocess.Popen(
            [program, "serve", str(HERE / "world-tls.json"), "--ca", str(ca)],
            stdout=subprocess.PIPE, text=True)
        self.ports, self.tls = {}, {}
        for line in self.process.stdout:
            told = json.loads(line)
            if told.get("ready"):
                break
            self.ports[told["host"], told["service"]] = told["port"]
            self.tls[told["host"], told["service"]] = told.get("tls")

    def port(self, service, host=SAKURA):
        return self.ports[host, service]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)


def announced(world, ca):
    assert world.tls[SAKURA, "submission"] == "starttls", world.tls
    assert world.tls[SAKURA, "imaps"] == "implicit", world.tls
    assert world.tls["ns.example", "dns"] is None, world.tls


def python_smtp(world, ca):
    with smtplib.SMTP("127.0.0.1", world.port("submission"), local_hostname="pc.example") as smtp:
        smtp.ehlo()
        assert smtp.has_extn("starttls") and not smtp.has_extn("auth"), smtp.esmtp_features
        assert smtp.mail("aiko@sakura.example")[0] == 530
        smtp.starttls(context=context(ca))
        smtp.ehlo()
        assert not smtp.has_extn("starttls") and smtp.has_extn("auth"), smtp.esmtp_features
        assert smtp.sock.version() == "TLSv1.3", smtp.sock.version()
        smtp.login(USER, PASSWORD)
        smtp.sendmail(USER, [USER], LETTER % b"upgraded")
    with smtplib.SMTP_SSL("127.0.0.1", world.port("submissions"), local_hostname="pc.example",
                          context=context(ca)) as smtp:
        smtp.login(USER, PASSWORD)
        smtp.sendmail(USER, [USER], LETTER % b"implicit")


def delivered(world, ca, count):
    """A letter that was taken still passes the queue: wait until it lies in the mailbox."""
    box = imaplib.IMAP4_SSL("127.0.0.1", world.port("imaps"), ssl_context=context(ca))
    box.login(USER, PASSWORD)
    give_up = time.monotonic() + 30
    while (found := int(box.select("INBOX", readonly=True)[1][0])) < count:
        assert time.monotonic() < give_up, f"{found} of {count} letters came"
        time.sleep(0.05)
    box.logout()


def python_imap(world, ca):
    delivered(world, ca, 2)
    box = imaplib.IMAP4("127.0.0.1", world.port("imap"))
    assert "LOGINDISABLED" in box.capabilities, box.capabilities
    box.starttls(context(ca))
    assert "LOGINDISABLED" not in box.capabilities, box.capabilities
    for opened in (box, imaplib.IMAP4_SSL("127.0.0.1", world.port("imaps"), ssl_context=context(ca))):
        opened.login(USER, PASSWORD)
        opened.select("INBOX", readonly=True)
        for tag in ("upgraded", "implicit"):
            found = opened.uid("SEARCH", "SUBJECT", tag)[1][0].split()
            assert len(found) == 1, (tag, found)
        opened.logout()


def python_pop3(world, ca):
    drop = poplib.POP3("127.0.0.1", world.port("pop3"))
    assert "STLS" in drop.capa() and "USER" not in drop.capa()
    drop.stls(context(ca))
    assert "STLS" not in drop.capa() and "USER" in drop.capa()
    for opened in (drop, poplib.POP3_SSL("127.0.0.1", world.port("pop3s"), context=context(ca))):
        opened.user(USER)
        opened.pass_(PASSWORD)
        assert opened.stat()[0] == 2, opened.stat()
        assert any(b"sealed" in line for line in opened.retr(1)[1])
        opened.quit()


def wrong_certificates(world, ca):
    """What is expired, or somebody else's, is refused by whoever looks; the server lives on."""
    for server, words in ((KAEDE, "expired"), ("elsewhere.example", "mismatch")):
        host = KAEDE if server == KAEDE else SAKURA
        try:
            imaplib.IMAP4_SSL("127.0.0.1", world.port("imaps", host), ssl_context=context(ca, server))
        except ssl.SSLCertVerificationError as error:
            assert words in str(error), error
        else:
            raise AssertionError(f"{server} was believed")
    lenient = context(ca, KAEDE)
    lenient.check_hostname = False
    lenient.verify_mode = ssl.CERT_NONE
    box = imaplib.IMAP4_SSL("127.0.0.1", world.port("imaps", KAEDE), ssl_context=lenient)
    assert box.sock.version() == "TLSv1.2", box.sock.version()
    box.login("ben@kaede.example", "momiji")
    box.logout()


def rude(world, ca):
    """Nonsense instead of a handshake, and hanging up in the middle of one."""
    import socket
    for port, opening in ((world.port("imaps"), b""), (world.port("submission"), b"EHLO x\r\nSTARTTLS\r\n")):
        for bytes_ in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\0" * 70000, b"\x16\x03\x01"):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as rough:
                if opening:
                    rough.recv(1000)
                    rough.sendall(opening)
                    while b"220 2.0.0" not in rough.recv(4000):
                        pass
                try:
                    rough.sendall(bytes_)
                    if len(bytes_) > 4:
                        rough.settimeout(10)
                        while rough.recv(4000):
                            pass
                except (ConnectionResetError, BrokenPipeError):
                    pass
    python_imap(world, ca)


def injected(world, ca):
    """A command slipped in behind STARTTLS in clear is never obeyed (CVE-2011-0411)."""
    import socket
    for service, clear, yes, sealed_words, begins in (
            ("submission", b"EHLO pc.example\r\nSTARTTLS\r\nNOOP\r\nNOOP\r\n", b"220 2.0.0",
             b"EHLO pc.example\r\n", b"250-mail.sakura.example greets"),
            ("pop3", b"STLS\r\nUSER mallory\r\nQUIT\r\n", b"+OK begin", b"NOOP\r\n", b"-ERR"),
            ("imap", b"a STARTTLS\r\nb NOOP\r\nc LOGOUT\r\n", b"a OK", b"d NOOP\r\n", b"d OK")):
        with socket.create_connection(("127.0.0.1", world.port(service)), timeout=10) as plain:
            plain.recv(1000)
            plain.sendall(clear)
            heard = b""
            while yes not in heard:
                heard += plain.recv(4000)
            sealed = context(ca).wrap_socket(plain)
            sealed.sendall(sealed_words)
            heard = sealed.recv(4000)
            assert heard.startswith(begins), (service, heard)  # no answer to what was slipped in


def s_client(world, ca):
    for service, starttls in (("submission", "smtp"), ("pop3", "pop3"), ("imap", "imap"),
                              ("imaps", None)):
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{world.port(service)}", "-CAfile",
                   str(ca), "-verify_return_error", "-verify_hostname", SAKURA, "-servername",
                   SAKURA, "-brief"]
        if starttls:
            command += ["-starttls", starttls]
        done = subprocess.run(command, input=b"", capture_output=True, timeout=30)
        told = done.stdout + done.stderr
        assert b"Verification: OK" in told and b"TLSv1.3" in told, told.decode(errors="replace")


def curl(world, ca):
    def run(url, *words):
        service = url.split(":")[0]
        port = world.port({"smtp": "submission", "smtps": "submissions"}.get(service, service))
        done = subprocess.run(
            ["curl", "-sS", "--cacert", str(ca), "--ssl-reqd", "--resolve",
             f"{SAKURA}:{port}:127.0.0.1", "--user", f"{USER}:{PASSWORD}",
             url.replace("HOST", f"{SAKURA}:{port}"), *map(str, words)],
            capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    letter = ca.parent / "curl.eml"
    letter.write_bytes(LETTER % b"by curl")
    for scheme in ("smtp", "smtps"):
        run(f"{scheme}://HOST/pc.example", "--mail-from", USER, "--mail-rcpt", USER, "-T", letter)
    for scheme in ("imap", "imaps"):
        assert b"SEARCH" in run(f"{scheme}://HOST/INBOX?ALL")
    for scheme in ("pop3", "pop3s"):
        assert b"sealed" in run(f"{scheme}://HOST/1")


def swaks(world, ca):
    for words in (["--tls", "--server", f"127.0.0.1:{world.port('submission')}"],
                  ["--tlsc", "--server", f"127.0.0.1:{world.port('submissions')}"]):
        done = subprocess.run(
            ["swaks", *words, "--auth", "PLAIN", "--auth-user", USER, "--auth-password", PASSWORD,
             "--from", USER, "--to", USER], capture_output=True, timeout=60)
        assert b"250 2.0.0" in done.stdout and done.returncode == 0, done.stdout.decode()


def can(program):
    if not shutil.which(program):
        return False
    if program != "swaks":
        return True
    told = subprocess.run(["swaks", "--support"], capture_output=True).stdout
    return b"=== TLS supported" in told


def main():
    with tempfile.TemporaryDirectory() as folder:
        ca = Path(folder) / "ca.pem"
        world = World(sys.argv[1], ca)
        failed = 0
        try:
            for case in (announced, python_smtp, python_imap, python_pop3, wrong_certificates, rude,
                         injected, s_client, curl, swaks):
                program = {"s_client": "openssl"}.get(case.__name__, case.__name__)
                if case.__name__ in ("s_client", "curl", "swaks") and not can(program):
                    print(f"skipped {case.__name__}: not installed, or without TLS")
                    continue
                try:
                    case(world, ca)
                    print(f"ok      {case.__name__}")
                except Exception as error:  # noqa: BLE001: every case shall be tried
                    failed += 1
                    print(f"FAILED  {case.__name__}: {type(error).__name__}: {error}")
        finally:
            status = world.stop()
        if status != 0:
            print(f"FAILED  serve ended with {status}")
        return 1 if failed or status else 0


sys.exit(main())
