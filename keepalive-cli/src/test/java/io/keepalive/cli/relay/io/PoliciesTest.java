package io.keepalive.cli.relay.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.cli.option.HostPort;
import io.keepalive.cli.relay.engine.Side;
import io.keepalive.cli.relay.io.Connection.End;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoliciesTest {
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private SocketChannel channel;
    private End leg;

    PoliciesTest() throws IOException {}

    @BeforeEach
    void connect() throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel = SocketChannel.open(listener.getLocalAddress());
        HostPort target = new HostPort("127.0.0.1", 1);
        leg = new Connection(new Route(target, target), new PlainLeg(channel), System.nanoTime()).client;
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
        listener.close();
    }

    @Test
    void applyLater_openLeg_hasThePolicyOfItsSideAfterATick() throws IOException {
        Policies policies = policies("idle=60s", "off");
        policies.applyLater(leg, false);
        assertThat(policies.isPending()).isTrue();
        assertThat(isKept()).isFalse();
        applyAll(policies);
        assertThat(isKept()).isTrue();
        assertThat(policies.isPending()).isFalse();
    }

    @Test
    void applyLater_inheritedPolicyWithoutSpread_waitsForNothing() {
        Policies policies = policies("idle=3s", "off");
        policies.applyLater(leg, true);
        assertThat(policies.isPending()).isFalse();
    }

    @Test
    void apply_connectionThatHasEnded_touchesNothing() throws IOException {
        Policies policies = policies("idle=60s", "idle=60s");
        policies.applyLater(leg, false);
        leg.connection.pair.onFailure(Side.TARGET);
        applyAll(policies);
        assertThat(isKept()).isFalse();
    }

    @Test
    void apply_legThatIsGone_doesNothing() throws IOException {
        Policies policies = policies("idle=60s", "idle=60s");
        policies.applyLater(leg, false);
        policies.applyLater(leg, true);
        channel.close();
        Objects.requireNonNull(policies.next()).apply();
        leg.leg = null;
        applyAll(policies);
        assertThat(policies.isPending()).isFalse();
    }

    private static void applyAll(Policies policies) {
        for (Policies.Due due = policies.next(); due != null; due = policies.next()) {
            due.apply();
        }
    }

    private boolean isKept() throws IOException {
        return channel.getOption(StandardSocketOptions.SO_KEEPALIVE);
    }

    private static Policies policies(String client, String target) {
        return new Policies(new RelaySettings(
                KeepAlive.parse(client),
                KeepAlive.parse(target),
                List.of(),
                1,
                Duration.ofSeconds(1),
                false,
                null,
                null,
                1,
                1 << 20));
    }
}
