package io.keepalive.cli.demo;

import java.time.Duration;
import java.util.Optional;

/**
 * What can be seen from outside at one moment.
 *
 * @param elapsed since both connections fell idle
 * @param connections what is seen of each
 */
record Facts(Duration elapsed, Both<Connection> connections) {

    /**
     * One connection.
     *
     * @param remaining until the box forgets it, as the box says; empty once it has
     * @param refreshes what the box has counted since the connection fell idle: probes or heartbeats
     * @param client what the client's log says
     * @param arrived lines that reached the server since the connection fell idle
     * @param clientSocket state of the client's socket, in the words of ss(8)
     * @param serverSocket state of the server's socket
     * @param kernel what the client's kernel is doing about it; may be empty
     */
    record Connection(
            Optional<Duration> remaining,
            long refreshes,
            ClientLog client,
            int arrived,
            String clientSocket,
            String serverSocket,
            String kernel) {}
}
