#!/usr/bin/env python3
"""Real mail programs against `posthorn serve`, without a human.

    tests/clients/real_clients.py BUILD/posthorn [program ...]

Each case sends Japanese text and an attachment with one program, or fetches them with one, and
compares bytes: what arrives must be what was sent, below the trace fields that servers add.
Programs that are not installed are skipped (scripts/setup installs them); exit 77 if none is.
"""
import base64
import email
import email.policy
import imaplib
import json
import os
import poplib
import pty
import re
import resource
import select
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg==")
SUBJECT = "お花見のお知らせ"
TEXT = "ベンさん\r\n\r\n桜が咲きました。\r\n.\r\n..点で始まる行\r\n\r\n愛子\r\n"


def letter(sender, to, tag):
    """The bytes of a message as a mail program would write it: text and a picture."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = f"愛子 <{sender}>"
    message["To"] = to
    message["Subject"] = f"{SUBJECT} {tag}"
    message["Date"] = "Mon, 06 Apr 2026 09:00:00 +0900"
    message["Message-ID"] = f"<{tag}@client.example>"
    message.set_content(TEXT, cte="base64")
    message.add_attachment(PNG, maintype="image", subtype="png", filename="桜.png")
    return message.as_bytes()


class World:
    """`posthorn serve` over tests/clients/world.json."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen([program, "serve", str(HERE / "world.json"), *options],
                                        stdout=subprocess.PIPE, text=True)
        self.ports = {}
        for line in self.process.stdout:
            told = json.loads(line)
            if told.get("ready"):
                break
            self.ports[told["host"], told["service"]] = told["port"]

    def port(self, service, host="mail.sakura.example"):
        return self.ports[host, service]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)


KAEDE = "mail.kaede.example"
world = None
home = None


def check(condition, words):
    if not condition:
        raise AssertionError(words)


def run(*command, input=None, env=None, ok=(0,)):
    done = subprocess.run([str(part) for part in command], input=input, capture_output=True,
                          timeout=60, env={**os.environ, "HOME": str(home), **(env or {})})
    if done.returncode not in ok:
        raise AssertionError(f"{command[0]} exits {done.returncode}: "
                             f"{(done.stdout+done.stderr).decode(errors='replace')[-2500:]}")
    return done.stdout


