#!/usr/bin/python3
"""Reading messages: megabytes a second of ours beside Python's `email` and GMime, in one run.

    bench/message_bench.py BUILD/bench/message_bench [FILE...]

Without files: tests/messages and, where it is there, ../shared/corpus, and one large message with
an attachment. GMime is skipped where python3-gi and its typelib are missing. GMime is called
through Python: the calls for each message count against it, which matters for small ones.
"""
import email
import email.message
import email.policy
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

try:
    import gi
    gi.require_version("GMime", "3.0")
    from gi.repository import GMime
    GMime.init()
except (ImportError, ValueError):
    GMime = None

ROOT = Path(__file__).resolve().parent.parent


def messages():
    folders = [ROOT / "tests" / "messages", ROOT.parent / "shared" / "corpus",
               Path(os.environ.get("POSTHORN_CORPUS") or ROOT / "tests" / "messages")]
    return sorted({path for folder in folders if folder.is_dir() for path in folder.rglob("*")
                   if path.suffix in (".eml", ".msg")})


def large(folder):
    letter = email.message.EmailMessage()
    letter["Subject"] = "花見"
    letter["From"] = "aiko@sakura.example"
    letter.set_content("桜が咲きました。\n" * 2000)
    letter.add_attachment(bytes(range(256)) * 8000, maintype="image", subtype="png", filename="桜.png")
    path = Path(folder) / "large.eml"
    path.write_bytes(letter.as_bytes(policy=email.policy.SMTP))
    return path


def rate(contents, read):
    octets, begin = 0, time.perf_counter()
    while (seconds := time.perf_counter() - begin) < 1:
        for raw in contents:
            read(raw)
            octets += len(raw)
    return octets / seconds / 1e6


def by_gmime(raw):
    return GMime.Parser.new_with_stream(GMime.StreamMem.new_with_buffer(raw)).construct_message(None)


def compare(program, title, files):
    done = subprocess.run([program, *map(str, files)], capture_output=True, text=True, check=True)
    size, tree, shown = map(float, done.stdout.split())
    print(f"{title}: {len(files)} messages, {size:.2f} MB")
    print(f"  posthorn, tree only             {tree:9.1f} MB/s")
    print(f"  posthorn, all that is shown     {shown:9.1f} MB/s")
    contents = [path.read_bytes() for path in files]
    readers = [("Python email, tree only", email.message_from_bytes)]
    readers += [("GMime (by Python), tree only", by_gmime)] if GMime else []
    for name, read in readers:
        theirs = rate(contents, read)
        print(f"  {name:<32}{theirs:9.1f} MB/s   ours is {tree / theirs:.1f} times that")
    if not GMime:
        print("  GMime is not installed: skipped")


def main():
    program, files = sys.argv[1], [Path(name) for name in sys.argv[2:]]
    if files:
        return compare(program, "given", files)
    compare(program, "small and odd", messages())
    with tempfile.TemporaryDirectory() as folder:
        compare(program, "large, with an attachment", [large(folder)])


main()
