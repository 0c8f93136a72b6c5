# Process 1 of a lab. Builds a NAT router between two hosts, says READY, and lives until its standard input ends:
# when process 1 of a pid namespace dies, the kernel kills all others in it and frees every namespace they held.
#
# $1 idle timeout in seconds    $2 nft verdict for TCP packets that belong to no connection

set -eu
step=start
trap '[ "$step" = ready ] || echo "FAILED $step"' EXIT

# Before the mount below, /proc still counts processes as the one who started us does.
read -r pid rest < /proc/self/stat

step=mount
mount -t tmpfs tmpfs /run
mount -t proc proc /proc

step=hosts
ip netns add client
ip netns add server
ip -batch - <<END
link add c0 type veth peer name eth0 netns client
link add s0 type veth peer name eth0 netns server
address add 10.9.1.1/24 dev c0
address add 10.9.2.1/24 dev s0
link set lo up
link set c0 up
link set s0 up
END
ip -n client -batch - <<END
address add 10.9.1.2/24 dev eth0
link set lo up
link set eth0 up
route add default via 10.9.1.1
END
ip -n server -batch - <<END
address add 10.9.2.2/24 dev eth0
link set lo up
link set eth0 up
route add default via 10.9.2.1
END

# cut and loss act before connection tracking (-200): a packet lost on the wire never refreshed an entry.
# A server's packet to a forgotten connection is addressed to the router itself: input must treat it as forward does,
# else the router's own TCP would answer with a reset. Output: while the lab makes it forget, the router has no route
# to the server, and must not tell.
step=nft
nft -f - <<END
table ip lab {
  chain cut { }
  chain loss { }
  chain arrival {
    type filter hook prerouting priority -300; policy accept;
    jump cut
    jump loss
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    iifname "c0" ip protocol icmp accept
    iifname "c0" tcp flags & (fin|syn|rst|ack) == syn ct state new accept
    ip protocol tcp $2
  }
  chain input {
    type filter hook input priority 0; policy drop;
    iifname "lo" accept
    ip protocol icmp accept
    ip protocol tcp $2
  }
  chain output {
    type filter hook output priority 0; policy accept;
    icmp type destination-unreachable drop
  }
  chain translate {
    type nat hook postrouting priority 100; policy accept;
    oifname "s0" masquerade
  }
}
END

# The last two timeouts (300 s by default) replace the first one, when shorter, while sent data is unanswered.
# loose=0: a packet in mid-connection makes no new entry.
step=conntrack
cd /proc/sys/net
echo 1 > ipv4/ip_forward
for state in established unacknowledged max_retrans; do
  echo "$1" > "netfilter/nf_conntrack_tcp_timeout_$state"
done
echo 0 > netfilter/nf_conntrack_tcp_loose
echo 1 > netfilter/nf_conntrack_acct

step=ready
cd /
echo "READY $pid"
read -r end || :
