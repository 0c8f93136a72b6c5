package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;

/** A connected client and server in a lab. */
public record Pair(NatLab lab, LabProcess client, LabProcess server) {

    /** For what should happen at once: generous, since the machine may be busy. */
    static final Duration SOON = Duration.ofSeconds(20);

    /** For what should not happen: as long as two retransmissions take. */
    static final Duration A_WHILE = Duration.ofMillis(1200);

    static Pair connect(NatLab lab) {
        LabProcess server = lab.server().java(Peer.class);
        server.awaitLine("ready"::equals, SOON);
        LabProcess client = lab.client().java(Peer.class, lab.server().address());
        client.awaitLine(line -> line.startsWith("connected"), SOON);
        server.awaitLine(line -> line.startsWith("connected"), SOON);
        return new Pair(lab, client, server);
    }

    /** What the router knows of the connection. */
    Optional<ConntrackEntry> entry() {
        return lab.conntrack().stream().filter(ConntrackEntry::isEstablished).findFirst();
    }

    void awaitForgotten() throws InterruptedException {
        Duration limit = lab.idleTimeout().plus(SOON);
        assertThat(Deadline.in(limit).poll(() -> entry().isEmpty()))
                .as("forgotten after %s", limit)
                .isTrue();
    }

    static void deliver(LabProcess from, LabProcess to, String message) {
        from.writeLine("send " + message);
        to.awaitLine(("got " + message)::equals, SOON);
    }

    static void assertNothingNewFrom(LabProcess process) throws InterruptedException {
        int before = process.lines().size();
        Thread.sleep(A_WHILE.toMillis());
        assertThat(process.lines()).hasSize(before);
    }
}
