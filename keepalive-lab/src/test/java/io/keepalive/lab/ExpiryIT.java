package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.lab.junit.WithNatLab;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The router forgets idle connections, and only those. */
class ExpiryIT {

    @Test
    @WithNatLab(idleTimeoutSeconds = 60)
    void shouldShowAnEntryThatCountsDown(NatLab lab) throws InterruptedException {
        Pair pair = Pair.connect(lab);
        Pair.deliver(pair.client(), pair.server(), "hello");

        ConntrackEntry entry = pair.entry().orElseThrow();
        assertThat(entry.client().getHostString()).isEqualTo(lab.client().address());
        assertThat(entry.translated().getHostString()).isEqualTo(lab.router().address());
        assertThat(entry.server().getHostString()).isEqualTo(lab.server().address());
        assertThat(entry.server().getPort()).isEqualTo(Integer.parseInt(Peer.PORT));
        assertThat(entry.packetsFromClient()).isGreaterThanOrEqualTo(3);
        assertThat(entry.packetsFromServer()).isGreaterThanOrEqualTo(1);
        assertThat(entry.remaining()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
        assertThat(Deadline.in(Pair.SOON)
                        .poll(() -> pair.entry().orElseThrow().remaining().compareTo(entry.remaining()) < 0))
                .as("counts down")
                .isTrue();
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 2)
    void shouldSwallowTheClientsPacketOfAForgottenConnection(NatLab lab) throws InterruptedException {
        Pair pair = Pair.connect(lab);
        pair.awaitForgotten();

        pair.client().writeLine("send anybody there?");

        Pair.assertNothingNewFrom(pair.server());
        assertThat(pair.client().lines()).noneMatch(line -> line.startsWith("lost"));
        assertThat(pair.entry()).isEmpty();
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 2)
    void shouldSwallowTheServersPacketOfAForgottenConnection(NatLab lab) throws InterruptedException {
        Pair pair = Pair.connect(lab);
        pair.awaitForgotten();

        pair.server().writeLine("send anybody there?");

        Pair.assertNothingNewFrom(pair.client());
        assertThat(pair.server().lines()).noneMatch(line -> line.startsWith("lost"));
        assertThat(pair.entry()).isEmpty();
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 2, onExpiry = Expiry.RESET)
    void shouldResetTheClientOfAForgottenConnection(NatLab lab) throws InterruptedException {
        Pair pair = Pair.connect(lab);
        pair.awaitForgotten();

        pair.client().writeLine("send anybody there?");

        pair.client().awaitLine("lost Connection reset"::equals, Pair.SOON);
        assertThat(pair.server().lines()).noneMatch(line -> line.startsWith("lost"));
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 2, onExpiry = Expiry.RESET)
    void shouldResetTheServerOfAForgottenConnection(NatLab lab) throws InterruptedException {
        Pair pair = Pair.connect(lab);
        pair.awaitForgotten();

        pair.server().writeLine("send anybody there?");

        pair.server().awaitLine("lost Connection reset"::equals, Pair.SOON);
        assertThat(pair.client().lines()).noneMatch(line -> line.startsWith("lost"));
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 4)
    void shouldKeepWhatKeepaliveProbesRefresh(NatLab lab) throws InterruptedException {
        Pair pair = Pair.connect(lab);
        pair.client().writeLine("keepalive 1");
        long before = pair.entry().orElseThrow().packetsFromClient();

        Thread.sleep(lab.idleTimeout().multipliedBy(2).toMillis());

        assertThat(pair.entry().orElseThrow().packetsFromClient()).isGreaterThanOrEqualTo(before + 3);
        Pair.deliver(pair.server(), pair.client(), "still here?");
        Pair.deliver(pair.client(), pair.server(), "still here");
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 60, onExpiry = Expiry.RESET)
    void shouldForgetOnDemand(NatLab lab) {
        Pair pair = Pair.connect(lab);

        lab.forget();

        assertThat(lab.conntrack()).isEmpty();
        pair.client().writeLine("send anybody there?");
        pair.client().awaitLine("lost Connection reset"::equals, Pair.SOON);
        // The router itself is as good as new.
        try (LabProcess other = lab.server().java(Peer.class)) {
            other.awaitLine("ready"::equals, Pair.SOON);
            lab.client()
                    .java(Peer.class, lab.server().address())
                    .awaitLine(line -> line.startsWith("connected"), Pair.SOON);
        }
    }

    /** The kernel would else put 300 s in the place of a longer idle timeout once sent data is unanswered. */
    @Test
    @WithNatLab(idleTimeoutSeconds = 1000)
    void shouldMeanTheSameTimeoutWhileDataIsUnanswered(NatLab lab) {
        for (String state : new String[] {"established", "unacknowledged", "max_retrans"}) {
            assertThat(lab.router()
                            .command("cat", "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_" + state)
                            .run()
                            .orThrow()
                            .lines())
                    .containsExactly("1000");
        }
    }
}
