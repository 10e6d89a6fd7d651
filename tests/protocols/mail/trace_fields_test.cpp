#include "protocols/mail/trace_fields.hpp"

#include "protocols/mail/header.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {
ReceivedInfo example() {
  ReceivedInfo info;
  info.helo = "mail.sakura.example";
  info.client = posthorn::IpAddress::v4(192, 0, 2, 1);
  info.by = "mx.kaede.example";
  info.id = "A1B2";
  info.recipient = "ben@kaede.example";
  info.date = from_civil({2026, 4, 6, 9, 0, 0, 0}, 540).value();
  return info;
}
}  // namespace

TEST_CASE("Received says from, by, with, id, for and when (RFC 5321 §4.4)") {
  CHECK(received_field(example()) ==
        "Received: from mail.sakura.example ([192.0.2.1]) by mx.kaede.example\r\n"
        " with ESMTP id A1B2 for <ben@kaede.example>;\r\n"
        " Mon, 6 Apr 2026 09:00:00 +0900\r\n");
}

TEST_CASE("Received leaves out what is not known") {
  ReceivedInfo info = example();
  info.client = posthorn::IpAddress::parse("2001:db8::1");
  info.client_name = "relay.sakura.example";
  info.with = "ESMTPA";
  info.id.clear();
  info.recipient.clear();
  const std::string field = received_field(info);
  CHECK(unfold(field) ==
        "Received: from mail.sakura.example (relay.sakura.example [IPv6:2001:db8::1]) by "
        "mx.kaede.example with ESMTPA; Mon, 6 Apr 2026 09:00:00 +0900");
  info.client.reset();
  CHECK(unfold(received_field(info)) ==
        "Received: from mail.sakura.example by mx.kaede.example with ESMTPA; "
        "Mon, 6 Apr 2026 09:00:00 +0900");
}

TEST_CASE("A HELO with evil in it cannot write fields of its own") {
  ReceivedInfo info = example();
  info.helo = "x\r\nSubject: gotcha\r\n\r\n(";
  const std::string field = received_field(info);
  const Header header = parse_header(field);
  REQUIRE(header.fields.size() == 1);
  CHECK(header.fields[0].name == "Received");
  info.helo = "";
  CHECK(received_field(info).find("from unknown (") != std::string::npos);
}

TEST_CASE("Return-Path") {
  CHECK(return_path_field("aiko@sakura.example") == "Return-Path: <aiko@sakura.example>\r\n");
  CHECK(return_path_field("") == "Return-Path: <>\r\n");
}

TEST_CASE("Fields are put in front; the content stays as it was") {
  CHECK(prepend_fields("Subject: x\r\n\r\nbody", "A: b\r\n") == "A: b\r\nSubject: x\r\n\r\nbody");
}

TEST_CASE("a first line that begins with a space continues none of our fields") {
  const std::string content = " (x) ; Mon, 1 Jan 2001 00:00:00 +0000\r\nDate: x\r\n\r\nhi\r\n";
  CHECK(prepend_fields(content, "Received: by us\r\n") == "Received: by us\r\n\r\n" + content);
  const std::string added = missing_fields(content, {}, "<a@b>");  // what it has is body
  CHECK(added.find("Date: ") != std::string::npos);
  CHECK(added.ends_with("Message-ID: <a@b>\r\n"));
}
