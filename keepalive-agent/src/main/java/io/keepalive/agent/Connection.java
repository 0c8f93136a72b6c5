package io.keepalive.agent;

import io.keepalive.agent.Rule.Direction;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A TCP connection, from when it is opened or accepted until its end is known. Thread-safe. */
final class Connection {
    private volatile Rule rule;
    private final Direction direction;
    private final @Nullable InetSocketAddress peer;
    private final int port;
    private volatile boolean isOutputEnded;
    private volatile long stallNanos;
    private boolean isOver;

    /**
     * Begins a connection.
     *
     * @param rule the rule that applies
     * @param peer null if it is not known
     * @param port the port that rules name: of an opened connection the peer's, of an accepted one the listener's
     */
    Connection(Rule rule, Direction direction, @Nullable InetSocketAddress peer, int port) {
        this.rule = rule;
        this.direction = direction;
        this.peer = peer;
        this.port = port;
    }

    Rule rule() {
        return rule;
    }

    /** The settings have changed. */
    void rule(Rule changed) {
        rule = changed;
    }

    Direction direction() {
        return direction;
    }

    @Nullable
    InetAddress address() {
        return peer == null ? null : peer.getAddress();
    }

    int port() {
        return port;
    }

    /** Whether this is still the peer, so that a descriptor's number has not been taken by another connection. */
    boolean hasPeer(InetSocketAddress actual) {
        return actual.equals(peer);
    }

    /** The program ends its output, which frees a write that has been waiting for so long; 0 if none was. */
    void endOutput(long waitedNanos) {
        if (!isOutputEnded) {
            stallNanos = waitedNanos;
        }
        isOutputEnded = true;
    }

    /** How long a write had been waiting when the program ended its output; 0 if none had. */
    long stallNanos() {
        return stallNanos;
    }

    boolean isOutputEnded() {
        return isOutputEnded;
    }

    /** Marks the end; returns whether this was the first call. */
    synchronized boolean end() {
        boolean first = !isOver;
        isOver = true;
        return first;
    }

    /** Who it is with, for reports: without the port that the peer of an accepted connection happens to have. */
    String text() {
        InetAddress address = address();
        String host = address == null ? "?" : address.getHostAddress();
        return direction == Direction.TO
                ? "to " + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port
                : "from " + host + " at port " + port;
    }
}
