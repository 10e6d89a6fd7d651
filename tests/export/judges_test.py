#!/usr/bin/env python3
"""Every form that other programs read, read by other programs.

    tests/export/judges_test.py BUILD/posthorn

Python's json, csv, email and mailbox; a JSON Schema validator; mutt; librsvg; PlantUML. What is
not installed is skipped by name; the test as a whole is skipped only if nothing is there.
"""

import csv
import email
import email.policy
import json
import mailbox
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

SOURCE = pathlib.Path(__file__).resolve().parents[2]
POSTHORN = sys.argv[1]
SCENARIOS = sorted(path for path in (SOURCE / "scenarios").glob("*.json")
                   if path.stem in ("first-letter", "mx-fallback", "two-mailboxes")
                   or "POSTHORN_ALL_LESSONS" in os.environ)  # slow: minutes
SKIPPED = []


def export(scenario, to, *words, code=0):
    result = subprocess.run([POSTHORN, "export", str(scenario), "--to", str(to), "--force",
                             *map(str, words)], capture_output=True)
    assert result.returncode == code, (to, words, result.stderr.decode())
    return result.stdout


def octets(blob):
    import base64
    return blob["text"].encode() if "text" in blob else base64.b64decode(blob["base64"])


def check_json(scenario, folder):
    """The schema's validator is not ours; what is read again writes the same bytes."""
    whole, lines = folder / "trace.json", folder / "trace.ndjson"
    export(scenario, whole)
    export(scenario, lines)
    for one, other in ((whole, whole), (lines, lines), (whole, lines), (lines, whole)):
        again = folder / ("again" + other.suffix)
        export(one, again)
        assert again.read_bytes() == other.read_bytes(), f"{one.name} -> {other.name}"
    objects = [json.loads(line) for line in lines.read_text().splitlines()]
    trace = json.loads(whole.read_text())
    assert objects[0]["scene"] == trace["scene"]
    assert [o for o in objects if "fact" in o] == trace["records"]
    try:
        import jsonschema
    except ImportError:
        SKIPPED.append("JSON Schema (python3-jsonschema)")
        return trace
    schema = json.loads((SOURCE / "schema/trace.schema.json").read_text())
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    assert kind(schema).is_valid(trace), next(kind(schema).iter_errors(trace)).message[:500]
    line = kind({**schema["$defs"]["line"], "$defs": schema["$defs"]})
    assert all(line.is_valid(o) for o in objects[:50] + objects[-50:])
    # It can say no.
    for spoil in ({"fact": "no-such-fact"}, {"at": -1}, {"surprise": 1}):
        bad = json.loads(json.dumps(trace))
        bad["records"] = [{**bad["records"][0], **spoil}]
        assert not kind(schema).is_valid(bad), spoil
    return trace


def check_csv(scenario, folder, trace):
    def rows(name):
        export(scenario, folder / name)
        with open(folder / name, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file, strict=True))

    events = rows("all.csv")
    assert len(events) > 50
    assert all(None not in row and None not in row.values() for row in events)
    assert [float(r["seconds"]) for r in events] == sorted(float(r["seconds"]) for r in events)
    records = {str(r["id"]): r for r in trace["records"]}
    assert all(records[r["record"]]["fact"] == r["event"] for r in events)
    messages = rows("all.messages.csv")
    stored = [r for r in trace["records"] if r["fact"] == "mailbox-stored"]
    assert {int(m["message"]) for m in messages if m["mailboxes"]} == \
        {r["message"] for r in stored}
    for message in messages:
        if message["delay_seconds"]:
            assert float(message["delay_seconds"]) > 0
    deliveries = rows("all.deliveries.csv")
    results = [r for r in trace["records"] if r["fact"] == "recipient-result"]
    assert [(r["recipient"], r["outcome"]) for r in deliveries] == \
        [(r["recipient"], r["outcome"]) for r in results]
    for row in deliveries:
        waited, tried, hop = (float(row[k]) for k in
                              ("waited_seconds", "attempt_seconds", "hop_seconds"))
        assert waited >= 0 and tried >= 0 and abs(waited + tried - hop) < 1e-6, row


