#!/usr/bin/env bash
# The command line as people and scripts use it: what is printed where, and the exit codes.
#
#   tests/app/cli_test.sh BUILD/posthorn
set -uo pipefail
posthorn=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
unset DISPLAY WAYLAND_DISPLAY POSTHORN_DATA
export LC_ALL=C.UTF-8
failures=0

# try CODE words...: runs posthorn, keeps its output in $out and $err, and wants this exit code.
try() {
  local wanted=$1 code
  shift
  "$posthorn" "$@" >"$folder/out" 2>"$folder/err" </dev/null
  code=$?
  out=$(cat "$folder/out") err=$(cat "$folder/err") command="posthorn $*"
  ((code == wanted)) || complain "exits $code, not $wanted"
}
complain() {
  echo "FAILED: $command: $*"
  echo "  stdout: ${out:0:400}"
  echo "  stderr: ${err:0:400}"
  failures=$((failures + 1))
}
says() { [[ $out == *"$1"* ]] || complain "standard output does not say \"$1\""; }
warns() { [[ $err == *"$1"* ]] || complain "standard error does not say \"$1\""; }
silent() { [[ -z $out ]] || complain "there should be nothing on standard output"; }

# --- help
try 0 --help; says "Examples:"; says "serve"
try 0 --version; says "posthorn 0."
try 0 run --help; says "--until"
try 2 fly; silent; warns "fly"
try 2 run; silent; warns "scenario"
try 2 run scenarios/first-letter.json --until soon; silent; warns "3.2s"
try 2 view scenarios/first-letter.json --size huge; silent; warns "1600x900"

# --- run: the story on standard output, the sum on standard error
for name in first-letter two-mailboxes mx-fallback; do
  try 0 run "scenarios/$name.json" --lang en; says "250 2.0.0 Ok: queued"; warns "expectations hold"
  try 0 run "$name" --quiet; silent; [[ -z $err ]] || complain "--quiet should say nothing"
done
try 0 run first-letter --lang ja; says "はじめてのメール"
try 1 run first-letter --until 1.5s; says "Send is pressed"; warns "first-letter.json:"
[[ $out != *"IMAP"* ]] || complain "--until ran on"
try 2 run nowhere.json; silent; warns "nowhere.json"

# --- an expectation that fails is named, with its place
sed 's/"messages": 1/"messages": 7/' scenarios/first-letter.json >"$folder/wrong.json"
cp -r scenarios/letters "$folder/"
try 1 run "$folder/wrong.json"; warns "wrong.json:"; warns "expectation failed"; warns "7"
try 1 check "$folder/wrong.json"; warns "expectation failed"

# --- for whom things are explained, and a teacher's own words
try 0 export first-letter --to - --lang en; [[ $out != *"back of the envelope"* ]] || complain "nobody asked"
try 0 export first-letter --to - --lang en --level office; says "back of the envelope"
try 0 export first-letter --to - --lang en --level admin; says "RFC 5321 §4.1.1.2"
try 2 export first-letter --to - --level pupil; warns "--level"
mkdir "$folder/texts"
printf '[smtp.command.EHLO]\nen: Our own words.\noops\n' >"$folder/texts/ours.txt"
POSTHORN_TEXTS="$folder/texts" try 0 export first-letter --to - --lang en --level student
says "Our own words."; warns "ours.txt:3: expected"
POSTHORN_TEXTS="$folder/nowhere" try 0 list --lang en; says "first letter"; warns "nowhere: "

# --- check: mistakes with file:line:column, all of a file, as the goldens beside them
try 0 check scenarios/*.json
for broken in scenarios/broken/*.json; do
  try 2 check "$broken"
  warns "$(head -1 "${broken%.json}.expected.txt" | sed 's/^[^:]*//')"
done
try 2 check --format json scenarios/broken/unknown-key.json
says '"line"'
python3 -c 'import json, sys; json.load(sys.stdin)' <<<"$out" || complain "this is no JSON"

