package io.keepalive.spring.boot;

import io.keepalive.Middlebox;
import java.util.Arrays;
import java.util.Optional;

/** Boxes that no keepalive probe refreshes: what the application's clients have instead. */
final class PayloadBoxes {
    private static final String REMEDY =
            " (what to do: requests of the clients themselves, or connections that end before"
                    + " the box ends them, in less than %s: spring.datasource.hikari.keepalive-time, from 30s, or"
                    + " spring.datasource.hikari.max-lifetime; spring.rabbitmq.requested-heartbeat; maxIdleTimeMS in"
                    + " spring.mongodb.uri; spring.kafka.properties.connections.max.idle.ms;"
                    + " spring.grpc.client.channel.NAME.keepalive.time; of WebClient, ConnectionProvider's maxIdleTime)";

    private PayloadBoxes() {}

    /** What to do about a policy that was refused; empty if it was not refused for its box. */
    static String remedy(String policy) {
        return Arrays.stream(policy.split(",", -1))
                .map(String::trim)
                .filter(part -> part.startsWith("outliving="))
                .map(part -> box(part.substring("outliving=".length())))
                .flatMap(Optional::stream)
                .filter(box -> box.refreshedBy() != Middlebox.Refresh.ANY_SEGMENT)
                .map(box -> REMEDY.formatted(box.idleTimeout().toSeconds() + "s"))
                .findFirst()
                .orElse("");
    }

    private static Optional<Middlebox> box(String name) {
        return Arrays.stream(Middlebox.values())
                .filter(box -> box.text().equals(name))
                .findFirst();
    }
}
