// Defaults that follow from the rest of the scenario.
#pragma once

#include "sim/scenario/scenario.hpp"

namespace posthorn::scenario {

/// Fills Domain::home and name_server, Client::submission and incoming, and labels, where they
/// are empty and a sensible value exists.
void fill_roles(Scenario& scenario);
/// The server that a fault of a mailbox happens to; "" if there is no such account.
void fill_host(const Scenario& scenario, Fault& fault);
/// Gives hosts without addresses one IPv4 (RFC 5737) and one IPv6 address (RFC 3849), in the order
/// of the file. Returns the indices of hosts for which none was left.
std::vector<std::size_t> fill_addresses(Scenario& scenario);

/// The domain's home if it offers the service, else another server of the domain that does, else
/// the home (so that a message can say what the home lacks).
std::string server_for(const Scenario& scenario, const Domain& domain, Service service);

/// The domain itself, or a name below it.
bool is_in_domain(std::string_view host, std::string_view domain);
Host* find_host(Scenario& scenario, std::string_view name);
const Host* find_host(const Scenario& scenario, std::string_view name);
const Domain* find_domain(const Scenario& scenario, std::string_view name);
const Account* find_account(const Scenario& scenario, std::string_view address);
/// The client host of a person; nullptr if there is none.
const Host* find_client(const Scenario& scenario, std::string_view address,
                        std::string_view host = {});

}  // namespace posthorn::scenario
