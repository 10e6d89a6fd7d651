#include "protocols/smtp/chunk_reader.hpp"

namespace posthorn::smtp {

void ChunkReader::feed(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size() && !bare_; ++at) {
    if (after_cr_ != (bytes[at] == '\n')) bare_ = true;
    after_cr_ = bytes[at] == '\r';
    if (after_cr_ || bytes[at] == '\n') continue;
    at = bytes.find_first_of("\r\n", at);  // to the next one of interest
    if (at == std::string_view::npos) break;
    --at;
  }
  size_ += bytes.size();
  if (size_ <= max_size_ && !forgotten_) {
    content_.append(bytes);
  } else {
    std::string().swap(content_);  // it will be refused: free the memory at once
  }
}

void ChunkReader::finish() {
  if (after_cr_) bare_ = true;
  if (!content_.empty() && content_.back() != '\n') content_ += "\r\n";
}

}  // namespace posthorn::smtp
