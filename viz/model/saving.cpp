#include "viz/model/saving.hpp"

#include <algorithm>

#include "export/formats.hpp"

namespace posthorn::viz {
namespace {

constexpr std::string_view kMail[] = {"eml", "mbox", "maildir"};
constexpr std::string_view kPictures[] = {"png", "gif", "mp4"};
/// These are always of everything.
constexpr std::string_view kWhole[] = {"json", "ndjson", "keys"};

bool one_of(std::string_view form, const auto& forms) {
  return std::ranges::find(forms, form) != std::end(forms);
}

std::string moment(Instant at) { return std::to_string(at.time_since_epoch().count()) + "ns"; }

std::string letter_term(const Model& model) {
  const MessageId letter = model.letter();
  return letter ? "message=" + std::to_string(letter.value) : "";
}

/// Messages stand at a place at a time; of a conversation, it is the letter that it carries.
void choose_mail(Export& out, const Model& model) {
  const bool one =
      out.format == "eml" || model.save_what == save_talk || model.save_what == save_letter;
  if (one) out.only = letter_term(model);
  if (model.save_what == save_host) {
    if (const HostId host = host_to_save(model)) out.host = model.scene().host(host).name;
    out.at = model.head.at;
  }
  if (model.save_what == save_time) out.at = time_to_save(model).second;
}

void choose_part(Export& out, const Model& model) {
  if (model.save_what == save_talk)
    if (const ConnId conn = model.conversation())
      out.only = "connection=" + std::to_string(conn.value);
  if (model.save_what == save_letter) out.only = letter_term(model);
  if (model.save_what == save_host)
    if (const HostId host = host_to_save(model)) {
      const std::string& name = model.scene().host(host).name;
      // A capture on that host: what it passes on for others, too.
      (out.format == "pcapng" ? out.host : out.only) =
          out.format == "pcapng" ? name : "host=" + name;
    }
  if (model.save_what == save_time) {
    const auto [from, to] = time_to_save(model);
    out.only = "time=" + moment(from) + ".." + moment(to);
  }
}

}  // namespace

std::vector<std::string_view> forms_to_save() {
  std::vector<std::string_view> forms;
  for (const exporting::Format& format : exporting::formats()) forms.push_back(format.name);
  forms.insert(forms.end(), {"maildir", "png", "gif", "mp4"});
  return forms;
}

bool is_picture(std::string_view form) { return one_of(form, kPictures); }

HostId host_to_save(const Model& model) {
  if (model.selection.host) return model.selection.host;
  const RecordId focus = model.focus();
  if (!focus) return {};
  const exporting::Subject about =
      exporting::Filter(*model.trace).subject((*model.trace)[focus].fact);
  return about.hosts[0];
}

std::pair<Instant, Instant> time_to_save(const Model& model) {
  if (model.loop.runs()) return {*model.loop.from, *model.loop.to};
  return {Instant{}, model.head.at};
}

Export what_to_save(const Model& model, std::string_view form) {
  Export out{std::string(form), ""};
  if (form == "png") out.at = model.head.at;
  if (is_picture(form) || one_of(form, kWhole)) return out;
  if (one_of(form, kMail))
    choose_mail(out, model);
  else
    choose_part(out, model);
  return out;
}

}  // namespace posthorn::viz