def check_mail(scenario, folder, trace):
    stored = [r for r in trace["records"] if r["fact"] == "mailbox-stored"]
    account = stored[0]["account"]
    mine = [r for r in stored if r["account"] == account]
    gone = {r["uid"] for r in trace["records"]
            if r["fact"] == "mailbox-expunged" and r["account"] == account}
    contents = [octets(trace["blobs"][r["content"] - 1]) for r in mine if r["uid"] not in gone]

    box = folder / "ben.mbox"
    export(scenario, box, "--at", account)
    read = list(mailbox.mbox(box, create=False))
    assert len(read) == len(contents)
    for message, content in zip(read, contents):
        theirs = re.sub(rb"(?m)^>(>*From )", rb"\1", message.as_bytes())
        assert theirs.rstrip() == content.replace(b"\r\n", b"\n").rstrip()

    maildir = folder / "ben.maildir"
    export(scenario, maildir, "--at", account)
    kept = mailbox.Maildir(maildir, create=False)
    assert sorted(kept.get_bytes(k) for k in kept.keys()) == \
        sorted(c.replace(b"\r\n", b"\n") for c in contents)
    flags = [r["flags"] for r in trace["records"]
             if r["fact"] == "mailbox-flags" and r["account"] == account]
    if any("\\Seen" in f for f in flags) and contents:
        assert any("S" in kept.get_message(k).get_flags() for k in kept.keys())

    # As it stood before the first one came: nothing. A moment later: that one, octet by octet.
    first = mine[0]
    export(scenario, box, "--at", account, "--at", f"{first['at'] - 1}ns")
    assert box.read_bytes() == b""
    letter = folder / "first.eml"
    export(scenario, letter, "--at", account, "--at", f"{first['at']}ns")
    assert letter.read_bytes() == octets(trace["blobs"][first["content"] - 1])
    parsed = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    assert parsed["Message-ID"] and parsed["From"] and not parsed.defects
    # In the queue of a server, on its way.
    queued = next(r for r in trace["records"] if r["fact"] == "queue-accepted")
    host = trace["scene"]["hosts"][queued["host"] - 1]["name"]
    export(scenario, letter, "--at", host, "--at", f"{queued['at']}ns",
           "--only", f"message={queued['message']}")
    assert letter.read_bytes() == octets(trace["blobs"][queued["content"] - 1])
    export(scenario, folder / "no.eml", "--at", account, "--at", "0s", code=2)
    assert not (folder / "no.eml").exists()

    if not shutil.which("mutt"):
        SKIPPED.append("mutt")
        return
    export(scenario, box, "--at", account)
    for place in (box, maildir) if contents else ():
        copy = folder / "copied-by-mutt"
        copy.unlink(missing_ok=True)
        # mutt wants a terminal: script(1) gives it one. It copies every message, and leaves.
        keys = f"<tag-pattern>~A<enter><tag-prefix><copy-message>{copy}<enter><exit>"
        words = ["mutt", "-n", "-F", "/dev/null", "-R", "-f", str(place), "-e",
                 f"set confirmcreate=no confirmappend=no mbox_type=mbox; push '{keys}'"]
        subprocess.run(["script", "-qec", " ".join(map(shlex.quote, words)), "/dev/null"],
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                       env={"TERM": "vt100", "HOME": str(folder), "PATH": "/usr/bin:/bin"})
        assert len(mailbox.mbox(copy, create=False)) == len(contents), place


def check_drawings(scenario, folder):
    drawing = folder / "ladder.svg"
    export(scenario, drawing)
    root = xml.etree.ElementTree.parse(drawing).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    if shutil.which("rsvg-convert"):
        picture = folder / "ladder.png"
        subprocess.run(["rsvg-convert", drawing, "-o", picture], check=True)
        assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 10_000
    else:
        SKIPPED.append("librsvg (librsvg2-bin)")
    if shutil.which("plantuml"):
        for lang in ("en", "ja"):
            text = export(scenario, "-", "--format", "plantuml", "--lang", lang)
            result = subprocess.run(["plantuml", "-syntax"], input=text, capture_output=True)
            answer = result.stdout.decode().splitlines()
            assert answer[0] == "SEQUENCE", answer
            # What its parser accepts, its drawing may still fail at.
            drawn = subprocess.run(["plantuml", "-tsvg", "-pipe"], input=text, capture_output=True)
            words = "".join(xml.etree.ElementTree.fromstring(drawn.stdout).itertext())
            assert drawn.returncode == 0 and b"Exception" not in drawn.stderr, drawn.stderr[:500]
            assert "rror has occ" not in words and "mail.sakura.example" in words, words[:300]
            if b"FETCH" in text:
                assert "(\\Seen)" in words.replace("\xa0", " "), "a backslash is lost"
        bad = subprocess.run(["plantuml", "-syntax"], input=b"@startuml\nthis is no diagram\n@enduml\n",
                             capture_output=True).stdout
        assert bad.startswith(b"ERROR"), bad
    else:
        SKIPPED.append("PlantUML (plantuml)")
    check_mermaid(scenario, folder)


def check_mermaid(scenario, folder):
    """Mermaid's parser is not packaged for Debian. Where POSTHORN_MERMAID names a folder in which
    `npm install mermaid jsdom` was run, it judges; everywhere, the part of its grammar that we use.
    """
    text = export(scenario, "-", "--format", "mermaid").decode()
    if home := os.environ.get("POSTHORN_MERMAID"):
        (folder / "ladder.mmd").write_text(text)
        result = subprocess.run(["node", SOURCE / "tests/export/mermaid_parse.mjs",
                                 folder / "ladder.mmd"], cwd=home, capture_output=True, text=True)
        assert result.stdout.strip() == "sequence", result.stderr[-1500:]
    else:
        SKIPPED.append("Mermaid's parser (set POSTHORN_MERMAID to a folder with it)")
    front, title, back, kind, *body = text.splitlines()
    assert (front, back, kind) == ("---", "---", "sequenceDiagram") and title.startswith("title: ")
    known = set()
    for line in body:
        if match := re.fullmatch(r"  participant (h\d+) as [^;<>]+", line.replace("#", "")):
            known.add(match[1])
            continue
        plain = re.sub(r"#\d+;", "", line)
        match = re.fullmatch(r"  (?:(h\d+)(?:->>|-->>|-x)(h\d+)|Note over (h\d+)(?:,(h\d+))?): ([^#;<>]+)",
                             plain)
        assert match, line
        assert {h for h in match.groups()[:4] if h} <= known, line


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for scenario in SCENARIOS:
            trace = check_json(scenario, folder)
            check_csv(scenario, folder, trace)
            check_mail(scenario, folder, trace)
            check_drawings(scenario, folder)
            print(f"{scenario.stem}: read by others")
    for what in sorted(set(SKIPPED)):
        print(f"not installed, not asked: {what}")


main()
