// The examples of the RFCs, then both sides against each other, then what must be refused.
#include "tests/support/catch.hpp"

#include "protocols/mail/international.hpp"
#include "protocols/mail/transfer_encoding.hpp"
#include "protocols/sasl/digest.hpp"
#include "protocols/sasl/exchange.hpp"
#include "protocols/sasl/scram.hpp"

using namespace posthorn;
using namespace posthorn::sasl;

namespace {

std::string words(const Step& step) {
  if (const auto* challenge = std::get_if<Challenge>(&step)) return "+ " + challenge->text;
  if (const auto* shown = std::get_if<Shown>(&step))
    return "shown " + shown->user + (shown->identity.empty() ? "" : " as " + shown->identity);
  return "malformed: " + std::get<Malformed>(step).reason;
}

/// Runs both sides with one password each; tells how it went.
std::string meet(Mechanism mechanism, const std::string& theirs, const std::string& ours,
                 bool initial_allowed = true) {
  ClientExchange client(mechanism, "aiko", theirs, "clientnonce");
  ServerExchange server(mechanism, "mail.sakura.example", "servernonce");
  auto initial = initial_allowed ? client.initial() : std::nullopt;
  Step step = server.begin(initial);
  for (int rounds = 0; rounds < 5; ++rounds) {
    if (const auto* shown = std::get_if<Shown>(&step)) {
      const Verdict verdict = shown->proof.check(ours);
      if (!verdict.ok) return "refused";
      if (!verdict.last_words.empty() && !client.answer(verdict.last_words).ok())
        return "the client does not believe it";
      return client.complete() ? "welcome " + shown->user : "the client waits for more";
    }
    if (std::holds_alternative<Malformed>(step)) return words(step);
    auto answer = client.answer(std::get<Challenge>(step).text);
    if (!answer) return answer.error().message;
    step = server.take(*answer);
  }
  return "no end";
}

}  // namespace

TEST_CASE("CRAM-MD5: the example of RFC 2195 §3") {
  const auto proof =
      Proof::digest(Mechanism::cram_md5, "<1896.697170952@postoffice.reston.mci.net>",
                    "b913a602c7eda7a495b4e6e7334d3890");
  CHECK(proof.check("tanstaaftanstaaf").ok);
  CHECK_FALSE(proof.check("tanstaaftanstaag").ok);
}

TEST_CASE("APOP: the example of RFC 1939 §7") {
  const auto proof = Proof::digest(Mechanism::apop, "<1896.697170952@dbc.mtview.ca.us>",
                                   "c4c9334bac560ecc979e58001b3e22fb");
  CHECK(proof.check("tanstaaf").ok);
  CHECK_FALSE(proof.check("").ok);
}

