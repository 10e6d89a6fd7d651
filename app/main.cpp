// The `posthorn` program: the command line, and nothing else.
#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "sim/scenario/units.hpp"

namespace {

using namespace posthorn;

constexpr const char* kExamples =
    "Examples:\n"
    "  posthorn view scenarios/first-letter.json --lang ja\n"
    "  posthorn run scenarios/two-mailboxes.json\n"
    "  posthorn export scenarios/first-letter.json --to letter.txt\n"
    "  posthorn check scenarios/*.json\n"
    "  posthorn serve scenarios/first-letter.json\n"
    "\n"
    "Exit code: 0 done and all expectations hold; 1 an expectation failed; 2 bad usage or input.";

/// The language of the messages' texts: --lang, else LANG and friends, else English.
Lang default_lang() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
      return std::string(value).substr(0, 2) == "ja" ? Lang::ja : Lang::en;
  return Lang::en;
}

/// Comparisons let a NaN through.
const CLI::Validator kFinite(
    [](const std::string& text) {
      return std::isfinite(std::strtod(text.c_str(), nullptr)) ? std::string() : "not a number";
    },
    "", "");

/// The same range as in scenario files: what JSON's numbers hold exactly.
void add_seed(CLI::App& app, std::optional<std::uint64_t>& seed) {
  app.add_option("--seed", seed, "Other random numbers than the scenario's")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{9007199254740991}))
      ->option_text("UINT");
}

void add_lang(CLI::App& app, Lang& lang) {
  lang = default_lang();
  app.add_option("--lang", lang, "Language of the texts: ja or en")
      ->transform(CLI::Transformer(std::map<std::string, Lang>{{"en", Lang::en}, {"ja", Lang::ja}}))
      ->option_text("ja|en");
}

void add_duration(CLI::App& app, const std::string& name, std::optional<Duration>& value,
                  const std::string& help) {
  app.add_option_function<std::string>(
         name,
         [&value, name](const std::string& text) {
           const auto parsed = scenario::parse_duration(text);
           if (!parsed)
             throw CLI::ValidationError(name, "\"" + text + "\" is no time; write 3.2s, 5m or 2d");
           value = *parsed;
         },
         help)
      ->option_text("TIME");
}

