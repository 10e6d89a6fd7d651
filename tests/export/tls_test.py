#!/usr/bin/env python3
"""TLS in captures, judged by tshark: sealed without the keys, the transcript's words with them.

    tests/export/tls_test.py BUILD/posthorn
"""
import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
POSTHORN = sys.argv[1]


def posthorn(*words):
    subprocess.run([POSTHORN, "export", *map(str, words), "--force"], check=True)


def tshark(capture, *words):
    return subprocess.run(["tshark", "-n", "-r", str(capture), *map(str, words)],
                          capture_output=True, text=True, check=True).stdout


def values(capture, field, *options):
    lines = tshark(capture, *options, "-Y", field, "-T", "fields", "-e", field, "-E",
                   "aggregator=|").splitlines()
    return {value.upper() for line in lines for value in line.split("|") if value}


def octets(blob):
    return blob["text"].encode() if "text" in blob else base64.b64decode(blob["base64"])


def said_under_tls(trace):
    """What each side of each connection said once it was sealed."""
    said = {}
    for record in trace["records"]:
        if record["fact"] == "plain-written":
            key = (record["conn"], record["side"])
            said[key] = said.get(key, b"") + octets(trace["blobs"][record["bytes"] - 1])
    return said


def followed(capture, stream, *options):
    """Node 0 is whose record was the first that tshark could read; the other stands indented."""
    shown = {False: b"", True: b""}
    first = None
    for line in tshark(capture, *options, "-q", "-z", f"follow,tls,raw,{stream}").splitlines():
        text = line.strip()
        if line.startswith("Node 0:"):
            first = "server" if int(line.rsplit(":", 1)[1]) in (25, 110, 143, 465, 587, 993, 995) \
                else "client"
        if text and all(c in "0123456789abcdef" for c in text):
            shown[line.startswith("\t")] += bytes.fromhex(text)
    return {"client": shown[first == "server"], "server": shown[first == "client"]}


def in_clear(trace):
    """What crossed without a seal: everything on connections that never had one, and what others
    said before it."""
    out = b""
    sealed = set()
    for record in trace["records"]:
        if record["fact"] == "tls-started":
            sealed.add((record["conn"], record["side"]))
        elif record["fact"] == "stream-written" and (record["conn"], record["side"]) not in sealed:
            out += octets(trace["blobs"][record["bytes"] - 1])
    return out


def check(scenario, folder, leaks=False):
    sealed, opened = folder / "sealed.pcapng", folder / "opened.pcapng"
    keys, saved = folder / "secrets.keys", folder / "trace.json"
    posthorn(scenario, "--to", saved)
    posthorn(scenario, "--to", sealed, "--keys", keys)
    posthorn(scenario, "--to", opened, "--with-keys")
    trace = json.loads(saved.read_text())
    said = said_under_tls(trace)
    assert said, "nothing was said under TLS"
    for broken in ("_ws.malformed", 'tcp.checksum.status == "Bad"'):
        assert not tshark(opened, "-Y", broken), broken

    # Without the keys: nothing of what was said under the seal, unless it was also said in clear.
    open_words = in_clear(trace)
    capture = sealed.read_bytes()
    for words in said.values():
        for line in words.split(b"\r\n"):
            assert len(line) < 12 or line in open_words or line not in capture, line
    if not leaks:
        commands = values(sealed, "smtp.req.command") | values(sealed, "imap.request.command") | \
            values(sealed, "pop.request.command")
        first = ("EHLO", "STARTTLS", "CAPABILITY", "CAPA", "STLS")
        assert all(any(word.startswith(c) for word in first) for c in commands), commands
    assert "tls" in tshark(sealed, "-Y", "tls.app_data", "-T", "fields", "-e", "frame.protocols")

    # With them, embedded or beside: every stream is what our transcript says.
    ports = {}
    for line in tshark(opened, "-Y", "tcp.flags.syn == 1 and tcp.flags.ack == 0", "-T", "fields",
                       "-e", "tcp.stream", "-e", "tcp.srcport", "-e", "ip.src").splitlines():
        stream, port, address = line.split("\t")
        ports.setdefault((address, int(port)), stream)
    streams = 0
    for opening in (r for r in trace["records"] if r["fact"] == "connection-opening"):
        want = {side: said.get((opening["conn"], side), b"") for side in ("client", "server")}
        if not any(want.values()):
            continue
        client = trace["scene"]["hosts"][opening["client"] - 1]["addresses"][0]
        stream = ports[client, opening["client_port"]]
        assert followed(opened, stream) == want, (scenario, stream)
        if streams == 0:
            assert followed(sealed, stream, "-o", f"tls.keylog_file:{keys}") == want
        streams += 1
    assert {"MAIL", "RCPT"} <= values(opened, "smtp.req.command")
    return streams, values(opened, "imap.request.command"), values(opened, "pop.request.command")


def main():
    if not shutil.which("tshark"):
        print("skipped: tshark is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        streams, imap, _ = check(SOURCE / "scenarios/sealed.json", folder)
        assert streams >= 3 and "FETCH" in " ".join(imap), (streams, imap)
        # The other lessons, each of which has something in clear as well.
        for lesson in ("one-hop", "forged-certificate", "stripped", "implicit"):
            streams, _, pop3 = check(SOURCE / f"scenarios/{lesson}.json", folder, leaks=True)
            assert streams >= 1, lesson
        assert "RETR" in pop3, pop3  # Ben's phone, upgraded by STLS
        # The same by POP3, and under implicit TLS.
        scenario = json.loads((SOURCE / "scenarios/sealed.json").read_text())
        scenario["expect"] = []
        for host in scenario["hosts"]:
            if "client" in host:
                host["client"] = {"reads": "pop3", "tls": "implicit"}
            if "submission" in host.get("services", []):
                host["services"] += ["submissions", "pop3", "pop3s"]
        variant = folder / "implicit.json"
        variant.write_text(json.dumps(scenario, ensure_ascii=False))
        streams, _, pop3 = check(variant, folder)
        assert streams >= 3 and "RETR" in pop3, (streams, pop3)
        # An old server: TLS 1.2.
        for host in scenario["hosts"]:
            if "tls" in host:
                host["tls"]["version"] = "1.2"
            if "client" in host:
                host["client"] = {"reads": "imap", "tls": "starttls"}
        variant.write_text(json.dumps(scenario, ensure_ascii=False))
        streams, imap, _ = check(variant, folder)
        assert streams >= 3, streams
    print("tshark reads every sealed stream with the keys, and none without")


main()