# --- export
try 0 export first-letter --to "$folder/letter.txt"; silent
grep -q "MAIL FROM:<aiko@sakura.example>" "$folder/letter.txt" || complain "no dialogue in the file"
try 2 export first-letter --to "$folder/letter.txt"; warns "--force"
try 0 export first-letter --to "$folder/letter.txt" --force
try 0 export first-letter --to - --format json; says '"posthorn-trace": 1'
try 0 export first-letter --to "$folder/trace.json"
try 0 export "$folder/trace.json" --to "$folder/again.json"
cmp -s "$folder/trace.json" "$folder/again.json" || complain "a trace changes when it is read"
try 2 export first-letter --to "$folder/letter.xyz"; warns ".txt"
try 2 export first-letter --to "$folder/none/letter.txt"; warns "cannot write"
[[ ! -e $folder/none ]] || complain "it made a folder"
if ((EUID != 0)); then
  mkdir "$folder/locked" && chmod a-w "$folder/locked"
  try 2 export first-letter --to "$folder/locked/letter.txt"; warns "cannot write"
fi
if [[ -w /dev/full ]]; then
  "$posthorn" export first-letter --to - >/dev/full 2>"$folder/err"
  [[ $? == 2 ]] || { command="export to a full disk"; complain "exit code"; }
fi
# Every form there is; and the mistakes
for ending in txt md html mmd puml svg pcapng json ndjson csv messages.csv deliveries.csv mbox \
  maildir; do
  try 0 export first-letter --to "$folder/all.$ending"; silent
  [[ -e $folder/all.$ending ]] || complain "there is no file"
  try 2 export first-letter --to "$folder/all.$ending"; warns "--force"
  try 0 export first-letter --to "$folder/all.$ending" --force
done
try 0 export first-letter --to - --only protocol=smtp --plain; says "C: EHLO"
[[ $out != *"LOGIN"* ]] || complain "--only lets others through"
try 0 export --help; says "protocol=smtp,dns"; says "pcapng"
try 2 export first-letter --to - --only colour=red; silent; warns "KEY=VALUE"
try 2 export first-letter --to - --only host=nobody; silent; warns "ben-phone"
try 2 export first-letter --to - --format fax; silent; warns "pcapng"
try 2 export first-letter --to "$folder/new.pcapng" --at nobody; warns "nobody"
[[ ! -e $folder/new.pcapng ]] || complain "half a file was left"
try 2 export first-letter --to "$folder/new.json" --only message=1; warns "--only"
mkdir -p "$folder/precious"; touch "$folder/precious/thesis"
try 2 export first-letter --to "$folder/precious" --format maildir --force; warns "no Maildir"
[[ -e $folder/precious/thesis ]] || complain "it destroyed a folder"
try 2 export first-letter --to "$folder/precious" --format text --force; warns "folder"
if [[ -w /dev/full ]]; then
  try 2 export first-letter --to /dev/full --format json; warns "No space left"
fi
# What a form cannot honour is said.
try 2 export first-letter --to "$folder/new.txt" --at mail.kaede.example; warns "--only host="
try 2 export first-letter --to "$folder/new.pcapng" --at 3s; warns "--at TIME"
try 2 export first-letter --to "$folder/new.csv" --at ben@kaede.example; warns "--at MAILBOX"
try 2 export first-letter --to "$folder/new.csv" --plain; warns "--plain"
try 2 export first-letter --to "$folder/new.txt" --with-keys; warns "--with-keys"
try 2 export first-letter --to - --only connection=99; silent; warns "no connection 99"
# A file that may not grow is an error, not a death.
(ulimit -f 8; "$posthorn" export first-letter --to "$folder/new.json" 2>"$folder/err")
[[ $? == 2 && $(<"$folder/err") == *"File too large"* ]] ||
  { command="export with ulimit -f"; complain "$(<"$folder/err")"; }
if "$posthorn" export --help | grep -q "png gif mp4" && "$posthorn" view --help >/dev/null &&
  "$posthorn" export first-letter --to "$folder/still.png" 2>/dev/null; then
  [[ $("$posthorn" export first-letter --to - --format png | head -c 4 | tail -c 3) == PNG ]] ||
    { command="export a picture to standard output"; complain "no PNG"; }
  if [[ -w /dev/full ]]; then
    try 2 export first-letter --to /dev/full --format png; warns "No space left"
  fi
  (ulimit -f 8; "$posthorn" export first-letter --to "$folder/cut.png" 2>"$folder/err")
  [[ $? == 2 && ! -e $folder/cut.png ]] || { command="half a picture"; complain "it was left"; }
  try 2 export first-letter --to "$folder/none/x.gif"; warns "No such file"
  [[ $(wc -l <"$folder/err") == 1 ]] || complain "more than one line: $(<"$folder/err")"