void add_size(CLI::App& app, app::ViewOptions& options) {
  app.add_option_function<std::string>(
         "--size",
         [&options](const std::string& text) {
           const std::size_t x = text.find('x');
           const auto number = [&](std::string_view digits, int& out) {
             const auto [end, error] =
                 std::from_chars(digits.data(), digits.data() + digits.size(), out);
             return error == std::errc{} && end == digits.data() + digits.size() && out >= 320 &&
                    out <= 7680;
           };
           if (x == std::string::npos || !number(text.substr(0, x), options.width) ||
               !number(std::string_view(text).substr(x + 1), options.height))
             throw CLI::ValidationError("--size", "write WIDTHxHEIGHT, e.g. 1600x900");
         },
         "Size of the window or picture")
      ->option_text("WxH");
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of write()
  CLI::App cli{"Posthorn shows how e-mail travels: real protocols in a simulated world.",
               "posthorn"};
  cli.footer(kExamples);
  cli.set_version_flag("--version", "posthorn " POSTHORN_VERSION);
  cli.require_subcommand(0, 1);
  int status = app::kOk;

  app::ViewOptions view_options;
  CLI::App* view = cli.add_subcommand("view", "Watch a scenario or a saved trace in the window");
  view->add_option("input", view_options.input, "Scenario or trace (default: the list of lessons)");
  add_duration(*view, "--at", view_options.at, "Begin at this moment, e.g. 3.2s");
  view_options.usual_lang = default_lang();
  view->add_option_function<std::string>(
          "--lang",
          [&](const std::string& text) { view_options.lang = text == "ja" ? Lang::ja : Lang::en; },
          "Language of the texts: ja or en")
      ->check(CLI::IsMember({"ja", "en"}))
      ->option_text("ja|en");
  view->add_option_function<std::string>(
          "--theme", [&](const std::string& text) { view_options.dark = text == "dark"; },
          "Light or dark")
      ->check(CLI::IsMember({"light", "dark"}))
      ->option_text("light|dark");
  add_size(*view, view_options);
  view->add_option("--screenshot", view_options.screenshot, "Draw one frame to this PNG and exit")
      ->option_text("FILE.png");
  view->add_option("--view", view_options.show, "Begin with this view below the stage")
      ->check(CLI::IsMember({"log", "talk", "ladder", "packets", "letter", "offices", "tap"}))
      ->option_text("NAME");
  view->add_option("--level", view_options.level, "Explain to: office, student or admin")
      ->check(CLI::IsMember({"office", "student", "admin"}))
      ->option_text("LEVEL");
  view->add_option("--find", view_options.find, "Search for these words")->option_text("QUERY");
  view->add_flag("--present", view_options.present, "Large type, for a projector");
  view->add_flag("--tall", view_options.tall, "Enlarge the view below the stage");
  view->add_option("--text", view_options.text_scale, "Size of the text, 75 to 250 percent")
      ->check(CLI::Range(75.0, 250.0) & kFinite)
      ->option_text("PERCENT");
  view->add_flag("--live", view_options.live, "Let real mail programs take part, as serve does");
  view->add_option("--bind", view_options.bind, "With --live: the address to listen at");
  view->add_option("--ports", view_options.ports, "With --live: auto, or the first port")
      ->option_text("auto|BASE");
  view->add_option("--speed", view_options.speed, "With --live: virtual seconds in a real one")
      ->check(CLI::Range(0.001, 1e6) & kFinite);
  view->add_option("--overlay", view_options.overlay)->group("");   // for pictures of the program
  view->add_option("--marks", view_options.marks_file)->group("");  // for tests of the window
  view->callback([&] { status = app::view(view_options); });

  app::RunOptions run_options;
  CLI::App* run = cli.add_subcommand("run", "Run a scenario and tell what happens");
  run->add_option("scenario", run_options.scenario, "Scenario file")->required();
  add_seed(*run, run_options.seed);
  add_duration(*run, "--until", run_options.until, "Stop at this moment");
  add_lang(*run, run_options.lang);
  run->add_flag("--quiet", run_options.quiet, "Only say which expectations fail");
  run->add_option("--record", run_options.record, "Save the whole trace")->option_text("FILE");
  run->callback([&] { status = app::run(run_options); });

  app::ExportOptions export_options;
  CLI::App* exporter =
      cli.add_subcommand("export", "Write what happened in forms that other tools read");
  exporter->add_option("input", export_options.input, "Scenario or trace")->required();
  CLI::Option* export_to =
      exporter->add_option("--to", export_options.to, "File, or - for standard output");
  exporter
      ->add_option("--format", export_options.format, "One of those below; default: by the ending")
      ->option_text("F");
  exporter->add_option("--only", export_options.only, "Part of it; see below")->option_text("TERM");
  exporter
      ->add_option("--at", export_options.at,
                   "Seen from this host, mailbox (ben@kaede.example) or moment (3.2s)")
      ->option_text("PLACE");
  exporter
      ->add_option("--level", export_options.level,
                   "Explain to: office, student or admin; text and md explain only if asked")
      ->check(CLI::IsMember({"office", "student", "admin"}))
      ->option_text("LEVEL");
  exporter->add_flag("--plain", export_options.plain, "text: the bare dialogue, as RFCs print it");
  exporter->add_flag("--with-keys", export_options.with_keys,
                     "pcapng: embed the keys of TLS, so that Wireshark reads along");
  CLI::Option* export_keys = exporter->add_option(
      "--keys", export_options.keys, "Write the keys of TLS to this file, as an SSLKEYLOGFILE");
  export_keys->option_text("FILE");
  exporter->add_flag("--progress", export_options.progress,
                     "gif and mp4: tell how far it is, even if standard error is no terminal");
  add_seed(*exporter, export_options.seed);
  exporter->footer(app::export_help());
  add_lang(*exporter, export_options.lang);
  exporter->add_flag("--force", export_options.force, "Overwrite an existing file");
  exporter->callback([&, export_to, export_keys] {
    if (export_to->empty() && export_keys->empty()) throw CLI::RequiredError("--to");
    status = app::export_trace(export_options);
  });

  app::CheckOptions check_options;
  std::string check_format = "text";
  CLI::App* check = cli.add_subcommand("check", "Check scenarios: their text and their run");
  check->add_option("scenarios", check_options.scenarios, "Scenario files")->required();
  check->add_option("--format", check_format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  add_lang(*check, check_options.lang);
  check->callback([&] {
    check_options.json = check_format == "json";
    status = app::check(check_options);
  });

  app::ServeOptions serve_options;
  CLI::App* serve =
      cli.add_subcommand("serve", "Let real mail programs talk to the scenario's servers");
  serve->add_option("scenario", serve_options.scenario, "Scenario file")->required();
  serve->add_option("--bind", serve_options.bind, "Address to listen on; default 127.0.0.1")
      ->option_text("ADDR");
  serve->add_option("--ports", serve_options.ports, "auto, or the first of consecutive numbers")
      ->option_text("auto|BASE");
  serve->add_option("--only", serve_options.only, "Serve this host alone")->option_text("HOST");
  serve->add_option("--speed", serve_options.speed, "Virtual seconds in a real one; default 1")
      ->check(CLI::Range(0.001, 1e6) & kFinite)
      ->option_text("N");
  serve
      ->add_option("--ca", serve_options.ca,
                   "Write the certificate of this world's authority to this file (PEM)")
      ->option_text("FILE");
  serve->add_option("--record", serve_options.record, "Save the whole trace at the end")
      ->option_text("FILE");
  add_lang(*serve, serve_options.lang);
  serve->footer(
      "While it runs, a line makes bad weather: \"fault power_cut mail.kaede.example for 10s\",\n"
      "\"repair all\", \"faults\"; \"fault\" alone lists what can go wrong.");
  serve->callback([&] { status = app::serve(serve_options); });

  app::StormOptions storm_options;
  CLI::App* storm =
      cli.add_subcommand("storm", "Random weather over random worlds: is anything lost?");
  storm->add_option("scenario", storm_options.scenario,
                    "In place of seeds: this scenario, as one that a loss was shrunk to");
  storm->add_option("--seeds", storm_options.seeds, "From which seed to which")
      ->option_text("A..B");
  storm->add_option("--jobs", storm_options.jobs, "Worlds at once; default: one a core")
      ->check(CLI::Range(1, 256))
      ->option_text("N");
  storm->add_option("--folder", storm_options.folder, "Where the scenario of a loss is written")
      ->option_text("DIR");
  storm->callback([&] {
    if (storm_options.seeds.empty() && storm_options.scenario.empty())
      throw CLI::RequiredError("--seeds");
    status = app::storm(storm_options);
  });

  app::TalkOptions talk_options;
  CLI::App* talk = cli.add_subcommand("talk", "Speak to a server by hand, as with telnet");
  talk->add_option("scenario", talk_options.scenario, "Scenario file")->required();
  talk->add_option("service", talk_options.service, "Host and service: mail.sakura.example:smtp")
      ->required()
      ->option_text("HOST:SERVICE");
  add_lang(*talk, talk_options.lang);
  talk->add_option("--record", talk_options.record, "Save the whole trace at the end")
      ->option_text("FILE");
  talk->callback([&] { status = app::talk(talk_options); });

  Lang list_lang = Lang::en;
  CLI::App* list = cli.add_subcommand("list", "List the shipped scenarios");
  add_lang(*list, list_lang);
  list->callback([&] { status = app::list(list_lang); });

  std::string schema_of = "scenario";
  CLI::App* schema =
      cli.add_subcommand("schema", "Print the JSON Schema of scenarios or of traces");
  schema->add_option("of", schema_of, "scenario (default) or trace")
      ->check(CLI::IsMember({"scenario", "trace"}));
  schema->callback([&] { status = app::schema(schema_of == "trace"); });

  app::load_texts();
  try {
    cli.parse(argc, argv);
    if (cli.get_subcommands().empty()) {
      status = app::view(view_options);
    }
  } catch (const CLI::ParseError& problem) {
    return cli.exit(problem) == 0 ? app::kOk : app::kBadInput;
  } catch (const std::exception& problem) {
    app::complain(problem.what());
    return app::kBadInput;
  }
  return status;
}
