#!/usr/bin/env python3
"""docs/PROTOCOLS.md must tell the truth: checks it against the code and the tests.

    tests/protocols_doc.py [ROOT]

Every verb in the verb tables, every announced capability and every limit stands in its table, every
row names a test and every test named exists, every RFC that the code cites is listed. Before it
judges the repository it breaks a copy of the page in every way and wants each breach found.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)

# Where the names stand in the code: section of the page, file, pattern.
NAMES = [
    ("SMTP, submission and LMTP: commands", "protocols/smtp/command.cpp", r'VerbEntry\{"([A-Z0-9]+)"'),
    ("SMTP: extensions", "protocols/smtp/server_commands.cpp",
     r'reply\.lines\.(?:emplace|push)_back\("([A-Z0-9]+)'),
    ("POP3: commands", "protocols/pop3/command_table.cpp", r'^ +\{"([A-Z0-9]+)",'),
    ("POP3: capabilities", "protocols/pop3/capabilities.cpp", r'^ +\{"([A-Z0-9-]+)",'),
    ("IMAP: commands", "protocols/imap/command_table.cpp", r'^ +\{"([A-Z]+)", \w+, &E::'),
    ("IMAP: capabilities", "protocols/imap/capabilities.cpp", r'^ +\{"([^"]+)", When::'),
    ("SASL mechanisms, for SMTP, POP3 and IMAP", "protocols/sasl/mechanism.cpp",
     r'Entry\{Mechanism::\w+, "([^"]+)"'),
    ("Limits", "sim/scenario/limits_table.cpp", r'^ +(?:number|time)\("(\w+)"'),
]
# The rooms whose notes cite RFCs.
ROOMS = ["smtp", "pop3", "imap", "dns", "sasl"]


def sections(page):
    """Heading -> rows of its table, as lists of cells."""
    found, rows = {}, None
    for line in page.splitlines():
        if line.startswith("## "):
            rows = found[line[3:]] = []
        elif line.startswith("| ") and rows is not None and " shown by |" not in line:
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def test_cases(name):
    path = ROOT / "tests" / name if name.startswith(("sim/", "tls/")) else ROOT / "tests/protocols" / name
    return re.findall(r'TEST_CASE\(\s*"([^"]*)"', path.read_text()) if path.exists() else []


def breaches(page):
    tables = sections(page)
    for section, file, pattern in NAMES:
        names = re.findall(pattern, (ROOT / file).read_text(), re.M)
        if len(names) < 5:
            yield f"{file}: the table was not recognised"
        listed = {word for row in tables.get(section, []) for word in re.findall(r"`([^`]+)`", row[0])}
        for name in names:
            if name not in listed:
                yield f"{file}: {name} is missing in the table \"{section}\""
    for section, rows in tables.items():
        for row in rows:
            named = re.findall(r'(\S+_test\.cpp): "([^"]+)"', row[2])
            if not named:
                yield f"{section}: {row[0]} names no test"
            for file, case in named:
                if case not in test_cases(file):
                    yield f"{section}: there is no test \"{case}\" in {file}"
    cited = set()
    for room in ROOMS:
        for source in (ROOT / "protocols" / room).glob("*.cpp"):
            cited.update(re.findall(r'"RFC (\d+)[ "]', source.read_text()))
    for rfc in sorted(cited, key=int):
        if not re.search(rf"RFC {rfc}\b", page):
            yield f"RFC {rfc} is cited by the code and not listed"


def main():
    page = (ROOT / "docs/PROTOCOLS.md").read_text()
    # --- the rules can fail
    for what, broken in [("verb", page.replace("`EXAMINE`", "")),
                         ("capability", page.replace("`SEARCHRES`", "")),
                         ("test", page.replace('"POP3: limits"', '"POP3: no limits"')),
                         ("row", re.sub(r"(\| `RSET` .*\|).*\|", r"\1 |", page)),
                         ("RFC", page.replace("RFC 6851", ""))]:
        if broken == page or not list(breaches(broken)):
            sys.exit(f"FAILED: a missing {what} is not found")
    # --- and the page keeps them
    found = list(breaches(page))
    print("\n".join(found) or "docs/PROTOCOLS.md tells the truth")
    sys.exit(1 if found else 0)


main()
