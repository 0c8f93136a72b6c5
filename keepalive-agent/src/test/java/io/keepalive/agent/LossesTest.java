package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.agent.Rule.Direction;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LossesTest {
    private static final Rule KEPT = Rule.of("idle=60s", null, null, 0, KeepAlive.parse("idle=60s"));
    private static final Silences SILENT = new Silences(2_000_000_000L, 3_000_000_000L, 0, 0);

    private final List<String> news = new ArrayList<>();
    private final Losses losses = new Losses(news::add, Runnable::run);

    @Test
    void loss_isCountedOnce_howeverManyCallsFail() throws IOException {
        Connection connection = opened(KEPT, 5432);
        for (int i = 0; i < 3; i++) {
            failed(connection, new SocketException("Connection reset"));
        }

        assertThat(losses.losses())
                .containsExactly(java.util.Map.entry("PEER_RESET HIGH to 10.0.0.9:5432, rule 'idle=60s'", 1L));
        assertThat(losses.ends()).containsExactly(java.util.Map.entry("PEER_RESET", 1L));
        assertThat(news)
                .containsExactly("lost: PEER_RESET HIGH to 10.0.0.9:5432, rule 'idle=60s', silent for 2.0 s;"
                        + " SocketException 'Connection reset'");
    }

    /** Ending the output frees the writer before the close is reported. */
    @Test
    void stall_isThatOfWhenTheOutputEnded() throws IOException {
        Connection connection = opened(KEPT, 5432);
        connection.endOutput(4_000_000_000L);
        connection.endOutput(0);

        assertThat(SILENT.withStall(connection.stallNanos()).stallNanos()).isEqualTo(4_000_000_000L);
        assertThat(new Silences(0, 0, 5, 0).withStall(4).stallNanos()).isEqualTo(5);
    }

    @Test
    void connectionLeftAlone_isNotReported() throws IOException {
        failed(opened(Rule.of("exclude", null, null, 0, null), 5432), new SocketException("Connection reset"));

        assertThat(losses.ends()).isEmpty();
        assertThat(losses.lines()).isEmpty();
    }

    @Test
    void manyPeers_areBounded_andNoLossIsForgotten() throws IOException {
        for (int port = 1; port <= 1000; port++) {
            failed(opened(KEPT, port), new SocketException("Connection reset"));
        }

        assertThat(losses.losses()).hasSize(301).containsEntry("PEER_RESET HIGH others, rule 'any'", 700L);
        assertThat(losses.ends()).containsEntry("PEER_RESET", 1000L);
    }

    private static Connection opened(Rule rule, int port) throws IOException {
        InetAddress peer = InetAddress.getByAddress(new byte[] {10, 0, 0, 9});
        return new Connection(rule, Direction.TO, new InetSocketAddress(peer, port), port);
    }

    private void failed(Connection connection, @Nullable Throwable failure) {
        losses.happened("failed", new FileDescriptor(), connection, SILENT, true, failure);
    }
}
