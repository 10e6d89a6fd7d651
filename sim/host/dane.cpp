// DANE for SMTP (RFC 7672), as a sender: what the DNS says about a server's certificate. There is
// no DNSSEC in this world, so nobody can tell a true record from a forged one; all else is as the
// RFC has it.
#include "sim/host/mail_server.hpp"

namespace posthorn::host {
namespace {

/// RFC 7672 §3.1.3: PKIX usages (0 and 1) do not count between mail servers.
bool usable(const dns::Tlsa& record) {
  return (record.usage == 2 || record.usage == 3) && record.selector <= 1 && record.matching <= 2;
}

}  // namespace

/// True if the answer must be waited for.
bool MailServer::ask_for_tlsa(Context& ctx, Job& job) {
  if (!ctx.plan().host(id_).tls.dane || job.lmtp || ctx.plan().root.empty()) return false;
  const auto name = dns::Name::parse("_25._tcp." + job.targets[job.target]);
  if (!name) return false;
  job.stage = Job::Stage::tlsa;
  ask(ctx, job, *name, dns::RecordType::tlsa);
  return true;
}

/// RFC 7672 §2.2: records that can be used decide about the certificate; if there are others only,
/// TLS is a must all the same. No answer (§2.1.2) is no permission to speak in clear.
void MailServer::take_tlsa(Context& ctx, Job& job, const dns::Answer& answer) {
  switch (answer.outcome) {
    case dns::Outcome::ok:
      for (const dns::Record& record : answer.records)
        if (const auto* tlsa = std::get_if<dns::Tlsa>(&record.data)) {
          job.dane = true;
          if (usable(*tlsa))
            job.tlsa.push_back({tlsa->usage, tlsa->selector, tlsa->matching, tlsa->data});
        }
      break;
    case dns::Outcome::nodata:
    case dns::Outcome::nxdomain:
      break;
    default:
      return try_next(ctx, job,
                      "no answer from DNS about the TLSA records of " + job.targets[job.target]);
  }
  try_addresses(ctx, job);
}

}  // namespace posthorn::host