def on_a_terminal(*command):
    """For programs that insist on one."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(HOME=str(home), LANG="C.UTF-8", LC_ALL="C.UTF-8", TERM="xterm")
        os.execvp(command[0], [str(part) for part in command])
    screen = b""
    end = time.time() + 30
    while time.time() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                data = os.read(terminal, 4096)
            except OSError:
                break
            if not data:
                break
            screen += data
    else:
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    check(status == 0, f"{command[0]} ended with {status}: {screen[-600:]!r}")


def write(name, text, mode=0o600):
    path = home / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


# ---- what the tests themselves use to look into a mailbox: a plain socket, and no library ------

def wait_for(user, password, tag, host=KAEDE, timeout=20):
    """The stored bytes of the message with `tag` in its subject or Message-ID."""
    end = time.time() + timeout
    while time.time() < end:
        box = imaplib.IMAP4("127.0.0.1", world.port("imap", host))
        box.login(user, password)
        box.select("INBOX", readonly=True)
        status, found = box.uid("SEARCH", "HEADER", "Message-ID", tag)
        uids = found[0].split()
        if uids:
            status, data = box.uid("FETCH", uids[-1], "(BODY.PEEK[])")
            box.logout()
            return data[0][1]
        box.logout()
        time.sleep(0.1)
    raise AssertionError(f"no message {tag} came to {user}")


def same_below_trace_fields(sent, got):
    check(got.endswith(sent), f"what was sent is not what came:\n{sent[:300]!r}\n{got[:900]!r}")
    added = got[:len(got) - len(sent)].decode()
    for line in added.split("\r\n"):
        check(line == "" or line[0] in " \t" or line.startswith(("Return-Path:", "Received:")),
              f"an unexpected field was added: {line}")


def deliver(tag, to="ben@kaede.example"):
    """Puts a letter into a mailbox for the programs that only fetch."""
    sent = letter("aiko@sakura.example", to, tag)
    with smtplib.SMTP("127.0.0.1", world.port("smtp", KAEDE)) as smtp:
        smtp.sendmail("aiko@sakura.example", [to], sent)
    user = to.split("@")[0]
    return sent, wait_for(to, {"ben": "momiji", "dan": "ichou", "fumi": "keyaki"}[user], tag)


# ---- the programs ------------------------------------------------------------------------------

def curl_smtp():
    sent = letter("aiko@sakura.example", "ben@kaede.example", "curl-smtp")
    path = write("curl.eml", sent)
    run("curl", "-sS", "--url", f"smtp://127.0.0.1:{world.port('submission')}/client.example",
        "--user", "aiko@sakura.example:hanami", "--mail-from", "aiko@sakura.example",
        "--mail-rcpt", "ben@kaede.example", "-T", path)
    same_below_trace_fields(sent, wait_for("ben@kaede.example", "momiji", "curl-smtp"))


def curl_pop3():
    sent, stored = deliver("curl-pop3", "dan@kaede.example")
    base = f"pop3://127.0.0.1:{world.port('pop3', KAEDE)}/"
    user = ("--user", "dan@kaede.example:ichou")
    count = len(run("curl", "-sS", base, *user).split(b"\r\n")) - 1
    got = run("curl", "-sS", f"{base}{count}", *user)
    check(got == stored, "curl's RETR differs from what is stored")
    same_below_trace_fields(sent, got)


def curl_imap():
    sent, stored = deliver("curl-imap")
    base = f"imap://127.0.0.1:{world.port('imap', KAEDE)}/INBOX"
    user = ("--user", "ben@kaede.example:momiji")
    found = run("curl", "-sS", f"{base}?HEADER%20Message-ID%20curl-imap", *user)
    number = found.split()[-1].decode()
    got = run("curl", "-sS", f"{base};MAILINDEX={number}", *user)
    check(got == stored, "curl's FETCH differs from what is stored")
    path = write("append.eml", sent)
    run("curl", "-sS", "-T", path, base, *user)


def swaks():
    sent = letter("aiko@sakura.example", "ben@kaede.example", "swaks")
    path = write("swaks.eml", sent)
    out = run("swaks", "--server", f"127.0.0.1:{world.port('submission')}", "--auth", "PLAIN",
              "--auth-user", "aiko@sakura.example", "--auth-password", "hanami",
              "--from", "aiko@sakura.example", "--to", "ben@kaede.example", "--data", f"@{path}")
    check(b"250 2.0.0" in out, "swaks saw no acceptance")
    got = wait_for("ben@kaede.example", "momiji", "swaks")
    check(b"Subject: =?utf-8?" in got and base64.b64encode(PNG)[:40] in got, "swaks: content")
    refused = subprocess.run(["swaks", "--server", f"127.0.0.1:{world.port('smtp')}", "--from",
                              "a@far.example", "--to", "b@elsewhere.example", "--quit-after", "RCPT"],
                             capture_output=True)
    check(b"550 5.7.1" in refused.stdout, "swaks could relay without right")


def msmtp():
    for mechanism in ("plain", "login", "cram-md5", "scram-sha-256"):
        msmtp_with(mechanism)


def msmtp_with(mechanism):
    tag = f"msmtp-{mechanism}"
    sent = letter("aiko@sakura.example", "ben@kaede.example", tag)
    write(".msmtprc", f"""account default
