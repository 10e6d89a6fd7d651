#include <algorithm>

#include "app/commands.hpp"
#include "app/film.hpp"
#include "app/input.hpp"
#include "app/maildir.hpp"
#include "app/output.hpp"
#include "export/formats.hpp"
#include "sim/scenario/units.hpp"

namespace posthorn::app {
namespace {

std::string format_names() {
  std::string names;
  for (const exporting::Format& format : exporting::formats())
    names += std::string(format.name) + ", ";
  return names + "maildir, png, gif and mp4";
}

/// A folder, unlike the others: written by the program, not into a stream.
bool is_maildir(const ExportOptions& options) {
  return options.format == "maildir" ||
         (options.format.empty() && options.to.ends_with(".maildir"));
}

/// "png", "gif", "mp4", or empty: those the viewer draws.
std::string_view film_format(const ExportOptions& options) {
  if (options.format.empty()) return film_format_of(options.to);
  return is_film(options.format) ? std::string_view(options.format) : std::string_view();
}

Result<const exporting::Format*> choose_format(const ExportOptions& options) {
  if (!options.format.empty()) {
    if (const auto* named = exporting::format_named(options.format)) return named;
    return Error{"unknown format \"" + options.format + "\"; there are " + format_names()};
  }
  if (options.to == "-") return exporting::format_named("text");
  if (const auto* fitting = exporting::format_for_file(options.to)) return fitting;
  return Error{"the ending of " + options.to + " names no format; say --format with one of " +
               format_names() + " (.txt, for example, is text)"};
}

/// Each --at is a moment, a mailbox or a host.
exporting::Place parse_place(const std::vector<std::string>& words) {
  exporting::Place place;
  for (const std::string& word : words)
    if (const auto time = scenario::parse_duration(word))
      place.time = Instant{} + *time;
    else if (word.find('@') != std::string::npos)
      place.mailbox = word;
    else
      place.host = word;
  return place;
}

std::optional<texts::Level> parse_level(std::string_view name) {
  constexpr std::string_view names[texts::kLevels] = {"office", "student", "admin"};
  for (std::size_t i = 0; i < texts::kLevels; ++i)
    if (name == names[i]) return static_cast<texts::Level>(i);
  return std::nullopt;
}

/// What a form cannot honour is said, not passed over.
Result<bool> check_meaning(const ExportOptions& options, const exporting::Place& at,
                           std::string_view format) {
  if (options.plain && format != "text") return Error{"--plain is for text"};
  if (options.with_keys && format != "pcapng") return Error{"--with-keys is for pcapng"};
  const bool mail = format == "eml" || format == "mbox" || format == "maildir";
  const std::string form(format);
  if (!at.host.empty() && !mail && format != "pcapng")
    return Error{"--at HOST is for pcapng and messages; for " + form +
                 ", say --only host=" + at.host};
  if (!at.mailbox.empty() && !mail)
    return Error{"--at MAILBOX is for eml, mbox and maildir, not for " + form};
  if (at.time && !mail && format != "png")
    return Error{"--at TIME is for png and messages; for " + form + ", say --only time=..TIME"};
  return true;
}

Result<bool> export_file(const trace::Trace& trace, const exporting::Options& what,
                         const exporting::Format& format, const ExportOptions& options) {
  auto output = Output::open(options.to, options.force);
  if (!output) return output.error();
  auto written = format.write(trace, what, output->stream());
  return written ? output->commit() : written;
}

Result<bool> export_maildir(const trace::Trace& trace, const exporting::Options& what,
                            const ExportOptions& options) {
  if (options.to == "-") return Error{"a Maildir is a folder; it cannot go to standard output"};
  const auto files = exporting::maildir_files(trace, what);
  if (!files) return files.error();
  return write_maildir(options.to, *files, options.force);
}

int refuse(const Error& error) {
  complain(error.message);
  return kBadInput;
}

int write_keys(const trace::Trace& trace, const ExportOptions& options) {
  auto output = Output::open(options.keys, options.force);
  if (!output) return refuse(output.error());
  const auto written = exporting::format_named("keys")->write(trace, {}, output->stream());
  const auto done = written ? output->commit() : written;
  return done ? kOk : refuse(done.error());
}
int export_keys_alone(const ExportOptions& options) {
  const auto trace = load_trace(options.input, options.seed, options.lang);
  return trace ? write_keys(*trace, options) : kBadInput;
}

}  // namespace

std::string export_help() {
  std::string help = "Formats (the ending of the file chooses, or --format):\n";
  for (const exporting::Format& format : exporting::formats()) {
    std::string left = "  " + std::string(format.name) + "  " + std::string(format.endings);
    left.resize(std::max<std::size_t>(left.size() + 2, 26), ' ');
    help += left + std::string(format.what) + "\n";
  }
  return help +
         "  maildir  .maildir       a folder with the messages that stood there\n"
         "  png gif mp4             the window, --at a time or as a film (made by ffmpeg)\n"
         "\n--only takes terms, all of which must hold; a term's values are alternatives:\n"
         "  connection=1,3..5  host=mail.kaede.example  protocol=smtp,dns  message=1  step=2..3\n"
         "  time=1s..5s (also 10s.. and ..2m)\n"
         "for example  --only \"protocol=smtp host=mail.kaede.example time=..5s\"";
}

int export_trace(const ExportOptions& options) {
  if (options.to.empty()) return export_keys_alone(options);
  const bool maildir = is_maildir(options);
  const std::string_view picture = film_format(options);
  const auto format = maildir || !picture.empty() ? Result<const exporting::Format*>(nullptr)
                                                  : choose_format(options);
  if (!format) return refuse(format.error());
  std::string terms;
  for (const std::string& term : options.only) terms += term + " ";
  auto selection = exporting::parse_selection(terms);
  if (!selection) return refuse(Error{"--only " + selection.error().message});

  exporting::Place place = parse_place(options.at);
  const auto meant = check_meaning(options, place,
                                   maildir            ? "maildir"
                                   : !picture.empty() ? picture
                                                      : (*format)->name);
  if (!meant) return refuse(meant.error());

  const auto trace = load_trace(options.input, options.seed, options.lang);
  if (!trace) return kBadInput;
  const exporting::Options what{options.lang,     std::move(*selection),      options.plain,
                                std::move(place), parse_level(options.level), options.with_keys};
  if (!picture.empty() && !what.selection.empty())
    return refuse(Error{"pictures and films show everything; no --only here"});
  const auto done = !picture.empty() ? write_film(*trace,
                                                  {options.to, picture, what.at.time, options.lang,
                                                   what.level, options.progress},
                                                  options.force)
                    : maildir        ? export_maildir(*trace, what, options)
                                     : export_file(*trace, what, **format, options);
  if (!done) return refuse(done.error());
  return options.keys.empty() ? kOk : write_keys(*trace, options);
}

}  // namespace posthorn::app
