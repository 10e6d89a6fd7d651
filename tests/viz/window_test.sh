#!/usr/bin/env bash
# The real window, with a real mouse and real keys: Send, steps, scrubbing, searching, lessons.
#
#   tests/viz/window_test.sh BUILD/posthorn
#
# Exit 77 (skipped) where Xvfb or xdotool is missing. What counts is the state that the program
# writes with --marks, and where it says its widgets are; waiting is always for that state.
set -euo pipefail
posthorn=$1
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
for tool in Xvfb xdotool; do
  command -v $tool >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done

folder=$(mktemp -d)
marks=$folder/marks
cleanup() {
  # What holds the clipboard ends with the server.
  kill "${viewer:-}" "${server:-}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT

fail() {
  echo "FAILED: $*"
  [[ -f $marks ]] && head -1 "$marks"
  cat "$folder/log" 2>/dev/null || true
  exit 1
}

# until_true SECONDS command...: polls; slow machines only need more turns.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.05
  done
}

Xvfb -displayfd 4 -screen 0 1600x900x24 -nolisten tcp 4>"$folder/display" >/dev/null 2>&1 &
server=$!
until_true 30 test -s "$folder/display" || fail "Xvfb does not start"
DISPLAY=:$(tr -d '[:space:]' <"$folder/display")
export DISPLAY LIBGL_ALWAYS_SOFTWARE=1
export XDG_CONFIG_HOME=$folder/config POSTHORN_DATA=$source_dir/scenarios

started=$(date +%s%N)
"$posthorn" view "$source_dir/scenarios/first-letter.json" --lang en --size 1600x900 \
  --marks "$marks" >"$folder/log" 2>&1 &
viewer=$!
until_true 60 test -s "$marks" || fail "the window does not appear"
echo "first frame after $((($(date +%s%N) - started) / 1000000)) ms," \
  "$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$viewer/status") MiB resident"

state() { sed -n "1s/.* $1=\([^ ]*\).*/\1/p" "$marks"; }
has_mark() { grep -sq "^$1 " "$marks"; }
# click NAME: moves to the middle of the widget and holds the button as a finger does.
click() {
  until_true 10 has_mark "$1" || fail "there is no widget $1"
  local x0 y0 x1 y1
  read -r _ x0 y0 x1 y1 < <(grep "^$1 " "$marks" | head -1)
  xdotool mousemove $(((x0 + x1) / 2)) $(((y0 + y1) / 2))
  sleep 0.15
  xdotool mousedown 1
  sleep 0.15
  xdotool mouseup 1
}
# press KEY: long enough for a frame to see it.
press() { xdotool keydown "$1" && sleep 0.25 && xdotool keyup "$1"; }
count_is_not() { [[ $(state count) != "$1" ]]; }
is() { [[ $(state "$1") == "$2" ]]; }
# What is on the screen itself, not only in the lists that are handed to the graphics card.
colourful() { (($(state colours) > 12)); }
look_at() { until_true 10 colourful || fail "the window is empty after $1: $(state colours) colours"; }

look_at "opening"
is playing 0 || fail "the story should wait for Send"
is step 0 || fail "no step is reached before Send"

click send
until_true 20 is playing 1 || fail "a click on Send does not start the story"
until_true 20 is step 1 || until_true 1 is step 2 || fail "Send does not reach step 1"
click play
until_true 10 is playing 0 || fail "a click on Pause does not stop it"

before=$(state count)
click step-forward
until_true 10 count_is_not "$before" || fail "a click on Step moves nothing"
after=$(state count)
((after > before)) || fail "Step went back: $before -> $after"
click step-back
until_true 10 count_is_not "$after" || fail "a click on Back moves nothing"
(($(state count) < after)) || fail "Back went forward"

xdotool mousemove 5 5
press l
until_true 10 is lang ja || fail "the key L does not change the language"
press Right
before=$(state count)
press End
until_true 10 is step 5 || fail "the key End does not go to the end"

# Scrubbing with the mouse, both ways.
read -r _ x0 y0 x1 y1 < <(grep "^time " "$marks" | head -1)
middle=$(((y0 + y1) / 2))
xdotool mousemove $((x0 + (x1 - x0) / 4)) $middle && sleep 0.15
before=$(state count)
xdotool mousedown 1 && sleep 0.15
until_true 10 count_is_not "$before" || fail "pressing on the time slider goes nowhere"
early=$(state count)
xdotool mousemove $((x0 + (x1 - x0) * 3 / 4)) $middle && sleep 0.15
until_true 10 count_is_not "$early" || fail "dragging the time slider does not scrub"
(($(state count) > early)) || fail "dragging to the right went back"
xdotool mouseup 1

# Words and Japanese in the search field; the keys are text there.
click filter
xdotool type --delay 60 "t"
until_true 10 is find t || fail "typing into the search field does nothing"
# xdotool lends the letter a key meanwhile; where the window learns of that too late, it is typed
# again, and the key lent for longer.
for delay in 150 500 1500 3000; do
  xdotool type --delay "$delay" "桜"
  until_true 4 is find t桜 && break
done
is find t桜 || fail "Japanese cannot be typed into the search field"
for _ in 1 2 3 4; do  # a slow window may see two presses as one
  press Escape
  until_true 2 is find "" && break