fi
# An interrupt leaves no half folder.
"$posthorn" export busy --to "$folder/cut.maildir" 2>"$folder/err" &
for ((i = 0; i < 400; ++i)); do
  [[ -e $folder/cut.maildir.part ]] && break
  sleep 0.01
done
kill $! 2>/dev/null; wait $!
[[ ! -e $folder/cut.maildir.part ]] || { command="export a maildir, killed"; complain "half of it"; }
head -c 5000 "$folder/trace.json" >"$folder/half.json"
try 2 export "$folder/half.json" --to -; silent; warns "half.json"
if command -v ffmpeg >/dev/null && "$posthorn" export --help | grep -q mp4; then
  "$posthorn" export first-letter --to "$folder/cut.mp4" 2>"$folder/err" &
  for ((i = 0; i < 200; ++i)); do
    [[ -s $folder/cut.mp4.part ]] && break
    sleep 0.05
  done
  [[ -e $folder/cut.mp4.part ]] || { command="export of a film"; complain "it never began"; }
  kill $!; wait $!
  [[ $? == 143 ]] || { command="export of a film, terminated"; complain "exit code"; }
  [[ ! -e $folder/cut.mp4 ]] || complain "half a film has the name of a whole one"
fi
compgen -G "$folder/*.part" >/dev/null && complain "a temporary file was left behind"

# --- the same seed gives the same bytes, another seed does not
try 0 run mx-fallback --seed 5 --quiet --record "$folder/a.json"
try 0 run mx-fallback --seed 5 --quiet --record "$folder/b.json"
try 0 run mx-fallback --seed 6 --quiet --record "$folder/c.json"
cmp -s "$folder/a.json" "$folder/b.json" || complain "two runs differ"
cmp -s "$folder/a.json" "$folder/c.json" && complain "the seed changes nothing"

# --- storm: nothing is lost, and the number of worlds at once changes nothing
try 0 storm --seeds 1..20 --jobs 2; says "storms      20"; says "lost        0"; two=$out
try 0 storm --seeds 1..20 --jobs 1; [[ $out == "$two" ]] || complain "--jobs changes the result"
try 2 storm --seeds many; silent; warns "1..1000"
try 2 storm --seeds 9..1; silent; warns "1..1000"

# --- list and schema
try 0 list --lang en; says "first-letter.json"; says "The first letter"
try 0 schema
try 0 schema trace; says "Posthorn trace"
try 0 schema
diff <(echo "$out") schema/scenario.schema.json >/dev/null || complain "schema/ is not up to date"

# --- no display: the program says how to go on without one
if [[ $("$posthorn" --help) == *view* ]]; then
  try 2 view first-letter; warns "posthorn run"
  try 2; warns "posthorn run"
fi

# --foreground: else it may come twice, to the program and to its process group.
command="posthorn storm, interrupted"
out=$(timeout --foreground --preserve-status -s INT 2 "$posthorn" storm --seeds 1..10000000 --jobs 1 2>"$folder/err")
[[ $? == 130 ]] || complain "an interrupt should end it with 130"
err=$(cat "$folder/err"); says "lost        0"; warns "interrupted after"

# --- serve: bad weather by hand
command="posthorn serve, with a hand at it"
err=$( (printf 'fault power_cut mail.kaede.example\nfaults\nrepair all\nfly\n'; sleep 1) |
  timeout -s INT 3 "$posthorn" serve two-mailboxes --lang en 2>&1 >/dev/null)
warns "1: mail.kaede.example loses its power"; warns "1: it is over"; warns 'say "fault'

# --- serve: what must be known to connect, as JSON lines; and its mistakes
try 2 serve first-letter --bind nonsense; silent; warns "127.0.0.1"
try 2 serve first-letter --ports many; silent; warns "auto"
try 2 serve first-letter --only nobody; silent; warns "nobody"
try 2 serve first-letter --ports 65530; silent; warns "too few ports"
try 2 serve first-letter --record "$folder/nowhere/trace.json"; silent; warns "cannot write"
try 0 run one-hop --quiet --record "$folder/saved.json"
try 2 serve "$folder/saved.json"; silent; warns "is a saved trace"

((failures == 0)) && echo "the command line: all as it should be"
exit $((failures > 0))