host 127.0.0.1
port {world.port('submission')}
auth {mechanism}
user aiko@sakura.example
password hanami
from aiko@sakura.example
tls off
""")
    run("msmtp", f"--file={home}/.msmtprc", "--dsn-notify=success,failure", "--dsn-return=headers",
        "ben@kaede.example", input=sent.replace(b"\r\n", b"\n"))
    same_below_trace_fields(sent, wait_for("ben@kaede.example", "momiji", f"<{tag}@"))


def curl_logins():
    """Every way into a mailbox that curl knows."""
    deliver("curl-logins", "dan@kaede.example")
    for service, ways in (("pop3", ("+APOP", "CRAM-MD5", "PLAIN", "LOGIN")),
                          ("imap", ("CRAM-MD5", "PLAIN", "LOGIN"))):
        for way in ways:
            url = f"{service}://127.0.0.1:{world.port(service, KAEDE)}/"
            run("curl", "-sS", url, "--login-options", f"AUTH={way}",
                "--user", "dan@kaede.example:ichou")
            run("curl", "-sS", url, "--login-options", f"AUTH={way}",
                "--user", "dan@kaede.example:wrong", ok=(67,))


def mpop():
    for way in ("user", "apop", "plain", "cram-md5", "scram-sha-256"):
        mpop_with(way)


def mpop_with(way):
    sent, stored = deliver(f"mpop-{way}", "dan@kaede.example")
    (home / "mpop").mkdir(exist_ok=True)
    for part in ("cur", "new", "tmp"):
        (home / "mpop" / part).mkdir(exist_ok=True)
    write(".mpoprc", f"""account default
host 127.0.0.1
port {world.port('pop3', KAEDE)}
auth {way}
user dan@kaede.example
password ichou
tls off
pipelining {'off' if way == 'user' else 'on'}
keep on
received_header off
delivery maildir {home}/mpop
uidls_file {home}/mpop.uidls
""")
    run("mpop", f"--file={home}/.mpoprc")
    files = [path.read_bytes() for path in (home / "mpop" / "new").iterdir()]
    check(stored.replace(b"\r\n", b"\n") in files, "mpop did not bring the same bytes")


def fetchmail():
    for protocol, service, user, password in (("POP3", "pop3", "fumi", "keyaki"),
                                              ("IMAP", "imap", "fumi", "keyaki")):
        tag = f"fetchmail-{service}"
        sent, stored = deliver(tag, "fumi@kaede.example")
        out = home / f"{tag}.mbox"
        # fetchmail hands the letter to this instead of a local server.
        mda = write("mda.sh", f"#!/bin/sh\ncat >> {out}\n", 0o700)
        write(".fetchmailrc", f"""poll 127.0.0.1 protocol {protocol} port {world.port(service, KAEDE)}
  user "{user}@kaede.example" password "{password}" sslproto '' mda "{mda}" fetchall
""")
        run("fetchmail", "-f", home / ".fetchmailrc", "--nodetach", "--nosyslog", "--pidfile",
            home / "fetchmail.pid", "-i", home / ".fetchids", ok=(0, 1))
        got = out.read_bytes().replace(b"\r\n", b"\n")
        body = sent[sent.index(b"\r\n\r\n"):].replace(b"\r\n", b"\n")
        check(body in got, f"fetchmail by {protocol}: the body differs")
        # It deletes what it fetched.
        box = imaplib.IMAP4("127.0.0.1", world.port("imap", KAEDE))
        box.login("fumi@kaede.example", "keyaki")
        box.select("INBOX")
        found = box.uid("SEARCH", "HEADER", "Message-ID", tag)[1][0]
        box.logout()
        check(found == b"", f"fetchmail by {protocol} did not delete")


def mbsync():
    sent, stored = deliver("mbsync-pull")
    near = home / "mbsync"
    near.mkdir(exist_ok=True)
    config = write(".mbsyncrc", f"""IMAPAccount far
Host 127.0.0.1
Port {world.port('imap', KAEDE)}
User ben@kaede.example
Pass momiji
SSLType None
AuthMechs LOGIN

IMAPStore far
Account far

