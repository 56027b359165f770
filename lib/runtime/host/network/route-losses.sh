#!/bin/bash
# Routes and policy rules that the host would lose in a switch without a warning. Sourced by host/network/losses.sh;
# reads `touched`, `stacked` and `recorded_gateway` of loss_problems.
# shellcheck disable=SC2153,SC2154

# Sets `said` to what the kernel answers. A command that fails is printed as a loss, since the answer is unknown. A
# kernel that lacks a feature has nothing to lose of it.
ask_kernel_or_report() { # <command>...
  local error
  said=$("$@" 2>/dev/null) && return 0
  error=$("$@" 2>&1 >/dev/null | tr '\n\t' '  ' | cut -c 1-200) || :
  case $error in
    *'not supported'*) ;;
    *) printf '%s\t%s\n' "'$*' does not say what would be lost: $error" 'see why, or deploy again' ;;
  esac
  said=''
}

# Files with routes and rules carry an interface's name. After the switch only those of the holder are read, the
# interface that has dom0's address.
route_file_losses() {
  local name kind file
  for name in $touched; do
    for kind in route rule route6 rule6; do
      file=$SCRIPTS/$kind-$name
      [ -s "$file" ] || continue
      if [ "$name" = "$HOLDER" ]; then
        find_other_device "$file" || continue
        printf '%s\t%s\n' "$file has routes over ${device_in_file}, which has no address after the switch" \
          "say dev $HOLDER there, or leave dev out"
      elif [ -n "$HOLDER" ]; then
        printf '%s\t%s\n' "$file is not read any longer once $HOLDER has the address, its routes would be lost" \
          "rename it to $SCRIPTS/$kind-$HOLDER"
      fi
    done
  done
}

# Whether a file of routes names another interface of the switch. Sets `device_in_file`.
find_other_device() { # <file>
  device_in_file=$(awk -v names="$touched" -v holder="$HOLDER" '!/^[ \t]*#/ {
    for (i = 1; i < NF; i++)
      if ($i == "dev" && $(i + 1) != holder && index(names, " " $(i + 1) " ") && !found++) print $(i + 1)
  }' "$1")
  [ -n "$device_in_file" ]
}

# Routes of all tables over these interfaces that no file brings back. The stack answers for the default route if it
# names a gateway now, or if the last deploy named the gateway that goes.
route_losses() {
  local line said cure file=$SCRIPTS/route-$HOLDER
  [ -f "$file" ] || file=/dev/null
  ask_kernel_or_report ip -4 route show table all
  cure="write it into $SCRIPTS/route-$HOLDER, or take it away before you deploy"
  while IFS= read -r line; do
    case $line in
      default*)
        printf '%s\t%s\n' "the route '$line' would be lost" \
          'name its gateway in the Lan, or take it away before you deploy'
        ;;
      *) printf '%s\t%s\n' "the route '$line' would be lost" "$cure: ip route del $line" ;;
    esac
  done < <({ printf 'file\n' && awk 1 "$file" && printf 'now\n%s\n' "$said"; } |
    awk -v names="$touched$stacked" -v gateway="$GATEWAY" -v former="$recorded_gateway" "$SHELL_LINES_AWK$ROUTES_AWK")
  ask_kernel_or_report ip -6 route show
  printf '%s\n' "$said" | awk -v names="$touched" '
    /proto (kernel|ra)/ || /^(fe80|ff00)::/ || / expires / || /^(unreachable|local|multicast|anycast) / { next }
    {
      for (i = 1; i < NF; i++) if ($i == "dev" && index(names, " " $(i + 1) " ")) {
        sub(/ +$/, "")
        print "the route \047" $0 "\047 would be lost\tthe stack knows IPv4 only: take it away before you deploy: " \
          "ip -6 route del " $1 " dev " $(i + 1)
      }
    }'
}
# shellcheck disable=SC2016  # awk's own $
readonly ROUTES_AWK='
  function bits(mask,   part, i, sum, n) {
    split(mask, part, ".")
    for (i = 1; i <= 4; i++) for (n = part[i] + 0; n > 0; n = int(n / 2)) sum += n % 2
    return sum + 0
  }
  function plain(to) { sub(/\/32$/, "", to); return to == "0.0.0.0/0" ? "default" : to }
  # Reads destination, gateway and table of a route, from a file or from what ip prints.
  function read_route(text,   word, count, i) {
    to = via = devices = ""; table = "main"
    count = split(text, word, " ")
    i = (word[1] == "to" || word[1] == "unicast") ? 2 : 1
    to = plain(word[i])
    for (; i < count; i++) {
      if (word[i] == "via") via = via word[i + 1]
      if (word[i] == "dev") devices = devices " " word[i + 1] " "
      if (word[i] == "table") table = word[i + 1]
    }
  }
  # Reads numbered keys up to the first gap, as initscripts do.
  function numbered(   i, prefix) {
    for (i = 0; ("ADDRESS" i) in set; i++) {
      prefix = ("NETMASK" i) in set ? bits(set["NETMASK" i]) : 32
      kept[plain(set["ADDRESS" i] "/" prefix) SUBSEP set["GATEWAY" i] SUBSEP "main"]
    }
  }
  function judge(text,   name, part, count, ours) {
    if (text == "") return
    if (text ~ /proto kernel/ || text ~ /^169\.254\.0\.0\/16/ || text ~ /^(broadcast|local|multicast|anycast) /) return
    read_route(text)
    # The kernel uses the first default route.
    first = to == "default" && table == "main" && !defaults++
    count = split(devices, part, " ")
    for (name = 1; name <= count; name++) if (index(names, " " part[name] " ")) ours = 1
    if (!ours || (to SUBSEP via SUBSEP table) in kept || (to SUBSEP "" SUBSEP table) in kept) return
    if (to == "default" && table == "main") {
      if (gateway != "" && (first || via == gateway)) return
      if (former != "" && via == former) return
    }
    gsub(/[ \t]+/, " ", text)
    sub(/ $/, "", text)
    print text
  }
  $0 == "file" && !part_of { part_of = "file"; next }
  $0 == "now" && part_of == "file" { part_of = "now"; numbered(); next }
  part_of == "file" {
    if ($0 ~ /^[ \t]*[A-Z]+[0-9]+=/) { parse($0); set[key] = value }
    else if ($0 !~ /^[ \t]*(#|$)/) { read_route($0); kept[to SUBSEP via SUBSEP table] }
    next
  }
  /^[ \t]/ { route = route " " $0; next }
  { judge(route); route = $0 }
  END { judge(route) }
'

# Policy rules that name an interface that loses its role: they would match nothing.
rule_losses() {
  local names='' said
  ask_kernel_or_report ip rule show
  [ "$HOLDER" = "$UPLINK" ] || names=" $UPLINK"
  names="$names $FROM"
  [ "$ABSENT" = no ] || names="$names $BRIDGE"
  printf '%s\n' "$said" | awk -v names="$names " '{
    for (i = 1; i < NF; i++) if ($i ~ /^(iif|oif|dev)$/ && index(names, " " $(i + 1) " ")) {
      sub(/^[0-9]+:[ \t]*/, "")
      sub(/[ \t]+$/, "")
      print "the policy rule \047" $0 "\047 would fit nothing any longer\t" \
        "take it away before you deploy, and make one for the new interface: ip rule del " $0
    }
  }'
}