TEST_CASE("SCRAM-SHA-256: the example of RFC 7677 §3") {
  const std::string auth_message =
      "n=user,r=rOprNGfwEbeRWgbNEkqO,"
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  std::string salt;
  REQUIRE(mail::base64_decode_strict("W22ZaJ0SNY7soEsUEjb6gQ==", salt));
  const ScramKeys keys = scram_keys("pencil", salt, 4096);
  CHECK(mail::base64_encode(client_proof(keys, auth_message)) ==
        "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  CHECK(encoded_server_signature(keys, auth_message) ==
        "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  const auto proof = Proof::scram(salt, 4096, auth_message, client_proof(keys, auth_message));
  CHECK(proof.check("pencil").last_words == "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  CHECK_FALSE(proof.check("pen").ok);
}

TEST_CASE("both sides understand each other, with and without an initial response") {
  for (const Mechanism mechanism : all_mechanisms()) {
    INFO(to_string(mechanism));
    for (const bool initial : {true, false}) {
      CHECK(meet(mechanism, "hanami", "hanami", initial) == "welcome aiko");
      CHECK(meet(mechanism, "hanami", "tsukimi", initial) == "refused");
    }
    CHECK(meet(mechanism, "花見 , = パスワード", "花見 , = パスワード") == "welcome aiko");
  }
}

TEST_CASE("one password in several ways of writing is one password (RFC 4013)") {
  const std::string composed = "がぎ１", decomposed = "か\u3099き\u30991", spaced = "が\u3000ぎ";
  for (const Mechanism mechanism : {Mechanism::scram_sha_256, Mechanism::plain, Mechanism::login}) {
    INFO(to_string(mechanism));
    CHECK(meet(mechanism, composed, decomposed) == "welcome aiko");
    CHECK(meet(mechanism, decomposed, composed) == "welcome aiko");
    CHECK(meet(mechanism, spaced, "が ぎ") == "welcome aiko");
    CHECK(meet(mechanism, composed, "かぎ1") == "refused");
  }
}

TEST_CASE("domains beyond ASCII have one form in DNS (RFC 5891)") {
  CHECK(mail::ascii_domain("Kaede.Example") == "kaede.example");
  CHECK(mail::ascii_domain("B\u00fccher.example") == "xn--bcher-kva.example");
  CHECK(mail::ascii_domain("stra\u00dfe.example") == "xn--strae-oqa.example");
  CHECK(mail::ascii_domain("\u6885.example") == "xn--3zv.example");
  CHECK(mail::ascii_domain("[192.0.2.1]") == "[192.0.2.1]");
  CHECK(mail::ascii_domain("\xff.example") == "\xff.example");
}

TEST_CASE("mechanisms are found by name and listed best first") {
  CHECK(find_mechanism("scram-sha-256") == Mechanism::scram_sha_256);
  CHECK(find_mechanism("APOP") == std::nullopt);
  CHECK(find_mechanism("GSSAPI") == std::nullopt);
  CHECK(list_of(all_mechanisms()) == "SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN");
  CHECK(list_of({Mechanism::plain, Mechanism::login}, "AUTH=") == "AUTH=PLAIN AUTH=LOGIN");
}

TEST_CASE("PLAIN: acting for somebody else, and what is malformed") {
  const auto step = [](const std::string& response) {
    return words(ServerExchange(Mechanism::plain, "mail.example", "x").begin(response));
  };
  using namespace std::string_literals;
  CHECK(step("\0aiko\0hanami"s) == "shown aiko");
  CHECK(step("ben\0aiko\0hanami"s) == "shown aiko as ben");
  for (const std::string& bad : {""s, "aiko"s, "\0aiko"s, "\0\0hanami"s, "a\0b\0c\0d"s})
    CHECK(step(bad) == "malformed: Malformed PLAIN response");
}

TEST_CASE("CRAM-MD5: the server speaks first; a name may hold spaces") {
  ServerExchange early(Mechanism::cram_md5, "mail.example", "1");
  CHECK(words(early.begin("x")) == "malformed: The server speaks first here");
  ServerExchange server(Mechanism::cram_md5, "mail.example", "1");
  CHECK(words(server.begin(std::nullopt)) == "+ <1@mail.example>");
  CHECK(words(server.take("ai ko 0123456789abcdef0123456789abcdef")) == "shown ai ko");
  CHECK(words(server.take("aiko 0123")) == "malformed: Malformed CRAM-MD5 response");
}

TEST_CASE("SCRAM: first messages that a server refuses (RFC 5802 §7)") {
  const auto first = [](const std::string& response) {
    return words(ServerExchange(Mechanism::scram_sha_256, "mail.example", "S").begin(response));
  };
  CHECK(first("n,,n=aiko,r=C").substr(0, 9) == "+ r=CS,s=");
  CHECK(first("y,a=ben,n=ai=2Cko=3D,r=C").substr(0, 9) == "+ r=CS,s=");
  CHECK(first("p=tls-unique,,n=aiko,r=C") == "malformed: SCRAM: channel binding is not offered");
  CHECK(first("n,,m=x,n=aiko,r=C") == "malformed: SCRAM: a mandatory extension is not known");
  CHECK(first("n,,n=ai=ko,r=C") == "malformed: SCRAM: the user name is missing or malformed");
  CHECK(first("n,,n=aiko") == "malformed: SCRAM: the nonce is missing or malformed");
  CHECK(first("n,a=,n=aiko,r=C") == "malformed: SCRAM: the authorization identity is malformed");
  CHECK(first("hello") == "malformed: SCRAM: the message does not begin with a GS2 header");
}

TEST_CASE("SCRAM: a last message that does not fit the first") {
  const auto last = [](const std::string& answer) {
    ServerExchange server(Mechanism::scram_sha_256, "mail.example", "S");
    (void)server.begin("n,,n=aiko,r=C");
    return words(server.take(answer));
  };
  CHECK(last("c=biws,r=CS,p=AAAA") == "shown aiko");
  CHECK(last("c=eSws,r=CS,p=AAAA") == "malformed: SCRAM: the channel binding has changed");
  CHECK(last("c=biws,r=CX,p=AAAA") == "malformed: SCRAM: the nonce has changed");
  CHECK(last("c=biws,r=CS") == "malformed: SCRAM: the proof is missing");
}

TEST_CASE("SCRAM: a client believes no server that does not know the password") {
  ClientExchange client(Mechanism::scram_sha_256, "aiko", "hanami", "C");
  REQUIRE(client.initial() == "n,,n=aiko,r=C");
  REQUIRE(client.answer("r=CS,s=c2FsdA==,i=4096").ok());
  CHECK_FALSE(client.complete());
  CHECK_FALSE(client.answer("v=AAAA").ok());
  CHECK_FALSE(client.complete());

  ClientExchange other(Mechanism::scram_sha_256, "aiko", "hanami", "C");
  (void)other.initial();
  for (const char* bad : {"r=XS,s=c2FsdA==,i=4096", "r=C,s=c2FsdA==,i=4096", "r=CS,s=c2FsdA==,i=0",
                          "r=CS,s=c2FsdA==,i=999999999", "r=CS,i=4096"}) {
    INFO(bad);
    ClientExchange again = other;
    CHECK_FALSE(again.answer(bad).ok());
  }
}
