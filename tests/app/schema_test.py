#!/usr/bin/env python3
"""The JSON Schema of scenarios, in the hands of a validator that is not ours.

    tests/app/schema_test.py BUILD/posthorn

Every shipped scenario and the examples of docs/SCENARIOS.md are valid; mistakes of shape are not.
Skipped (exit 77) without python3-jsonschema.
"""

import copy
import json
import pathlib
import re
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

SOURCE = pathlib.Path(__file__).resolve().parents[2]
schema = json.loads(subprocess.run([sys.argv[1], "schema"], check=True, capture_output=True).stdout)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
judge = kind(schema)


def valid(name, scenario):
    error = next(judge.iter_errors(scenario), None)
    assert error is None, f"{name}: {list(error.path)}: {error.message[:300]}"


for path in sorted((SOURCE / "scenarios").glob("*.json")):
    valid(path.name, json.loads(path.read_text()))

guide = (SOURCE / "docs/SCENARIOS.md").read_text()
examples = re.findall(r"```json ?(\w*)\n(.*?)```", guide, re.S)
whole = json.loads(examples[0][1])
valid("the guide's whole example", whole)
for part, text in examples[1:]:
    piece, scenario = json.loads(text), copy.deepcopy(whole)
    if part == "top":
        scenario.update(piece)
    elif part == "host":
        scenario["hosts"][4].update(piece)
    elif part == "domain":
        scenario["domains"][1].update(piece)
    elif part == "account":
        scenario["domains"][1]["accounts"][0].update(piece)
    elif part == "link":
        scenario["links"][3].update(piece)
    else:
        scenario[part] = piece
    valid(f"the guide's example of {part}", scenario)

# It can say no.
for spoil in (lambda s: s.update(narations=[]),
              lambda s: s["story"][0].update(at=20),
              lambda s: s["story"][0].update(at="20 seconds"),
              lambda s: s["hosts"][1].update(services="smtp"),
              lambda s: s["hosts"][1].update(tls={"offered": True}),
              lambda s: s["links"][0].update(loss=20),
              lambda s: s["story"].append({"at": "1s", "fault": {"powercut": "x"}}),
              lambda s: s["story"].append({"at": "1s", "fault": {"power_cut": "x", "for": 3}}),
              lambda s: s["story"].append({"at": "1s", "fault": {"greylist": "mail.kaede.example"}})):
    bad = copy.deepcopy(whole)
    spoil(bad)
    assert not judge.is_valid(bad), json.dumps(bad)[-200:]
print("the schema agrees")
