package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.agent.Rule.Direction;
import io.keepalive.socket.SocketKeeper;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final Rule KEPT = rule("idle=60s", KeepAlive.parse("idle=60s"));

    private final List<String> warnings = new ArrayList<>();
    private final Tally tally = new Tally(text -> {}, warnings::add);

    @Test
    void nothingMet_saysSo() {
        assertThat(tally.isEmpty()).isTrue();
        assertThat(tally.lines()).containsExactly("no connection so far");
    }

    @Test
    void connectionsNotReadBack_areShownApart_andNoneOfTheirOptionsIsCalledApplied() throws IOException {
        Tally.Group group = tally.group(KEPT, Direction.TO, "Socket");
        try (Socket socket = new Socket()) {
            assertThat(group.met()).isEqualTo(1);
            tally.readBack(KEPT, SocketKeeper.of(KeepAlive.parse("idle=60s")).keep(socket));
        }
        for (int i = 2; i <= 5; i++) {
            assertThat(group.met()).isEqualTo(i);
            group.unread();
        }
        group.met();
        group.inherited();

        assertThat(tally.total()).isEqualTo(6);
        assertThat(tally.lines())
                .contains("rule 'idle=60s': 6 connections, read back: 1 of 6, set without an error: 4,"
                        + " inherited from their listener: 1")
                .contains("  6 x Socket opened", "  1 x TCP_KEEPIDLE 60s APPLIED");
    }

    @Test
    void connectionsLeftAlone_areCounted_byDirection() {
        Rule excluded = rule("from * exclude", null);
        tally.group(excluded, Direction.FROM, "Socket").met();
        tally.group(excluded, Direction.TO, "Socket").met();

        assertThat(tally.lines())
                .containsExactly(
                        "rule 'from * exclude': 2 connections, left alone",
                        "  1 x Socket accepted",
                        "  1 x Socket opened");
        assertThat(tally.byKind()).containsEntry("Socket accepted", 1L).containsEntry("Socket opened", 1L);
    }

    /** Texts can hold what a program chose, so there may be any number of them. */
    @Test
    void distinctFailures_areBounded_andReportedOnceEach() {
        for (int i = 0; i < 1000; i++) {
            tally.failure(new IOException("number " + i));
            tally.failure(new IOException("number 0"));
        }

        assertThat(warnings).hasSize(30);
        assertThat(tally.failures())
                .hasSize(31)
                .containsEntry("java.io.IOException: number 0", 1001L)
                .containsEntry("others", 970L);
    }

    private static Rule rule(String text, @Nullable KeepAlive policy) {
        return Rule.of(text, null, null, 0, policy);
    }
}
