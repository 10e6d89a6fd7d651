#!/usr/bin/env python3
"""The captures of all shipped scenarios, judged by tshark.

    tests/export/pcapng_test.py BUILD/posthorn

No packet may be malformed or have a bad checksum, no expert may warn beyond what the scenario's
faults cause, the streams must be the trace's bytes, and the fields that tshark dissects must be
those that the trace names.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
POSTHORN = sys.argv[1]
CHECKSUMS = ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE",
             "-o", "udp.check_checksum:TRUE",
             "-o", "smtp.decryption:TRUE"]  # else it warns that it may not read AUTH


def lessons():
    """Three that have everything; all of them, which takes minutes, with POSTHORN_ALL_LESSONS set."""
    return sorted(path for path in (SOURCE / "scenarios").glob("*.json")
                  if path.stem in ("first-letter", "mx-fallback", "two-mailboxes")
                  or "POSTHORN_ALL_LESSONS" in os.environ)


def posthorn(*words):
    subprocess.run([POSTHORN, "export", *map(str, words), "--force"], check=True)


def tshark(capture, *words):
    result = subprocess.run(["tshark", "-n", "-r", str(capture), *CHECKSUMS, *words],
                            capture_output=True, text=True, check=True)
    return result.stdout


def fields(capture, wanted, *names):
    words = [word for name in names for word in ("-e", name)]
    lines = tshark(capture, "-Y", wanted, "-T", "fields", "-E", "separator=\t", "-E",
                   "occurrence=a", "-E", "aggregator=|", *words).splitlines()
    return [line.split("\t") for line in lines]


def octets(blob):
    import base64
    return blob["text"].encode() if "text" in blob else base64.b64decode(blob["base64"])


def check_sound(capture, faults=False):
    """Nothing is broken; warnings come from faults only."""
    broken = tshark(capture, "-Y", " or ".join((
        "_ws.malformed", 'ip.checksum.status == "Bad"', 'tcp.checksum.status == "Bad"',
        'udp.checksum.status == "Bad"', "_ws.expert.severity >= 8388608")))
    assert not broken, f"{capture}: {broken}"
    warnings = fields(capture, "_ws.expert.severity >= 6291456", "frame.number", "_ws.expert.message")
    if not faults:
        # A refused connection is what some scenarios are about.
        warnings = [w for w in warnings if "Connection reset (RST)" not in w[1]]
        assert not warnings, f"{capture}: {warnings}"


def check_packets(capture, trace):
    """Every packet that left its host is there once, at its time, from its interface."""
    records, hosts = trace["records"], trace["scene"]["hosts"]
    # What a bad line doubled nobody sent twice: copies are seen where they arrive.
    left, seen = [], {r["packet"] for r in records if r["fact"] == "packet-duplicated"}
    for record in records:
        if record["fact"] == "packet-hop" and record["packet"] not in seen:
            seen.add(record["packet"])
            at = trace["scene"]["epoch"] * 10**9 + record["at"]
            left.append((f"{at // 10**9}.{at % 10**9:09}", hosts[record["from"] - 1]["name"]))
    found = fields(capture, "frame", "frame.time_epoch", "frame.interface_name", "frame.comment")
    assert [(time, name) for time, name, *_ in found] == left
    assert all(comment for _, _, comment in found), "a packet without its explanation"
    return len(left)


def follow(capture, streams):
    """What each stream carried, by its number. One run for all: tshark takes long to begin."""
    words = [word for stream in streams for word in ("-z", f"follow,tcp,raw,{stream}")]
    shown, stream = {}, None
    for line in tshark(capture, "-q", *words).splitlines() if words else []:
        if line.startswith("Filter: tcp.stream eq "):
            stream = line.rsplit(" ", 1)[1]
            shown[stream] = {"client": b"", "server": b""}
        text = line.strip()
        if text and all(c in "0123456789abcdef" for c in text):
            shown[stream]["server" if line.startswith("\t") else "client"] += bytes.fromhex(text)
    return shown


def check_streams(capture, trace):
    """What `follow stream` shows is what was said."""
    blobs = trace["blobs"]
    openings = [r for r in trace["records"] if r["fact"] == "connection-opening"]
    streams = {}  # tcp.stream by client's address and port
    for stream, port, address in fields(capture, "tcp.flags.syn == 1 and tcp.flags.ack == 0",
                                        "tcp.stream", "tcp.srcport", "ip.src"):
        streams.setdefault((address, int(port)), stream)
    followed, shown = 0, follow(capture, streams.values())
    for opening in openings:
        client = trace["scene"]["hosts"][opening["client"] - 1]["addresses"][0]
        stream = streams.get((client, opening["client_port"]))
        if stream is None:
            continue  # it never left the host
        said = {"client": b"", "server": b""}
        for record in trace["records"]:
            if record["fact"] == "stream-written" and record["conn"] == opening["conn"]:
                said[record["side"]] += octets(blobs[record["bytes"] - 1])
        assert shown[stream] == said, f"{capture}: stream {stream} of connection {opening['conn']}"
        followed += bool(said["client"])
    return followed


def check_fields(capture, trace):
    """Commands and replies as tshark names them are the trace's lines, in order."""
    protocol = {r["conn"]: r["protocol"] for r in trace["records"]
                if r["fact"] == "connection-opening"}
    said = [(protocol[r["conn"]], r["kind"], r["verb"]) for r in trace["records"]
            if r["fact"] == "line" and r["flow"] == "sent"]

    def ours(protocols, kinds):
        return sorted(v for p, k, v in said if p in protocols and k in kinds and v)

    names = ("smtp.req.command", "smtp.response.code", "imap.request.command",
             "pop.request.command", "dns.qry.name")
    rows = fields(capture, " or ".join(names), *names)

    def theirs(name):
        column = names.index(name)
        return sorted(v for row in rows for v in row[column].split("|") if v)

    smtp = ("smtp", "submission")
    # tshark names the verbs only of the commands that it knows, and looks at retransmissions once.
    verbs = {v.upper() for v in theirs("smtp.req.command")}
    assert verbs <= set(ours(smtp, ("command",))) | {"MAIL", "RCPT"}, verbs
    assert {"EHLO", "MAIL", "RCPT", "QUIT"} <= verbs, verbs
    codes = {v for v in theirs("smtp.response.code")}
    assert codes <= set(ours(smtp, ("reply", "greeting"))), codes
    imap = {v.upper() for v in theirs("imap.request.command")}
    said_imap = {w for v in ours(("imap",), ("command",)) for w in v.upper().split()}
    assert imap and imap <= said_imap if said_imap else not imap, (imap, said_imap)
    pop = {v for v in theirs("pop.request.command")}
    assert pop <= set(ours(("pop3",), ("command",))), pop
    asked = {r["question"] for r in trace["records"] if r["fact"] == "dns-asked"}
    asked_for = set(theirs("dns.qry.name"))
    for question in asked:
        name = question.split(" ", 1)[1].rstrip(".")
        cached = any(r["fact"] == "dns-answered" and r["question"] == question and r["from_cache"]
                     for r in trace["records"])
        assert name in asked_for or cached, f"{capture}: nobody asks for {name}: {asked_for}"


