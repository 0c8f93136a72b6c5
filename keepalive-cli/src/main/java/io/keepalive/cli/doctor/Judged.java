package io.keepalive.cli.doctor;

import io.keepalive.cli.linux.NamespaceSockets;
import org.jspecify.annotations.Nullable;

/**
 * A connection with its verdict.
 *
 * @param acceptedAt the port of this machine's listener that accepted it; null for one that this machine opened
 * @param namespace what was seen of its network namespace
 */
record Judged(
        ConnectionFacts facts,
        Diagnosis diagnosis,
        @Nullable Integer acceptedAt,
        NamespaceSockets namespace) {
    String local() {
        return Addresses.local(facts.socket(), namespace.interfaceNames());
    }

    String remote() {
        return Addresses.remote(facts.socket());
    }

    /** What it is counted by: the peer's address and port, or the own port that peers connect to. */
    String destination() {
        return acceptedAt == null ? facts.socket().remote().unmapped().toString() : "peers of port " + acceptedAt;
    }
}
