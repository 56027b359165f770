#!/bin/bash
# What people are told of a difference: verdict, the form of the fact, and the sentence. The first that fits counts.
# {1}, {2}: the fact's words behind its kind; {must} and {has}: what the value must be, and what it is. Values of keys
# and files are not told: they may be secret, and many people read a plan.
#
#   cure      what a person does about a foreign fact that no deploy can mend
#   implied   what such a fact belongs to: if that is missing, only that is told
#   covered   another foreign fact that says as much
#   idle      what takes the effect from a foreign fact. What the files of people bring to our links is theirs.
#   asleep    what is told of a fact that is idle
#
# Sourced.
#
# The lines `kind` say how many words of a fact say what it is about, as lib/facts/vocabulary.ts has them.
# shellcheck disable=SC2034  # for host/compare/compare.sh
readonly SENTENCES='kind link 2
kind bridge 2
kind port 2
kind port-option 3
kind bond 2
kind slave 2
kind vlan 1
kind address 2
kind dadfailed 2
kind route 1
kind route6 1
kind rule 1
kind rule6 1
kind neighbour 2
kind qdisc 1
kind firewall 3
kind sysctl 1
kind service 1
kind subsys 1
kind file 1
kind key 2
kind onboot 1
kind line 2
kind xen 1
kind domain 2
kind vif 3
kind disk 3
kind config 2
kind config-vif 3
kind config-disk 3
kind config-odd 2
kind autostart 1
kind saved 1
kind unknown 1
implied domain *                  | domain {1} state
implied vif *                     | domain {1} state
implied disk *                    | domain {1} state
implied port * domU:*             | domain {guest} state
implied port * domU:*             | vif {guest} {index} mac
implied disk * * mode *           | disk {1} {2} target
implied config-vif * * bridge *   | config-vif {1} {2} mac
implied config-disk * * mode *    | config-disk {1} {2} target
implied link *                    | link {1} kind
implied bridge *                  | link {1} kind
implied port *                    | link {1} kind
implied key *                     | file {1}
implied onboot *                  | file {1}
implied config *                  | file {1}
implied config-vif *              | file {1}
implied config-disk *             | file {1}
implied port-option *             | link {1} kind
implied port-option *             | port {1} {2}
implied address *                 | link {1} kind
cure dadfailed * *                | find that machine, or take the address away: ip addr del {2} dev {1}
cure port * *                     | take it out of the bridge: brctl delif {1} {2}
cure address * *.*                | take it away: ip addr del {2} dev {1}; or keep it in a file ifcfg-{1}:1
cure route default *              | take it away: ip route del default {has}
cure route * *                    | take it away: ip route del {1} {has}; or write it into route-{dev}
cure key */ifcfg-*:* *            | rename it and its DEVICE after the bridge, or remove it
cure key */ifcfg-*-range* *       | rename it after the bridge, or remove it
cure key */ifcfg-* DEVICE *       | move it to another folder, or end its name in .bak
cure key */ifcfg-* BRIDGE *       | take BRIDGE out of it, or end its name in .bak
cure key */ifcfg-* GATEWAY *      | take GATEWAY out of it, or add DEFROUTE=no
cure key */ifcfg-* HWADDR *       | move it to another folder, or end its name in .bak
cure key /etc/sysctl.d/* *          | take that out of the file, or set it to 0
cure line */xend-config.sxp *     | put a # before that line
cure vif * * mac *                | shut it down, or take that away from it
cure vif * * ip *                 | shut it down, or take that away from it
cure disk * * target *            | shut it down, or take that away from it
cure config-vif * * mac *         | take that out of the file, or end its name in .bak
cure config-vif * * ip *          | take that out of the file, or end its name in .bak
cure config-disk * * target *     | take that out of the file, or end its name in .bak
covered key */ifcfg-* BRIDGE *    | key {1} DEVICE *
covered key */ifcfg-* HWADDR *    | key {1} DEVICE *
covered key */ifcfg-* GATEWAY *   | key {1} DEVICE *
idle key */ifcfg-* BRIDGE *       | onboot {1} no
idle key */ifcfg-* BRIDGE *       | key {1} SLAVE yes
idle key */ifcfg-* GATEWAY *      | onboot {1} no
idle key */ifcfg-* GATEWAY *      | key {1} DEFROUTE no
idle address * *                  | key */ifcfg-{1}:* IPADDR {ip}
idle address * *                  | file */ifcfg-{1}-range* *
idle route * *                    | file */route-{dev} *
missing link * kind bridge        | bridge {1} does not exist
missing link * state up           | {1} is down
missing link * *                  | {1} does not exist
differs link * kind *             | {1} is a {has}, not a {must}
differs link * state up           | {1} is down
differs link * *                  | {1} has {2} {has}, not {must}
foreign link * *                  | {1} is there, and nobody promised it
missing port * domU:*             | its vif {index} is not on {1}
foreign port * domU:*             | its vif {index} is on {1}, which nobody promised
missing port * *                  | {2} is not a port of {1}
foreign port * *                  | {2} is a port of {1} too
differs port-option * * state *   | {2} does not forward frames of {1}: it is {has}
differs port-option * * *         | port {2} of {1} has {3} {has}, not {must}
differs bridge * delay *          | {1} has a forward delay of {has} s, not {must}
differs bridge * stp *            | {1} has STP {has}, not {must}
differs bridge * *                | {1} has {2} {has}, not {must}
missing slave * *                 | {2} is no slave of {1}
foreign slave * *                 | {2} is a slave of {1} too
missing address * *               | {1} does not have address {2}
foreign address * *               | {1} has address {2}, which nobody promised
foreign dadfailed * *             | another machine has address {2} of {1}
missing route default *           | there is no default route, it must be {must}
differs route default *           | the default route is {has}, not {must}
foreign route default *           | there is another default route, {has}
missing route * *                 | there is no route to {1}
differs route * *                 | the route to {1} is {has}, not {must}
foreign route * *                 | there is a route to {1} that nobody promised, {has}
foreign neighbour * *             | the MAC of {2} on {1} is nailed to {has}
foreign qdisc * *                 | {1} has a queue that may drop frames, {has}
differs sysctl *                  | {1} is {has} in the running kernel, not {must}
foreign sysctl *                  | {1} is {has} in the running kernel
missing service *                 | the service {1} does not start with the host
differs service * on              | the service {1} does not start with the host
differs service * off             | the service {1} starts with the host
foreign service *                 | the service {1} starts with the host, and nobody promised it
missing file *                    | {1}: is gone
differs file *                    | {1}: {file}
foreign file *                    | {1}: is there, and nobody promised it
foreign key */ifcfg-*:* *          | {1} gives an uplink a further address, which is lost under a bridge
foreign key */ifcfg-*-range* *     | {1} gives an uplink further addresses, which are lost under a bridge
foreign key */ifcfg-* DEVICE *    | {1} also describes {has}, and initscripts would start it
asleep key */ifcfg-* BRIDGE *     | {1} would put a further link under {has}, should a person start it by hand
foreign key */ifcfg-* BRIDGE *    | {1} would put a further link under {has} at the next start of the network
foreign key */ifcfg-* GATEWAY *   | {1} names a second default gateway
foreign key */ifcfg-* HWADDR *    | {1} also describes the NIC {has}, and initscripts would start it
missing key *                     | {1}: {2} is not set any longer
differs key *                     | {1}: {2} was changed
foreign key *                     | {1}: sets {2}, and nobody promised it
differs onboot * yes              | {1}: the interface does not start with the host
differs onboot * no               | {1}: the interface starts with the host
foreign line */xend-config.sxp *  | {1} still runs the bridge script of Xen 3: {2}
missing onboot *                  | {1}: the interface does not start with the host
missing line *                    | {1}: a line is gone
foreign line *                    | {1}: has another line
missing domain * state running    | does not run
differs domain * state running    | is {has}, not running
differs domain * memory *         | has {has} MiB of memory, not {must}
differs domain * vcpus *          | has {has} vcpus, not {must}
differs domain * *                | has {2} {has}, not {must}
missing vif * * mac *             | has no vif {2} with MAC {must}
missing vif * * *                 | has no vif {2} with {3} {must}
differs vif * * mac *             | vif {2} has MAC {has}, not {must}
differs vif * * *                 | vif {2} has {3} {has}, not {must}
foreign vif * * mac *             | {1} has a vif {2} with MAC {has}
foreign vif * * ip *              | {1} has a vif {2} with address {has}
foreign vif *                     | has a vif {2} with {3} {has}, which nobody promised
missing disk * * target *         | has no disk {2} ({must})
missing disk * * *                | has no disk {2} with {3} {must}
differs disk * * *                | disk {2} has {3} {has}, not {must}
foreign disk * * target *         | {1} has the disk {has}, as {2}
foreign config-vif * * mac *      | {1} gives a guest the MAC {has}
foreign config-vif * * ip *       | {1} gives a guest the address {has}
foreign config-disk * * target *  | {1} gives a guest the disk {has}
differs config-vif * * *          | {1}: vif {2} was changed
missing config-vif *              | {1}: vif {2} has lost its {3}
missing config-disk *             | {1}: disk {2} has lost its {3}
differs config-disk *             | {1}: disk {2} was changed
foreign config-vif * * bridge *   | {1}: has another vif {2}
foreign config-vif *              | {1}: vif {2} has the word {3}, and nobody promised it
foreign config-disk *             | {1}: has another disk {2}
missing config *                  | {1}: {2} is not set any longer
differs config *                  | {1}: {2} was changed
foreign config *                  | {1}: sets {2}, and nobody promised it
foreign config-odd * *            | {1}: has a line that xl refuses
missing autostart *               | does not start with the host (/etc/xen/auto/{1} is gone)
differs autostart *               | does not start with the host as it was left (/etc/xen/auto/{1} leads to {has})
foreign autostart *               | starts with the host (/etc/xen/auto/{1} is there)
foreign saved *                   | lies saved in {1}: restored, it would come back with an old state'
