#!/usr/bin/python3
"""How we read messages, beside Python's `email` and GMime: structure, names, decoded text.

    tests/messages/differential.py BUILD/tests/message_tree

Reads tests/messages/*.eml and, where it is there, ../shared/corpus. Readers differ on broken mail;
each difference that we stand by is in differences.json with its reason. GMime is skipped where
python3-gi and its typelib are missing.
"""
import email
import email.policy
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = [HERE] + [Path(p) for p in [os.environ.get("POSTHORN_CORPUS", "")] if p]
CORPUS.append(HERE.parent.parent.parent / "shared" / "corpus")

try:
    import gi
    gi.require_version("GMime", "3.0")
    from gi.repository import GMime
    GMime.init()
except (ImportError, ValueError):
    GMime = None

# (file, reader, what): why we differ.
KNOWN = json.loads((HERE / "differences.json").read_text())


def squeeze(text):
    """White space is where readers differ without meaning it: folding, line ends, the last line."""
    return " ".join(text.split())


def tidy(senders):
    return [[squeeze(name), squeeze(address)] for name, address in senders]


def ours(program, files):
    done = subprocess.run([program, *map(str, files)], capture_output=True, check=True)
    return {Path(told["file"]): told for told in map(json.loads, done.stdout.splitlines())}


def shape(tree):
    return [tree["type"], [shape(part) for part in tree.get("parts", [])]]


def leaves(tree):
    if "parts" not in tree:
        return [tree]
    return [leaf for part in tree["parts"] for leaf in leaves(part)]


def by_python(raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)

    def tree(part):
        out = {"type": part.get_content_type()}
        try:
            name = part.get_filename()
        except Exception:  # its parser gives up on some parameters
            name = None
        if name:
            out["filename"] = name.replace("\\", "/").split("/")[-1]
        if part.is_multipart():
            out["parts"] = [tree(child) for child in part.get_payload()]
        elif part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True) or b""
            try:
                out["text"] = payload.decode(part.get_content_charset() or "ascii")
            except (LookupError, UnicodeDecodeError):
                out["text"] = None  # it cannot tell
        return out

    try:
        subject = str(message["subject"] or "")
    except Exception:
        subject = None
    try:
        senders = [[one.display_name, one.addr_spec] for one in message["from"].addresses]
    except Exception:  # absent, or beyond its parser
        senders = None
    return {"subject": subject, "from": senders, "tree": tree(message)}


def by_gmime(raw):
    stream = GMime.StreamMem.new_with_buffer(raw)
    message = GMime.Parser.new_with_stream(stream).construct_message(None)
    if message is None:
        return None

    def tree(part):
        if part is None:
            return {"type": "text/plain"}
        kind = part.get_content_type()
        out = {"type": f"{kind.get_media_type()}/{kind.get_media_subtype()}".lower()}
        if isinstance(part, GMime.Multipart):
            out["parts"] = [tree(part.get_part(i)) for i in range(part.get_count())]
        elif isinstance(part, GMime.MessagePart):
            inner = part.get_message()
            out["parts"] = [tree(inner.get_mime_part())] if inner else []
        elif isinstance(part, GMime.TextPart):
            try:
                out["text"] = part.get_text()
            except UnicodeDecodeError:  # it hands out bytes that are no UTF-8
                out["text"] = None
        if isinstance(part, GMime.Part) and part.get_filename():
            out["filename"] = part.get_filename().replace("\\", "/").split("/")[-1]
        return out

    listed = message.get_from()
    found = [listed.get_address(i) for i in range(listed.length())] if listed else []
    senders = [[one.get_name() or "", one.get_addr() or ""] for one in found
               if isinstance(one, GMime.InternetAddressMailbox)]
    senders = senders if found and len(senders) == len(found) else None  # groups: not compared
    return {"subject": message.get_subject() or "", "from": senders,
            "tree": tree(message.get_mime_part())}


def differences(we, they):
    """What differs, by kind."""
    found = {}
    if they["subject"] is not None and squeeze(we["subject"]) != squeeze(they["subject"]):
        found["subject"] = (we["subject"], they["subject"])
    if they["from"] is not None and tidy(we["from"]) != tidy(they["from"]):
        found["from"] = (we["from"], they["from"])
    if shape(we["tree"]) != shape(they["tree"]):
        found["structure"] = (shape(we["tree"]), shape(they["tree"]))
        return found
    for mine, theirs in zip(leaves(we["tree"]), leaves(they["tree"])):
        if (mine.get("filename") or "") != (theirs.get("filename") or ""):
            found["filename"] = (mine.get("filename"), theirs.get("filename"))
        if theirs.get("text") is not None and squeeze(mine.get("text", "")) != squeeze(theirs["text"]):
            found["text"] = (mine.get("text", "")[:80], theirs["text"][:80])
    return found


def main():
    files = sorted(path for folder in CORPUS if folder.is_dir() for path in folder.rglob("*")
                   if path.suffix in (".eml", ".msg"))
    told = ours(sys.argv[1], files)
    readers = [("python", by_python)] + ([("gmime", by_gmime)] if GMime else [])
    known = {(file, reader, what): why for file, reader, what, why in KNOWN}
    present = {path.name for path in files}
    used, failures, compared = set(), 0, 0
    for path in files:
        raw = path.read_bytes()
        for name, read in readers:
            they = read(raw)
            if they is None:
                continue
            compared += 1
            for what, (mine, theirs) in differences(told[path], they).items():
                key = (path.name, name, what)
                if key in known:
                    used.add(key)
                    continue
                failures += 1
                print(f"DIFFERS {key}\n  ours:   {mine!r}\n  theirs: {theirs!r}")
    for key in sorted(set(known) - used):
        if key[0] in present and key[1] in [name for name, _ in readers]:
            print(f"note {key}: this reader agrees with us by now; take it off the list")
    print(f"{len(files)} messages, {compared} comparisons, {len(used)} known differences, "
          f"{failures} unknown" + ("" if GMime else " (GMime is not installed)"))
    sys.exit(1 if failures else 0)


main()