MaildirStore near
Path {near}/
Inbox {near}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Both
Expunge Both
SyncState *
""")
    run("mbsync", "-DN", "-c", config, "all")

    def letters():
        return [path for part in ("cur", "new") for path in (near / "INBOX" / part).iterdir()]

    pulled = [path.read_bytes() for path in letters()]
    plain = stored.replace(b"\r\n", b"\n")
    check(any(plain in (got, drop_tuid(got)) for got in pulled), "mbsync did not pull the same bytes")
    # And back: a letter that is put into the local folder appears on the server.
    pushed = letter("ben@kaede.example", "aiko@sakura.example", "mbsync-push")
    (near / "INBOX" / "cur" / "1.push:2,S").write_bytes(pushed.replace(b"\r\n", b"\n"))
    run("mbsync", "-DN", "-c", config, "all")
    got = wait_for("ben@kaede.example", "momiji", "mbsync-push")
    check(drop_tuid(got, b"\r\n") == pushed, "mbsync did not push the same bytes")
    # Flags go both ways, and what is deleted here goes there.
    victim = next(path for path in letters() if b"mbsync-push" in path.read_bytes())
    victim.rename(victim.with_name(victim.name.split(":")[0] + ":2,ST"))
    run("mbsync", "-DN", "-c", config, "all")
    box = imaplib.IMAP4("127.0.0.1", world.port("imap", KAEDE))
    box.login("ben@kaede.example", "momiji")
    box.select("INBOX")
    gone = box.uid("SEARCH", "HEADER", "Message-ID", "mbsync-push")[1][0]
    box.logout()
    check(gone == b"", "mbsync could not delete")


def drop_tuid(message, newline=b"\n"):
    """mbsync marks what it uploads with a field of its own."""
    lines = message.split(newline)
    return newline.join(line for line in lines if not line.startswith(b"X-TUID:"))


def mutt():
    tag = "mutt"
    picture = write("桜.png", PNG)
    config = write(".muttrc", f"""set from="aiko@sakura.example"
set realname="愛子"
set smtp_url="smtp://aiko%40sakura.example:hanami@127.0.0.1:{world.port('submission')}"
set smtp_authenticators="plain"
set ssl_starttls=no
set ssl_force_tls=no
set charset=utf-8
set send_charset="us-ascii:utf-8"
set copy=no
set use_domain=yes
set hostname="mutt.example"
my_hdr Message-ID: <{tag}@client.example>
""")
    run("mutt", "-F", config, "-s", SUBJECT, "-a", picture, "--", "ben@kaede.example",
        input=TEXT.replace("\r\n", "\n").encode(),
        env={"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm"})
    # mutt writes the message itself: compare what a reader sees.
    end = time.time() + 20
    while time.time() < end:
        box = imaplib.IMAP4("127.0.0.1", world.port("imap", KAEDE))
        box.login("ben@kaede.example", "momiji")
        box.select("INBOX", readonly=True)
        found = box.uid("SEARCH", "HEADER", "Message-ID", "<mutt@client")[1][0].split()
        if found:
            raw = box.uid("FETCH", found[-1], "(BODY.PEEK[])")[1][0][1]
            box.logout()
            break
        box.logout()
        time.sleep(0.1)
    else:
        raise AssertionError("mutt's letter did not come")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    check(message["Subject"] == SUBJECT, f"mutt: subject {message['Subject']}")
    check(message.get_body().get_content().replace("\r\n", "\n") == TEXT.replace("\r\n", "\n"),
          "mutt: text")
    check([part.get_content() for part in message.iter_attachments()] == [PNG], "mutt: picture")


def mutt_reads():
    sent, stored = deliver("mutt-reads")
    out = home / "mutt-out"
    config = write(".muttrc-read", f"""set ssl_starttls=no
