package io.keepalive.agent;

import io.keepalive.KeepAlive;
import io.keepalive.socket.SocketKeeper;
import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What connections of one kind get.
 *
 * @param text as it was written, for reports
 * @param direction whether it is about opened or accepted connections; null for both
 * @param peers whose; null for everybody's
 * @param port of an opened connection the peer's, of an accepted one the listener's; 0 for any
 * @param keeper what they get; null if they are left alone
 */
record Rule(
        String text,
        @Nullable Direction direction,
        @Nullable CidrBlock peers,
        int port,
        @Nullable SocketKeeper keeper) {
    /** Who began. */
    enum Direction {
        /** This program connected. */
        TO,
        /** A peer did. */
        FROM
    }

    Rule {
        Objects.requireNonNull(text, "text");
    }

    static Rule of(
            String text,
            @Nullable Direction direction,
            @Nullable CidrBlock peers,
            int port,
            @Nullable KeepAlive policy) {
        return new Rule(text, direction, peers, port, policy == null ? null : SocketKeeper.of(policy));
    }

    /** The policy of its connections; null if they are left alone. */
    @Nullable
    KeepAlive policy() {
        return keeper == null ? null : keeper.policy();
    }

    boolean matches(Direction actual, @Nullable InetAddress peer, int actualPort) {
        return mayMatch(actual, actualPort) && (peers == null || (peer != null && peers.contains(peer)));
    }

    /** Whether it matches some peer. */
    boolean mayMatch(Direction actual, int actualPort) {
        return (direction == null || direction == actual) && (port == 0 || port == actualPort);
    }

    /** By value: the same settings read twice give the same rules. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Rule that
                && text.equals(that.text)
                && direction == that.direction
                && port == that.port
                && Objects.equals(peers, that.peers)
                && Objects.equals(policy(), that.policy());
    }

    /** Cheap: a rule is looked up for each connection, and hardly two have the same text. */
    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
