#include "sim/scenario/tls_tables.hpp"

namespace posthorn::scenario {

const std::vector<Field<HostTls>>& tls_fields() {
  using tls::CertificateKind;
  static const std::vector<Field<HostTls>> fields = {
      field("offer", &HostTls::offer, Flag{}, Need::optional,
            "Whether this server offers STARTTLS (STLS in POP3). Default: false."),
      field("required", &HostTls::required, Flag{}, Need::optional,
            "Whether mail and passwords are taken under TLS only. Default: false."),
      field("certificate", &HostTls::certificate,
            Word<CertificateKind>{{{"valid", CertificateKind::valid},
                                   {"expired", CertificateKind::expired},
                                   {"wrong-name", CertificateKind::wrong_name},
                                   {"self-signed", CertificateKind::self_signed},
                                   {"unknown-issuer", CertificateKind::unknown_issuer}}},
            Need::optional, "What its certificate is like. Default: valid."),
      field("certificate_name", &HostTls::certificate_name, FormText{Form::host}, Need::optional,
            "The name that stands in it: an impostor's is not its own. Default: the host's name."),
      field("version", &HostTls::version,
            Word<tls::Version>{{{"1.2", tls::Version::tls12}, {"1.3", tls::Version::tls13}}},
            Need::optional, "The newest version of TLS that it knows. Default: 1.3."),
      field("publish_tlsa", &HostTls::publish_tlsa, Flag{}, Need::optional,
            "Whether the DNS holds a TLSA record (3 1 1) of its key for port 25. Default: false."),
      field("dane", &HostTls::dane, Flag{}, Need::optional,
            "Whether, as a sender, it obeys the TLSA records of servers (RFC 7672). There is no "
            "DNSSEC here: the records are believed as they come. Default: false."),
      field("require_to", &HostTls::require_to, ListOf<FormText>{{Form::host}, 1000},
            Need::optional,
            "Domains to which it sends under TLS with a valid certificate, or not at all."),
  };
  return fields;
}

}  // namespace posthorn::scenario
