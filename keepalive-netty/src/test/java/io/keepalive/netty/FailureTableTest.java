package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.testing.FailureTable;
import io.keepalive.testing.FailureTable.Mark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ends that are made to happen, on each transport, in a read and in a write: none may be named wrongly and surely. */
@Timeout(120)
class FailureTableTest {
    /** What happens to the connection, and what is true of it. */
    private enum End {
        FIN("PEER_CLOSED", "PEER_RESET"),
        RST("PEER_RESET"),
        CLOSED_WITH_UNREAD_DATA("PEER_RESET"),
        CLOSED_HERE("LOCAL_CLOSED"),
        OUTPUT_SHUT("LOCAL_CLOSED"),
        OUTPUT_SHUT_AND_FIN("PEER_CLOSED", "LOCAL_CLOSED");

        @SuppressWarnings("ImmutableEnumChecker") // never changed
        private final Set<String> right;

        End(String... right) {
            this.right = Set.of(right);
        }

        void happen(ConnectionKind.Connection connection, Socket peer) throws Exception {
            switch (this) {
                case FIN -> peer.close();
                case RST -> {
                    peer.setSoLinger(true, 0);
                    peer.close();
                }
                case CLOSED_WITH_UNREAD_DATA -> {
                    connection.write();
                    while (peer.getInputStream().available() == 0) {
                        Thread.onSpinWait();
                    }
                    peer.close();
                }
                case CLOSED_HERE -> connection.close();
                case OUTPUT_SHUT -> connection.shutdownOutput();
                case OUTPUT_SHUT_AND_FIN -> {
                    connection.shutdownOutput();
                    peer.close();
                }
            }
        }
    }

    @Test
    void everyEndOnEveryTransport_noneIsSureAndWrong() throws Exception {
        FailureTable table = new FailureTable();
        for (ConnectionKind kind : ConnectionKind.here()) {
            if (kind.isNetty()) {
                for (End end : End.values()) {
                    for (String call : List.of("read", "write")) {
                        one(table, kind, end, call);
                    }
                }
            }
        }

        table.print("channels of Netty");
        assertThat(table.rows()).hasSizeGreaterThanOrEqualTo(6);
        assertThat(table.rows(Mark.WRONG)).isEmpty();
        assertThat(table.rows(Mark.UNSURE)).isEmpty();
    }

    /** A channel that reads an end of stream gets no exception, and so there is no finding. */
    private static void one(FailureTable table, ConnectionKind kind, End end, String call) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ConnectionKind.Connection connection =
                        kind.connect((InetSocketAddress) server.getLocalSocketAddress());
                Socket peer = server.accept()) {
            end.happen(connection, peer);
            Exception thrown = failure(connection, call, end == End.OUTPUT_SHUT);
            if (thrown != null) {
                kind.loss(connection, thrown)
                        .ifPresent(loss -> table.add(
                                end.name(),
                                kind.name(),
                                call,
                                end.right,
                                loss.cause().name(),
                                loss.confidence().name().equals("HIGH"),
                                thrown));
            }
        }
    }

    private static @Nullable Exception failure(ConnectionKind.Connection connection, String call, boolean isReadEndless)
            throws InterruptedException {
        try {
            for (int i = 0; i < 200; i++) {
                if (call.equals("write")) {
                    connection.write();
                    Thread.sleep(1);
                } else if (isReadEndless || connection.read() < 0) {
                    return null;
                }
            }
            return null;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return e;
        }
    }
}
