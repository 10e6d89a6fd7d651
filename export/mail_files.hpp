// The messages of a trace as files that mail programs read: .eml, mbox, Maildir.
//
// Options::at says where and when: a mailbox ("ben@kaede.example"), a host (its mailboxes, its
// queue, the inbox of its mail client), a moment; left open: all mailboxes, at the end.
#pragma once

#include <string>
#include <vector>

#include "export/formats.hpp"

namespace posthorn::exporting {

struct KeptMessage {
  Instant since{};  ///< when it came to stand there
  MessageId message;
  std::string host;
  std::string sender;  ///< of the envelope; empty for the null reverse-path
  std::string flags;   ///< "\Seen \Answered"; IMAP's words
  trace::Blob content;
};

/// In the order of hosts, mailboxes and UIDs. Errors: an unknown host or mailbox.
Result<std::vector<KeptMessage>> messages_at(const trace::Trace& trace, const Options& options);

/// Exactly one message, octet by octet as it stood there; an error if there are none or several.
Result<bool> write_eml(const trace::Trace& trace, const Options& options, std::ostream& out);
/// RFC 4155, with the reversible quoting (mboxrd) of lines that begin with "From ".
Result<bool> write_mbox(const trace::Trace& trace, const Options& options, std::ostream& out);

/// The files of a Maildir, by their path inside it ("cur/1775…:2,S").
struct MaildirFile {
  std::string path;
  std::string content;  ///< lines end in LF, as mail programs expect in a Maildir
};
Result<std::vector<MaildirFile>> maildir_files(const trace::Trace& trace, const Options& options);

}  // namespace posthorn::exporting
