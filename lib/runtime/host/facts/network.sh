#!/bin/bash
# The readers of what the kernel says of the network, and what all readers need. Sourced after both/numbers.sh.

. runtime/host/facts/words.sh
. runtime/host/facts/answers.sh
. runtime/host/facts/link-names.sh
. runtime/host/facts/ip-lines.sh
. runtime/host/facts/links.sh

# Called first in a subshell that collects: a reader looks itself whether what it asks fails, and says so.
leave_errors_to_readers() {
  set +eE +o pipefail
  trap - ERR
}