done
is find "" || fail "Esc does not empty the search field"

# Views, theme and presenting by key.
press 3
until_true 10 grep -q "^rung-" "$marks" || fail "the key 3 does not show the ladder"
look_at "another view"
press t
until_true 10 is theme dark || fail "the key T does not change the theme"
look_at "another theme"
press F5
until_true 10 has_mark panel-caption || fail "F5 does not present"
look_at "presenting"
press Next
press Escape
until_true 10 has_mark panel-header || fail "Esc does not end presenting"

look_at "the end of presenting"
xdotool keydown ctrl && press equal && xdotool keyup ctrl
until_true 10 is text 110 || fail "Ctrl and = do not enlarge the text"
look_at "larger text"
xdotool keydown ctrl && press 0 && xdotool keyup ctrl
until_true 10 is text 100 || fail "Ctrl and 0 do not bring the size of the text back"

# The picture of the window on the clipboard, if there is a program that puts it there.
if command -v xclip >/dev/null; then
  picture() {
    timeout 5 xclip -selection clipboard -t image/png -o >"$folder/picture.png" 2>/dev/null &&
      [[ $(head -c 4 "$folder/picture.png" | tail -c 3) == PNG ]]
  }
  press x
  click copy-picture
  until_true 10 picture || fail "the picture of the window is not on the clipboard"
else
  echo "xclip is not installed: copying the picture is not tried"
fi

# What if the power failed now? The story is told anew, stands where it stood, and can be undone.
press w
until_true 10 has_mark what-if-card || fail "the key W does not ask what if"
before=$(state records)
click mishap-power
until_true 20 has_mark undo-1 || fail "a click on a mishap does not let it happen"
[[ $(state records) != "$before" ]] || fail "the story is the same without power"
look_at "a mishap"
click undo-1
until_true 20 is records "$before" || fail "what was undone has still happened"
press Escape

# The list of lessons, and another one from it.
press h
until_true 10 is start 1 || fail "the key H does not show the lessons"
records=$(state records)
click lesson-2
until_true 30 is start 0 || fail "a click on a lesson does not open it"
[[ $(state records) != "$records" ]] || fail "another lesson has the same records"
look_at "opening a lesson from the list"
grep -q two-mailboxes "$folder/config/posthorn/settings.json" || fail "the file is not remembered"

# By keys alone: a file is opened by its name. It is broken, so the place is shown; mended and saved
# it opens by itself. (No clipboard and no mouse is needed for that.)
cp "$source_dir/scenarios/mx-fallback.json" "$folder/mine.json"
sed -i '0,/"seed"/s//"sead"/' "$folder/mine.json"
press h
until_true 10 is start 1 || fail "the key H does not show the lessons"
for _ in {1..80}; do
  is focus open-path && break
  press Tab
done
is focus open-path || fail "Tab does not reach the field for a file's name"
press Return
xdotool type --delay 60 "$folder/mine.json"
press Return
until_true 20 has_mark problem-card || fail "a broken scenario is not told of"
look_at "a broken scenario"
cp "$source_dir/scenarios/mx-fallback.json" "$folder/mine.json"
until_true 20 is start 0 || fail "a mended scenario does not open by itself"
until_true 10 grep -q mine.json "$folder/config/posthorn/settings.json" ||
  fail "the opened file is not remembered"

# A letter of one's own, pasted in Japanese, is what travels then.
if command -v xclip >/dev/null; then
  press Home
  until_true 10 has_mark own-subject || fail "at the opening no letter can be written"
  click own-subject
  xdotool keydown ctrl && press a && xdotool keyup ctrl
  printf '春の手紙' | xclip -selection clipboard
  xdotool keydown ctrl && press v && xdotool keyup ctrl
  press Escape
  records=$(state records)
  click send
  until_true 20 is playing 1 || fail "an own letter is not sent"
  press End
  press slash
  printf '春の手紙' | xclip -selection clipboard
  xdotool keydown ctrl && press v && xdotool keyup ctrl
  until_true 10 is find 春の手紙 || fail "Japanese cannot be pasted into the search field"
  until_true 10 grep -Eq "^(row|rung)-0 " "$marks" || fail "the own letter is found nowhere"
fi
kill -0 "$viewer" || fail "the viewer is gone"

# A broken scenario that is named on the command line opens the window, too, and mended it is shown.
kill "$viewer" && wait "$viewer" 2>/dev/null || true
sed -i '0,/"seed"/s//"sead"/' "$folder/mine.json"
rm -f "$marks"
"$posthorn" view "$folder/mine.json" --lang en --size 1600x900 --marks "$marks" \
  >"$folder/log" 2>&1 &
viewer=$!
until_true 30 has_mark problem-card || fail "a broken scenario from the command line opens nothing"
grep -q 'mine.json:' "$folder/log" || fail "the terminal is not told what is broken"
cp "$source_dir/scenarios/mx-fallback.json" "$folder/mine.json"
until_true 20 is start 0 || fail "a mended scenario from the command line does not open"
kill -0 "$viewer" || fail "the viewer is gone"
echo "passed: Send, steps, scrubbing, searching in Japanese, views, theme, text size, presenting, what if," \
  "lessons and broken files in a real window"