def check_names(capture):
    """The host names stand in the file: no resolver is asked."""
    resolved = subprocess.run(["tshark", "-N", "n", "-r", str(capture), "-T", "fields", "-e",
                               "ip.src_host"], capture_output=True, text=True, check=True).stdout
    assert "mail.sakura.example" in resolved, resolved[:200]


def check_loss(folder):
    """Loss looks like loss: at the receiver a gap and a retransmission, at the sender a repeat."""
    scenario = json.loads((SOURCE / "scenarios/first-letter.json").read_text())
    for link in scenario["links"]:
        link["loss"] = 0.1
    shutil.copytree(SOURCE / "scenarios/letters", folder / "letters")
    lossy = folder / "lossy.json"
    lossy.write_text(json.dumps(scenario, ensure_ascii=False))
    capture = folder / "lossy.pcapng"
    posthorn(lossy, "--to", capture, "--lang", "en")
    check_sound(capture, faults=True)
    assert tshark(capture, "-Y", "tcp.analysis.retransmission"), "no retransmission to be seen"


def check_ipv6(folder):
    """Where hosts have IPv6 addresses only, everything goes over IPv6, checksums and all."""
    scenario = json.loads((SOURCE / "scenarios/first-letter.json").read_text())
    for number, host in enumerate(scenario["hosts"], 1):
        host["addresses"] = [f"2001:db8::{number}"]
    (folder / "six.json").write_text(json.dumps(scenario, ensure_ascii=False))
    capture = folder / "six.pcapng"
    posthorn(folder / "six.json", "--to", capture, "--lang", "en")
    check_sound(capture)
    assert not tshark(capture, "-Y", "ip"), "somebody speaks IPv4"
    assert tshark(capture, "-Y", "ipv6 and smtp.req.command == RCPT")
    assert tshark(capture, "-Y", "ipv6 and imap.request.command == FETCH or imap.request.command == UID")


def main():
    if not shutil.which("tshark"):
        print("skipped: tshark is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for scenario in lessons():
            capture, saved = folder / f"{scenario.stem}.pcapng", folder / "trace.json"
            posthorn(scenario, "--to", saved)
            trace = json.loads(saved.read_text())
            posthorn(saved, "--to", capture, "--lang", "en")
            # Whatever a story's faults do to packets, tshark may wonder about.
            faults = any(r["fact"] in ("packet-dropped", "packet-duplicated", "fault-began")
                         for r in trace["records"])
            check_sound(capture, faults)
            packets = check_packets(capture, trace)
            followed = check_streams(capture, trace)
            assert followed > 0
            if not any(r["fact"] == "tls-started" for r in trace["records"]):
                check_fields(capture, trace)  # what is sealed is judged by tls_test.py
            check_names(capture)
            for host in trace["scene"]["hosts"]:
                seen = folder / "host.pcapng"
                posthorn(saved, "--to", seen, "--at", host["name"], "--lang", "ja")
                check_sound(seen, faults)
            print(f"{scenario.stem}: {packets} packets, {followed} dialogues")
        check_loss(folder)
        check_ipv6(folder)


main()
