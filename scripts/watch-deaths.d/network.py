"""client - router - server in network namespaces; the router forgets connections after 7 s. Needs root."""
import os
import subprocess

IDLE_TIMEOUT_SECONDS = 7
SERVERS = {"4": "10.9.2.2", "6": "fd09:2::2"}
CUT_PORTS = "{ 7001, 7002 }"
RESET_PORT = 7004


def sh(command, check=True):
    return subprocess.run(command, shell=True, check=check, capture_output=True, text=True).stdout


class Network:
    """Removes itself at the end of a with statement."""

    def __init__(self):
        prefix = f"kaw{os.getpid()}"
        self.client, self.router, self.server = (f"{prefix}{part}" for part in "crs")

    def __enter__(self):
        try:
            self._make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        for name in (self.client, self.router, self.server):
            sh(f"ip netns pids {name} | xargs -r kill -9; ip netns del {name}", check=False)

    def inside(self, name, command):
        return f"ip netns exec {name} {command}"

    def _make(self):
        c, r, s = self.client, self.router, self.server
        for name in (c, r, s):
            sh(f"ip netns add {name} && ip -n {name} link set lo up")
        sh(f"ip -n {r} link add rc type veth peer name eth0 netns {c}")
        sh(f"ip -n {r} link add rs type veth peer name eth0 netns {s}")
        for name, device, v4, v6, gateway4, gateway6 in (
            (c, "eth0", "10.9.1.2/24", "fd09:1::2/64", "10.9.1.1", "fd09:1::1"),
            (s, "eth0", "10.9.2.2/24", "fd09:2::2/64", "10.9.2.1", "fd09:2::1"),
            (r, "rc", "10.9.1.1/24", "fd09:1::1/64", None, None),
            (r, "rs", "10.9.2.1/24", "fd09:2::1/64", None, None),
        ):
            sh(f"ip -n {name} addr add {v4} dev {device}")
            sh(f"ip -n {name} addr add {v6} dev {device} nodad")
            sh(f"ip -n {name} link set {device} up")
            if gateway4:
                sh(f"ip -n {name} route add default via {gateway4}")
                sh(f"ip -n {name} -6 route add default via {gateway6}")
        rules = f"""
        table inet box {{
          chain forget {{
            type filter hook forward priority 0; policy accept;
            ct state invalid tcp dport {RESET_PORT} counter reject with tcp reset
            ct state invalid tcp sport {RESET_PORT} counter reject with tcp reset
            ct state invalid counter drop
          }}
        }}"""
        subprocess.run(["ip", "netns", "exec", r, "nft", "-f", "-"], input=rules, text=True, check=True)
        settings = (
            f"net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.netfilter.nf_conntrack_tcp_loose=0"
            f" net.netfilter.nf_conntrack_tcp_timeout_established={IDLE_TIMEOUT_SECONDS}"
        )
        sh(self.inside(r, f"sysctl -qw {settings}"))
        # A program without a user timeout gives unacknowledged data up after 6 s instead of 15 min.
        sh(self.inside(c, "sysctl -qw net.ipv4.tcp_retries2=4"))

    def cut(self):
        """Unplugs the two ports of the cut connections."""
        rules = f"""
        table inet cut {{
          chain cut {{
            type filter hook forward priority -300; policy accept;
            tcp dport {CUT_PORTS} drop
            tcp sport {CUT_PORTS} drop
          }}
        }}"""
        command = ["ip", "netns", "exec", self.router, "nft", "-f", "-"]
        subprocess.run(command, input=rules, text=True, check=True)
