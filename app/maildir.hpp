// A Maildir on the disk.
#pragma once

#include <string>
#include <vector>

#include "export/mail_files.hpp"

namespace posthorn::app {

/// The folder appears whole or not at all.
Result<bool> write_maildir(const std::string& path,
                           const std::vector<exporting::MaildirFile>& files, bool overwrite);

}  // namespace posthorn::app
