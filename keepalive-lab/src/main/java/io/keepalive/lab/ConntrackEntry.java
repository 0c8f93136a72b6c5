package io.keepalive.lab;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A TCP connection as the router knows it.
 *
 * @param state in the kernel's words: SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT, CLOSE
 * @param remaining until it is forgotten unless a packet comes: whole seconds, rounded down
 * @param client where the connection comes from
 * @param translated where it comes from in the eyes of the server
 * @param server where it goes to
 * @param packetsFromClient all packets that the router got from the client, empty ones included
 * @param packetsFromServer all packets that the router got from the server, empty ones included
 * @since 0.1
 */
public record ConntrackEntry(
        String state,
        Duration remaining,
        InetSocketAddress client,
        InetSocketAddress translated,
        InetSocketAddress server,
        long packetsFromClient,
        long packetsFromServer) {

    /**
     * Whether the connection is open in both directions: the only state that the lab's idle timeout is for.
     *
     * @return true for ESTABLISHED
     */
    public boolean isEstablished() {
        return state.equals("ESTABLISHED");
    }
}
