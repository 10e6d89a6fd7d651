#!/usr/bin/env bash
# The rules of the house that a compiler does not know. Prints each breach as file:line.
#
#   tests/house_rules.sh [ROOT]
#
# Before it judges the repository it plants one breach of each rule and wants every one found.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# breaches ROOT: everything that is wrong there, one a line.
breaches() {
  cd "$1"
  # rule "why" "pattern" paths...: the pattern may not stand in these places.
  rule() {
    local why=$1 pattern=$2
    shift 2
    grep -rnE --include='*.cpp' --include='*.hpp' -e "$pattern" "$@" 2>/dev/null |
      sed "s|\$|   <- $why|" || true
  }
  # Dependencies run one way: protocols <- tls <- sim <- text <- export <- viz <- app.
  rule "protocols know nothing else" '#include "(tls|sim|text|export|viz|app)/' protocols
  rule "tls knows protocols alone" '#include "(sim|text|export|viz|app)/' tls
  rule "only tls speaks to OpenSSL (and the digests of sasl)" '#include <openssl' sim text export viz app
  rule "sim knows no viewer and no program" '#include "(text|export|viz|app)/' sim
  rule "the console knows neither terminal nor window" '#include ["<](viz/|app/|editline|unistd|imgui)' console
  rule "viz knows no program" '#include "app/' viz
  rule "the trace knows neither world nor export" '#include "(export|text|viz)/|#include "sim/(world|host|net|scenario)/' sim/trace
  rule "exporters read the trace alone" '#include "sim/(world|host|net|engine)/' export
  rule "the model knows no ImGui" '#include ["<](imgui|viz/app|viz/panels)' viz/model text
  # One place each for what changes between machines and versions.
  rule "only imgui_compat.hpp knows ImGui's version" 'IMGUI_VERSION_NUM' viz app |
    grep -v '^viz/app/imgui_compat.hpp:' || true
  rule "protocols use the standard library (iconv and digests in one file each)" \
    '#include <(openssl|asio|nlohmann|CLI|sys|unistd|netinet|arpa)' protocols |
    grep -v '^protocols/sasl/digest.cpp:' || true
  # Determinism: no clock but the virtual one, no generator but the seeded one, no locale.
  rule "there is one clock, the virtual one" \
    'system_clock::now|steady_clock|high_resolution_clock|gettimeofday|clock_gettime|[^_a-z]time\((NULL|nullptr|0)\)' \
    protocols tls sim text export
  rule "there is one generator, the seeded one" 'std::(random_device|mt19937|rand\b|shuffle)|\brand\(\)' \
    protocols tls sim text export
  rule "no locale" 'setlocale|std::locale|\bstd::(isalpha|isdigit|isspace|tolower|toupper)\b|strftime' \
    protocols tls sim text export
  rule "no threads in the simulation" '#include <(thread|mutex|atomic|future)>' protocols tls sim text export
  # An unordered container may be searched; walking through it would leak the machine's order.
  rule "no unordered containers, except for look-up tables that say so" 'std::unordered_' protocols tls sim |
    grep -v 'never iterated' || true
  # Everything that parses bytes has a fuzz target.
  for session in smtp/server smtp/client pop3/server pop3/client imap/server imap/client \
    dns/message dns/resolver dns/stream mail/message mail/header scenario trace_json; do
    name=tests/fuzz/fuzz_${session//\//_}.cpp
    [[ -f $name ]] || echo "$name is missing   <- everything that parses bytes has a fuzz target"
  done
}

# --- the rules can fail
planted=$(mktemp -d)
trap 'rm -rf "$planted"' EXIT
mkdir -p "$planted"/{protocols/sasl,tls,sim/trace,text,export,console,viz/{model,app},app,tests/fuzz}
while IFS='|' read -r file line; do echo "$line" >>"$planted/$file"; done <<'PLANTED'
protocols/a.cpp|#include "sim/world/world.hpp"
sim/b.cpp|#include "viz/model/model.hpp"
viz/c.cpp|#include "app/commands.hpp"
console/n.cpp|#include <editline/readline.h>
sim/trace/d.cpp|#include "sim/world/world.hpp"
export/e.cpp|#include "sim/net/network.hpp"
viz/model/f.cpp|#include "imgui.h"
viz/app/g.cpp|#if IMGUI_VERSION_NUM < 18700
protocols/h.cpp|#include <openssl/evp.h>
sim/i.cpp|const auto now = std::chrono::system_clock::now();
sim/j.cpp|std::mt19937 random;
protocols/k.cpp|std::setlocale(LC_ALL, "");
sim/l.cpp|#include <thread>
tls/n.cpp|#include "sim/world/world.hpp"
sim/o.cpp|#include <openssl/ssl.h>
sim/m.cpp|std::unordered_map<int, int> hosts;
PLANTED
found=$(breaches "$planted")
for letter in a b c d e f g h i j k l m n o; do
  grep -qE "/?$letter\.cpp:" <<<"$found" || { echo "FAILED: rule $letter finds nothing"; exit 1; }
done
grep -q 'fuzz_smtp_server.cpp is missing' <<<"$found" || { echo "FAILED: the fuzz rule"; exit 1; }

# --- and the repository keeps them
found=$(breaches "${1:-$here}")
[[ -z $found ]] || { echo "$found"; exit 1; }
echo "the house is in order"
