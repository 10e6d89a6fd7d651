// Every sentence that the loader can say, in one place, so that a translation can stand beside it.
// "{}" takes the arguments in order.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace posthorn::scenario {

/// `pattern` with each "{}" replaced by the next argument.
std::string fill(std::string_view pattern, std::initializer_list<std::string_view> arguments);
/// `"text"`, shortened and with control characters made visible.
std::string quoted(std::string_view text);

namespace say {

// ---- the file
inline constexpr std::string_view cannot_open = "cannot read the file: {}";
inline constexpr std::string_view too_big = "the file is too large: {} octets, at most {}";
inline constexpr std::string_view too_many = "too many mistakes; the rest is left out";

// ---- JSON
inline constexpr std::string_view expected = "expected {}, found {}";
inline constexpr std::string_view comment = "comments are not part of JSON";
inline constexpr std::string_view comment_hint =
    "delete it, or keep the remark in a \"summary\" or \"narration\" text, where learners see it";
inline constexpr std::string_view trailing_comma = "a comma before the closing {}";
inline constexpr std::string_view trailing_comma_hint =
    "JSON allows a comma only between two items: delete this one";
inline constexpr std::string_view missing_comma = "a comma is missing before {}";
inline constexpr std::string_view missing_comma_hint = "items are separated by commas";
inline constexpr std::string_view duplicate_key = "the key {} stands twice in this object";
inline constexpr std::string_view duplicate_key_hint = "the first is at line {}, column {}";
inline constexpr std::string_view bad_utf8 = "the text is not valid UTF-8";
inline constexpr std::string_view bad_utf8_hint = "save the file as UTF-8";
inline constexpr std::string_view bad_escape = "{} is not an escape sequence";
inline constexpr std::string_view bad_escape_hint =
    "JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hexadecimal digits";
inline constexpr std::string_view control_character = "a control character inside a string";
inline constexpr std::string_view control_hint = "write a line break as \\n and a tab as \\t";
inline constexpr std::string_view open_string = "the string is not closed on its line";
inline constexpr std::string_view open_string_hint = "a closing \" is missing";
inline constexpr std::string_view single_quotes = "a string in single quotes";
inline constexpr std::string_view single_quotes_hint = "JSON strings stand in double quotes";
inline constexpr std::string_view bare_word = "{} is not a JSON value";
inline constexpr std::string_view bare_word_hint = "put text in double quotes: {}";
inline constexpr std::string_view bare_key = "the key {} is not in quotes";
inline constexpr std::string_view wide_sign_hint =
    "this is a sign of a Japanese keyboard or a word processor: JSON needs the plain {}";
inline constexpr std::string_view wide_space_hint =
    "this is a full-width or a non-breaking space: JSON needs the plain one";
inline constexpr std::string_view bad_number = "{} is not a JSON number";
inline constexpr std::string_view too_deep = "nested more than {} levels deep";
inline constexpr std::string_view after_end = "something follows after the end: {}";
inline constexpr std::string_view never_closed =
    "the {} that opens at line {}, column {} is never closed";

// ---- shape
inline constexpr std::string_view unknown_key = "unknown key {} in {}";
inline constexpr std::string_view keys_are = "the keys are {}";
inline constexpr std::string_view did_you_mean = "did you mean {}?";
inline constexpr std::string_view missing_key = "{} lacks {}";
inline constexpr std::string_view missing_one_of = "{} says nothing to do: it needs one of {}";
inline constexpr std::string_view two_of =
    "{} has both {} and {}: only one of them can be said at once";
inline constexpr std::string_view two_of_hint = "write two items";
inline constexpr std::string_view one_of = "one of {}";
inline constexpr std::string_view too_many_items = "too many items: {}, at most {}";
inline constexpr std::string_view list_hint = "put it into brackets: [ {} ]";
inline constexpr std::string_view no_keys_hint = "it has no keys: write {}";
inline constexpr std::string_view no_quotes_hint = "a number stands without quotes: {}";
inline constexpr std::string_view fraction_hint = "a part, not percent: {}";
inline constexpr std::string_view version_hint = "begin the file with \"posthorn\": 1";
inline constexpr std::string_view after_limit = "this is after the end of the run, {}";
inline constexpr std::string_view after_limit_hint = "give the scenario a longer \"limit\": \"{}\"";
inline constexpr std::string_view too_few_items = "an empty list; it needs at least one item";
inline constexpr std::string_view out_of_range = "{} is out of range: expected {}";
inline constexpr std::string_view wrong_version =
    "this file is written for format {}; this program reads format 1";

// ---- values
inline constexpr std::string_view duration = "a duration";
inline constexpr std::string_view duration_hint =
    "a number and a unit: \"250us\", \"8ms\", \"1.5s\", \"20m\", \"2h\", \"3d\"";
inline constexpr std::string_view unit_hint = "say in which unit: \"{}ms\", \"{}s\" or \"{}m\"";
inline constexpr std::string_view clock_hint =
    "not the time of day, but the time since the beginning: \"90s\", \"20m\", \"2h\"";
inline constexpr std::string_view rate = "a bandwidth";
inline constexpr std::string_view rate_hint =
    "a number and a unit: \"56kbit/s\", \"100Mbit/s\", \"1Gbit/s\", or \"unlimited\"";
inline constexpr std::string_view host_name = "a host name";
inline constexpr std::string_view host_name_hint =
    "lower-case letters, digits and hyphens, in parts separated by dots: \"mail.kaede.example\"";
inline constexpr std::string_view dns_name = "a name that DNS can be asked for";
inline constexpr std::string_view dns_name_hint =
    "a host name, or one with underscores before its parts: \"_25._tcp.mail.kaede.example\"";
inline constexpr std::string_view address = "a mail address";
inline constexpr std::string_view address_hint = "a name, @ and a domain: \"aiko@sakura.example\"";
inline constexpr std::string_view local_part = "the part of an address before the @";
inline constexpr std::string_view local_part_hint = "letters, digits and . _ + - only: \"aiko\"";
inline constexpr std::string_view ip = "an IP address";
inline constexpr std::string_view ip_hint = "\"192.0.2.10\" or \"2001:db8::10\"";
inline constexpr std::string_view date = "a date and time";
inline constexpr std::string_view date_hint =
    "\"2026-04-06\", \"2026-04-06T09:30:00Z\" or \"2026-04-06T09:30:00+09:00\"";
inline constexpr std::string_view offset = "an offset from UTC";
inline constexpr std::string_view offset_hint = "\"+09:00\" or \"-05:30\"";
inline constexpr std::string_view base64 = "base64 text";
inline constexpr std::string_view identifier = "a short name";
inline constexpr std::string_view identifier_hint = "letters, digits and hyphens: \"first-letter\"";
inline constexpr std::string_view text_or_file = "a text, or { \"file\": \"path\" }";
inline constexpr std::string_view both_languages =
    "a text, or { \"en\": \"...\", \"ja\": \"...\" }";
inline constexpr std::string_view leaves_folder = "the path {} leaves the scenario's folder";
inline constexpr std::string_view leaves_folder_hint =
    "name a file beside or below the scenario: \"letters/report.eml\"";
inline constexpr std::string_view no_file = "cannot read {}: {}";

// ---- meaning
inline constexpr std::string_view same_name = "{} {} is there twice";
inline constexpr std::string_view first_is_at = "the first is at line {}, column {}";
inline constexpr std::string_view no_such_host = "there is no host {}";
inline constexpr std::string_view no_such_account = "there is no account {}";
inline constexpr std::string_view no_such_account_hint =
    "accounts stand in \"domains\"; they are {}";
inline constexpr std::string_view no_such_domain = "there is no domain {}";
inline constexpr std::string_view domains_are = "the domains are {}";
inline constexpr std::string_view tls_without_offer =
    "{} takes mail and passwords under TLS only, but offers no TLS";
inline constexpr std::string_view tls_without_offer_hint =
    "set \"offer\": true as well, or offer \"submissions\", \"imaps\" or \"pop3s\"";
inline constexpr std::string_view hosts_are = "the hosts are {}";
inline constexpr std::string_view self_link = "the link joins {} to itself";
inline constexpr std::string_view no_such_link = "there is no link between {} and {}";
inline constexpr std::string_view link_shape = "a list of the two hosts that it joins";
inline constexpr std::string_view lacks_service = "{} does not offer {}";
inline constexpr std::string_view lacks_service_hint = "add it to the \"services\" of that host";
inline constexpr std::string_view mx_needs_smtp = "the MX host {} does not offer \"smtp\"";
inline constexpr std::string_view no_home = "no server keeps the mailboxes of {}";
inline constexpr std::string_view no_home_hint =
    "give the domain an \"mx\", or name its server with \"home\"";
inline constexpr std::string_view home_takes_no_mail =
    "{} keeps mailboxes, but takes no mail for them";
inline constexpr std::string_view home_takes_no_mail_hint =
    "add \"lmtp\" or \"smtp\" to the \"services\" of that host";
inline constexpr std::string_view no_client = "{} has no mail client";
inline constexpr std::string_view no_client_hint =
    "add a host with \"user\": {} and \"client\": { \"reads\": \"imap\" }";
inline constexpr std::string_view reads_nothing = "{} cannot fetch mail: its client reads nothing";
inline constexpr std::string_view reads_nothing_hint =
    "set \"client\": { \"reads\": \"imap\" } (or \"pop3\") on the host {}";
inline constexpr std::string_view user_and_services =
    "{} has both a \"user\" and \"services\": a host is a mail client or a server";
inline constexpr std::string_view no_tls = "{} speaks TLS, but this posthorn was built without it";
inline constexpr std::string_view no_tls_hint = "build with -DPOSTHORN_TLS=ON";
inline constexpr std::string_view client_without_user = "{} has a \"client\" but no \"user\"";
inline constexpr std::string_view not_their_client = "{} is no mail client of {}";
inline constexpr std::string_view unreachable = "{} cannot reach {}: no links lead there";
inline constexpr std::string_view unreachable_hint =
    "add to \"links\": { \"between\": [{}, {}] }, or a way through other hosts";
inline constexpr std::string_view no_dns =
    "this letter leaves its domain, but no host offers \"dns\" to look {} up";
inline constexpr std::string_view no_dns_hint =
    "add a host such as { \"name\": \"ns.example\", \"services\": [\"dns\"] } and a link to it";
inline constexpr std::string_view nothing_to_walk =
    "names are to be found from the root, but no host offers \"dns\"";
inline constexpr std::string_view not_in_domain = "{} is no name in the domain {}";
inline constexpr std::string_view mx_and_none = "{} has an \"mx\", and yet accepts no mail";
inline constexpr std::string_view mx_and_none_hint =
    "leave out one of them: a null MX stands alone (RFC 7505 section 3)";
inline constexpr std::string_view record_type = "a record type";
inline constexpr std::string_view record_type_hint =
    "A, AAAA, MX, CNAME, NS, TXT, PTR, SRV or TLSA; for any other its number: \"TYPE257\"";
inline constexpr std::string_view no_such_id = "no \"send\" or \"reply\" has the id {}";
inline constexpr std::string_view ids_are = "the ids are {}";
inline constexpr std::string_view no_ids = "give a \"send\" an \"id\" first";
inline constexpr std::string_view no_such_fact = "nothing in a trace is called {}";
inline constexpr std::string_view no_such_act = "the story has {} items, counted from 1";
inline constexpr std::string_view when_missing =
    "a narration needs one of \"at\", \"step\" or \"act\" to say when it is shown";
inline constexpr std::string_view unknown_recipient =
    "{} is neither an account nor a recipient in the story";
inline constexpr std::string_view no_addresses = "no documentation address is left for this host";
inline constexpr std::string_view eml_alone = "{} does not go together with \"eml\"";
inline constexpr std::string_view eml_alone_hint = "the message in the file says it already";
inline constexpr std::string_view one_target = "say either \"host\" or \"link\"";
inline constexpr std::string_view one_repair = "say one of \"host\", \"link\" and \"fault\"";
inline constexpr std::string_view no_such_fault = "no \"fault\" has the id {}";
inline constexpr std::string_view one_clock = "a wrong clock is either \"ahead\" or \"behind\"";
inline constexpr std::string_view nothing_wrong =
    "nothing is wrong with this line: give \"loss\", \"duplication\", \"reordering\" or "
    "\"corruption\"";
inline constexpr std::string_view bad_record = "{} is no {} record: {}";
inline constexpr std::string_view one_content =
    "an attachment needs one of \"text\", \"base64\" or \"file\"";

}  // namespace say
}  // namespace posthorn::scenario