set ssl_force_tls=no
set imap_user="ben@kaede.example"
set imap_pass="momiji"
set imap_authenticators="login"
set header_cache=""
set mbox_type=mbox
set confirmcreate=no
set confirmappend=no
set delete=no
push "<limit>~i mutt-reads<enter><tag-pattern>~A<enter><tag-prefix><copy-message>{out}<enter><exit>"
""")
    on_a_terminal("mutt", "-F", config, "-f",
                  f"imap://127.0.0.1:{world.port('imap', KAEDE)}/INBOX")
    body = sent[sent.index(b"\r\n\r\n"):].replace(b"\r\n", b"\n")
    check(body in out.read_bytes(), "mutt read other bytes")


def python_smtplib(tag="smtplib"):
    sent = letter("aiko@sakura.example", "ben@kaede.example", tag)
    with smtplib.SMTP("127.0.0.1", world.port("submission"), local_hostname="pc.example") as smtp:
        smtp.login("aiko@sakura.example", "hanami")
        check(smtp.verify("aiko@sakura.example")[0] in (250, 252), "VRFY")
        check(smtp.noop()[0] == 250, "NOOP")
        refused = smtp.sendmail("aiko@sakura.example", ["ben@kaede.example"], sent)
        check(refused == {}, f"refused: {refused}")
        # The same connection again, and after RSET.
        smtp.rset()
        smtp.sendmail("aiko@sakura.example", ["ben@kaede.example"],
                      letter("aiko@sakura.example", "ben@kaede.example", f"again-{tag}"))
    same_below_trace_fields(sent, wait_for("ben@kaede.example", "momiji", f"<{tag}@"))
    wait_for("ben@kaede.example", "momiji", f"again-{tag}")
    with smtplib.SMTP("127.0.0.1", world.port("submission")) as smtp:
        try:
            smtp.login("aiko@sakura.example", "wrong")
            raise AssertionError("a wrong password was taken")
        except smtplib.SMTPAuthenticationError as refusal:
            check(refusal.smtp_code == 535, f"wrong password: {refusal}")
    with smtplib.SMTP("127.0.0.1", world.port("smtp", KAEDE)) as smtp:  # UTF-8 addresses
        smtp.ehlo()
        check(smtp.has_extn("smtputf8"), "no SMTPUTF8")
        smtp.command_encoding = "utf-8"
        check(smtp.docmd("MAIL", "FROM:<愛子@sakura.example> SMTPUTF8")[0] == 250, "SMTPUTF8")


def python_lmtp():
    """A letter for two, of whom one does not exist; and the MX hands over by LMTP as well."""
    sent = letter("aiko@sakura.example", "gen@momo.example", "lmtp")
    with smtplib.LMTP("127.0.0.1", world.port("lmtp", "store.momo.example")) as lmtp:
        refused = lmtp.sendmail("aiko@sakura.example", ["gen@momo.example", "no@momo.example"], sent)
        check(list(refused) == ["no@momo.example"], f"refused: {refused}")
    same_below_trace_fields(sent, wait_for("gen@momo.example", "momo", "<lmtp@", "store.momo.example"))
    sent = letter("aiko@sakura.example", "gen@momo.example", "by-mx")
    with smtplib.SMTP("127.0.0.1", world.port("smtp", KAEDE)) as smtp:
        smtp.sendmail("aiko@sakura.example", ["gen@momo.example"], sent)
    same_below_trace_fields(sent, wait_for("gen@momo.example", "momo", "by-mx", "store.momo.example"))


def bdat():
    """CHUNKING, by hand: no library of Python knows it."""
    sent = letter("aiko@sakura.example", "ben@kaede.example", "bdat")
    with smtplib.SMTP("127.0.0.1", world.port("smtp", KAEDE)) as smtp:
        smtp.ehlo()
        check(smtp.has_extn("chunking"), "no CHUNKING")
        smtp.mail("aiko@sakura.example")
        smtp.rcpt("ben@kaede.example")
        half = len(sent) // 2
        for octets, last in ((sent[:half], ""), (sent[half:], " LAST")):
            smtp.send(b"BDAT %d%s\r\n" % (len(octets), last.encode()) + octets)
            check(smtp.getreply()[0] == 250, "BDAT")
    same_below_trace_fields(sent, wait_for("ben@kaede.example", "momiji", "<bdat@"))


def submission_completes():
    """RFC 6409: what is submitted without Date and Message-ID gets them; an MX adds nothing."""
    with smtplib.SMTP("127.0.0.1", world.port("submission")) as smtp:
        smtp.login("aiko@sakura.example", "hanami")
        smtp.sendmail("aiko@sakura.example", ["ben@kaede.example"],
                      b"From: aiko@sakura.example\r\nSubject: incomplete\r\n\r\nhello\r\n")
    got = wait_for("ben@kaede.example", "momiji", "mail.sakura.example>")
    message = email.message_from_bytes(got)
    check(message["Date"] and message["Message-ID"].endswith("@mail.sakura.example>"), got)


def python_poplib():
    sent, stored = deliver("poplib", "dan@kaede.example")
    box = poplib.POP3("127.0.0.1", world.port("pop3", KAEDE))
    check("UIDL" in box.capa(), "no UIDL in CAPA")
    box.user("dan@kaede.example")
    box.pass_("ichou")
    count, size = box.stat()
    got = b"\r\n".join(box.retr(count)[1]) + b"\r\n"
    check(got == stored, "poplib's RETR differs from what is stored")
    check(box.list(count).split()[-1] == str(len(stored)).encode(), "LIST tells another size")
    top = b"\r\n".join(box.top(count, 0)[1])
    check(stored.startswith(top[:200]), "TOP differs")
    uid = box.uidl(count)
    box.dele(count)
    box.quit()
    box = poplib.POP3("127.0.0.1", world.port("pop3", KAEDE))
    box.user("dan@kaede.example")
    box.pass_("ichou")
    check(box.stat()[0] == count - 1, "DELE and QUIT did not delete")
    box.quit()


def python_logins():
    for way in ("apop", "rpop", "utf8"):
        box = poplib.POP3("127.0.0.1", world.port("pop3", KAEDE))
        if way == "apop":
            box.apop("dan@kaede.example", "ichou")
        elif way == "utf8":
            box.utf8()
            box.user("dan@kaede.example")
            box.pass_("ichou")
        else:  # of RFC 1081: nobody has that
            try:
                box.rpop("dan@kaede.example")
                check(False, "RPOP is answered with +OK")
            except poplib.error_proto:
                continue
        box.stat()
        box.quit()
    box = imaplib.IMAP4("127.0.0.1", world.port("imap", KAEDE))
    box.login_cram_md5("ben@kaede.example", "momiji")
    check(box.select("INBOX")[0] == "OK", "no INBOX after CRAM-MD5")
    box.logout()


def python_imaplib():
    sent, stored = deliver("imaplib")
    box = imaplib.IMAP4("127.0.0.1", world.port("imap", KAEDE))
    box.login("ben@kaede.example", "momiji")
    box.select("INBOX")
    uid = box.uid("SEARCH", "HEADER", "Message-ID", "imaplib")[1][0].split()[-1]
    data = box.uid("FETCH", uid, "(BODY[] RFC822.SIZE FLAGS ENVELOPE BODYSTRUCTURE)")[1]
    check(data[0][1] == stored, "FETCH differs from what is stored")
    check(f"RFC822.SIZE {len(stored)}".encode() in b"".join(
        part if isinstance(part, bytes) else part[0] for part in data), "RFC822.SIZE")
    picture = box.uid("FETCH", uid, "(BODY[2])")[1][0][1]
    check(base64.b64decode(picture) == PNG, "BODY[2] is not the picture")
    check(box.create("草稿".encode("utf-7").replace(b"+", b"&").decode())[0] == "OK", "CREATE")
    appended = letter("ben@kaede.example", "aiko@sakura.example", "append")
    check(box.append("INBOX", "\\Draft", '"06-Apr-2026 09:00:00 +0900"', appended)[0] == "OK", "APPEND")
    uid = box.uid("SEARCH", "DRAFT")[1][0].split()[-1]
    check(box.uid("FETCH", uid, "(BODY.PEEK[])")[1][0][1] == appended, "APPEND changed bytes")
    box.uid("STORE", uid, "+FLAGS", "(\\Deleted)")
    box.expunge()
    check(uid not in box.uid("SEARCH", "ALL")[1][0].split(), "EXPUNGE")
    box.logout()


def dig():
    port = world.ports["ns.example", "dns"]
    out = run("dig", "@127.0.0.1", "-p", port, "kaede.example", "MX", "+norecurse").decode()
    check("10 mail.kaede.example." in out, out)
    check("flags: qr aa" in out, "the answer is not authoritative")
    out = run("dig", "@127.0.0.1", "-p", port, "nobody.kaede.example", "A", "+norecurse").decode()
    check("NXDOMAIN" in out and "SOA" in out, out)
    address = run("dig", "@127.0.0.1", "-p", port, "mail.kaede.example", "+short").decode().strip()
    reverse = run("dig", "@127.0.0.1", "-p", port, "-x", address, "+short").decode()
    check("mail.kaede.example." in reverse, f"PTR of {address}: {reverse}")

    def ask(*words):
        return run("dig", "@127.0.0.1", "-p", port, "+norecurse", *words).decode()

    out = ask("kaede.example", "MX", "+tcp")
    check("10 mail.kaede.example." in out and "(TCP)" in out, out)
    check("udp: 1232" in out, "no EDNS in the answer")
    out = ask("_imap._tcp.kaede.example", "SRV", "+short")
    check(out == "0 1 143 mail.kaede.example.\n", out)
    check("BADVERS" in ask("kaede.example", "+edns=1", "+noednsneg"), "EDNS version 1")
    check("Transfer failed" in ask("kaede.example", "AXFR"), "AXFR is not refused")
    check("NOTIMP" in ask("kaede.example", "+opcode=status"), "opcode STATUS")
    check("REFUSED" in ask("-c", "CH", "-t", "TXT", "version.bind"), "class CH")
    check("ANSWER: 1," in ask("kaede.example", "ANY", "+notcp"), "ANY is not answered minimally")


def bounce():
    """An address that does not exist: the report comes back to the sender."""
    sent = letter("aiko@sakura.example", "nobody@kaede.example", "bounced")
    with smtplib.SMTP("127.0.0.1", world.port("submission")) as smtp:
        smtp.login("aiko", "hanami")  # the local part alone will do
        smtp.sendmail("aiko@sakura.example", ["nobody@kaede.example"], sent)
    end = time.time() + 20
    while time.time() < end:
        box = imaplib.IMAP4("127.0.0.1", world.port("imap"))
        box.login("aiko@sakura.example", "hanami")
        box.select("INBOX")
        uids = box.uid("SEARCH", "FROM", "mailer-daemon", "BODY", "nobody@kaede.example")[1][0].split()
        if uids:
            raw = box.uid("FETCH", uids[-1], "(BODY.PEEK[])")[1][0][1]
            box.logout()
            message = email.message_from_bytes(raw)
            check(message.get_content_type() == "multipart/report", "no multipart/report")
            check(b"5.1.1" in raw, "the report does not say 5.1.1")
            return
        box.logout()
        time.sleep(0.1)
    raise AssertionError("no report came back")


def crowds():
    """More connections than are kept, and letters that never end: others are served all the same."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    where = ("127.0.0.1", world.port("smtp", KAEDE))
    crowd = [socket.create_connection(where) for _ in range(4300)]
    deliver("crowd")
    for one in crowd:
        one.close()
    endless = [socket.create_connection(where) for _ in range(30)]
    for one in endless:
        one.sendall(b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<ben@kaede.example>\r\nDATA\r\n")
    line = b"x" * 998 + b"\r\n"
    for _ in range(20):
        for one in endless:
            one.sendall(line * 1000)
    deliver("endless")
    resident = int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{world.process.pid}/status").read())[1])
    check(resident < 600_000, f"{resident} KiB are kept of letters that never end")
    answers = 0
    for one in endless:
        one.settimeout(20)
        one.sendall(b".\r\n")
        heard = b""
        while b"\n250 2.0.0" not in heard and b"\n452 4.3.1" not in heard:
            heard += one.recv(65536)
        answers += b"\n452 4.3.1" in heard
        one.close()
    check(answers >= 10, f"only {answers} heard that there is no room")


def rude_clients():
    """They harm nobody else: silent, half-open, flooding, never reading, gone in the middle."""
    silent = [socket.create_connection(("127.0.0.1", world.port("smtp"))) for _ in range(50)]
    half = socket.create_connection(("127.0.0.1", world.port("smtp")))
    half.shutdown(socket.SHUT_WR)
    middle = socket.create_connection(("127.0.0.1", world.port("smtp", KAEDE)))
    middle.recv(1000)
    middle.sendall(b"EHLO x.example\r\nMAIL FROM:<>\r\nRCPT TO:<ben@kaede.example>\r\nDATA\r\nSubject: no")
    middle.close()
    literal = socket.create_connection(("127.0.0.1", world.port("imap", KAEDE)))
    literal.sendall(b"a LOGIN {100000}\r\nhalf")
    literal.close()
    flood = socket.create_connection(("127.0.0.1", world.port("smtp")))
    flood.settimeout(20)
    try:
        for _ in range(200):
            flood.sendall(b"x" * 65536)
    except OSError:
        pass  # thrown out: that is an answer too
    deaf = socket.create_connection(("127.0.0.1", world.port("imap", KAEDE)))
    deaf.settimeout(3)
    try:
        deaf.sendall(b"a LOGIN ben@kaede.example momiji\r\nb SELECT INBOX\r\n")
        for n in range(200000):
            deaf.sendall(b"c%d FETCH 1:* BODY[]\r\n" % n)
    except OSError:
        pass
    with open(f"/proc/{world.process.pid}/status") as status:
        resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    check(resident < 400_000, f"{resident} KiB resident after the flood")
    python_smtplib("polite")
    for rude in (*silent, half, flood, deaf):
        rude.close()


def good_byes():
    """SIGTERM: everybody is told, the recording is whole, and the exit code is 0."""
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "trace.json"
        ending = World(sys.argv[1], "--record", saved)
        smtp = socket.create_connection(("127.0.0.1", ending.port("smtp")))
        imap = socket.create_connection(("127.0.0.1", ending.port("imap")))
        for each in (smtp, imap):
            each.settimeout(10)
            each.recv(1000)
        check(ending.stop() == 0, "serve does not exit with 0")
        check(smtp.recv(1000).startswith(b"421 "), "SMTP says no 421")
        check(imap.recv(1000).startswith(b"* BYE "), "IMAP says no BYE")
        check(len(json.loads(saved.read_text())["records"]) > 10, "the recording is not whole")


CASES = [("curl", curl_smtp), ("curl", curl_pop3), ("curl", curl_imap), ("curl", curl_logins), ("swaks", swaks),
         ("msmtp", msmtp), ("mpop", mpop), ("fetchmail", fetchmail), ("mbsync", mbsync),
         ("mutt", mutt), ("mutt", mutt_reads), ("", python_smtplib), ("", python_poplib),
         ("", python_imaplib), ("", python_logins), ("", python_lmtp), ("", bdat),
         ("", submission_completes), ("dig", dig), ("", bounce), ("", rude_clients), ("", crowds),
         ("", good_byes)]


def main():
    global world, home
    program, wanted = sys.argv[1], sys.argv[2:]
    failed = skipped = 0
    with tempfile.TemporaryDirectory(prefix="posthorn-clients-") as folder:
        home = Path(folder)
        world = World(program)
        for needs, case in CASES:
            name = case.__name__
            if wanted and name not in wanted:
                continue
            if needs and shutil.which(needs) is None:
                print(f"skip {name}: {needs} is not installed")
                skipped += 1
                continue
            try:
                case()
                print(f"ok   {name}")
            except Exception as problem:  # every program gets its turn
                print(f"FAIL {name}: {type(problem).__name__}: {problem}")
                failed += 1
        code = world.stop()
        if code != 0:
            print(f"FAIL serve exits {code}")
            failed += 1
    print(f"{failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
