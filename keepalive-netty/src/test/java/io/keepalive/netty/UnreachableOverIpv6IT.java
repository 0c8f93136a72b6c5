package io.keepalive.netty;

import static io.keepalive.netty.UnreachableTrial.ports;
import static io.keepalive.netty.UnreachableTrial.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.lab.Host;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.testing.FailureTable;
import io.keepalive.testing.FailureTable.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** As {@link UnreachableIT}, with each code of ICMPv6's "destination unreachable" and with "time exceeded". */
@EnabledIfSystemProperty(named = "keepalive.failures", matches = ".+", disabledReason = "run by scripts/failure-table")
class UnreachableOverIpv6IT {
    /** The names of RFC 4443. */
    private static final String[] NAMES = {
        "ICMPv6 no route",
        "ICMPv6 admin prohibited",
        "ICMPv6 beyond scope",
        "ICMPv6 address unreachable",
        "ICMPv6 port unreachable",
        "ICMPv6 failed policy",
        "ICMPv6 reject route",
        "ICMPv6 time exceeded",
        "no answer over IPv6",
    };

    private static final int PORT_UNREACHABLE = 4;
    private static final int TIME_EXCEEDED = 7;
    private static final int DROPPED = 8;

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void everyCode_onEveryKindOfConnection_noneIsSureAndWrong(NatLab lab) throws Exception {
        addAddresses(lab);
        FailureTable table = new FailureTable();
        UnreachableTrial trial = UnreachableTrial.start(lab, ipv6(lab.server().address()), table);

        trial.fail(
                NAMES.length, number -> NAMES[number], UnreachableOverIpv6IT::right, () -> run(lab.router(), rules()));

        table.print("between namespaces");
        assertThat(table.rows())
                .hasSize(3 * NAMES.length * ConnectionKind.here().size());
        assertThat(table.rows(Mark.WRONG)).isEmpty();
        assertThat(table.rows(Mark.UNSURE)).isEmpty();
        // Netty closes a channel that could not be read; a write then fails without a reason.
        assertThat(table.rows(Mark.UNKNOWN))
                .allSatisfy(row -> assertThat(row.thrown()).contains("ClosedChannelException"))
                .hasSizeLessThan(table.rows().size() / 10);
    }

    /** The lab has IPv4 only: each address gets a twin. */
    private static void addAddresses(NatLab lab) {
        for (Host host : List.of(lab.router(), lab.client(), lab.server())) {
            run(host, "cd /proc/sys/net/ipv6/conf/all; echo 0 > disable_ipv6; echo 1 > forwarding");
            for (String line : run(host, "ip -4 -o addr show scope global")) {
                String[] words = line.trim().split("\\s+", -1);
                String address = words[3].substring(0, words[3].indexOf('/'));
                run(host, "ip -6 addr add " + ipv6(address) + "/64 dev " + words[1] + " nodad");
            }
        }
        for (Host host : List.of(lab.client(), lab.server())) {
            for (String line : run(host, "ip -4 route show default")) {
                run(host, "ip -6 route add default via " + ipv6(line.trim().split("\\s+", -1)[2]));
            }
        }
    }

    /** A network of IPv4 becomes one of IPv6. */
    private static String ipv6(String address) {
        String[] bytes = address.split("\\.", -1);
        return "fd00:" + bytes[0] + ":" + bytes[1] + ":" + bytes[2] + "::" + bytes[3];
    }

    /** What may be said: on a connection that was there, that the path has failed is as true as how. */
    private static Set<String> right(int code, String call) {
        if (!call.equals("connect")) {
            return Set.of("UNREACHABLE", "PATH_TIMEOUT");
        }
        return switch (code) {
            case PORT_UNREACHABLE -> Set.of("REFUSED");
            case DROPPED -> Set.of("CONNECT_TIMEOUT");
            default -> Set.of("UNREACHABLE");
        };
    }

    private static String rules() {
        List<String> rules = new ArrayList<>();
        rules.add("set -e; echo 0 > /proc/sys/net/ipv6/icmp/ratelimit");
        rules.add("nft add table ip6 answers");
        rules.add("nft 'add chain ip6 answers in { type filter hook prerouting priority -250; }'");
        rules.add("nft 'add chain ip6 answers f { type filter hook forward priority -10; }'");
        for (int code = 0; code < TIME_EXCEEDED; code++) {
            rules.add("nft add rule ip6 answers f " + ports(code) + " reject with icmpv6 type " + code);
        }
        rules.add("nft add rule ip6 answers in " + ports(TIME_EXCEEDED) + " ip6 hoplimit set 1");
        rules.add("nft add rule ip6 answers f " + ports(DROPPED) + " drop");
        return String.join("; ", rules);
    }
}
