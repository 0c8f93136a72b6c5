package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.loss.ConnectionLoss;
import java.io.IOException;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The evidence of each cause, as recorded from Linux; LossesIT has the real ends. */
class EndCauseTest {
    private static final TcpState GIVEN_UP = new TcpState(TcpState.CLOSE, 0, 0);
    private static final TcpState ESTABLISHED = new TcpState(TcpState.ESTABLISHED, 0, 0);
    private static final TcpState PEER_CLOSED = new TcpState(TcpState.CLOSE_WAIT, 0, 0);
    private static final Silences NONE = seconds(0, 0, 0, 0);
    private final IOException timedOut = new IOException("Connection timed out");
    private final IOException reset = new SocketException("Connection reset");

    @Test
    void timeout_isOfThePath_whereProbesOrRetransmissionsWereUnanswered() {
        assertThat(failed(new TcpState(TcpState.CLOSE, 0, 3), NONE, timedOut)).isEqualTo("PATH_TIMEOUT HIGH");
        assertThat(failed(new TcpState(TcpState.CLOSE, 5, 0), NONE, timedOut)).isEqualTo("PATH_TIMEOUT HIGH");
        // A closed window is probed, too.
        assertThat(failed(new TcpState(TcpState.CLOSE, 0, 1), NONE, timedOut)).isEqualTo("PATH_TIMEOUT LOW");
        assertThat(failed(new TcpState(TcpState.CLOSE, 0, 3), seconds(9, 9, 9, 0), timedOut))
                .isEqualTo("PATH_TIMEOUT LOW");
    }

    @Test
    void timeoutWithoutAnUnansweredSegment_isAClosedWindow() {
        assertThat(failed(GIVEN_UP, seconds(4, 4, 4, 0), timedOut)).isEqualTo("WRITE_STALLED LOW");
        // Where the kernel gives no state, nothing is concluded from it.
        assertThat(failed(TcpState.UNKNOWN, NONE, timedOut)).isEqualTo("PATH_TIMEOUT LOW");
    }

    @Test
    void reset_isOnIdle_afterASilenceOrInsteadOfAProbesAnswer() {
        assertThat(failed(GIVEN_UP, seconds(1, 2, 0, 0), reset)).isEqualTo("PEER_RESET HIGH");
        assertThat(failed(GIVEN_UP, seconds(6, 0, 0, 6), reset)).isEqualTo("RESET_ON_IDLE LOW");
        assertThat(failed(GIVEN_UP, seconds(4, 0, 0, 4), reset)).isEqualTo("PEER_RESET HIGH");
        TcpState probed = new TcpState(TcpState.CLOSE, 0, 1);
        assertThat(failed(probed, seconds(60, 61, 0, 0), reset)).isEqualTo("RESET_ON_IDLE HIGH");
        // What was sent last may be what the window held back.
        assertThat(failed(probed, seconds(60, 3, 0, 0), reset)).isEqualTo("RESET_ON_IDLE LOW");
        assertThat(failed(probed, seconds(60, 3, 3, 0), reset)).isEqualTo("PEER_RESET HIGH");
    }

    @Test
    void brokenPipe_isUnsure_andNothingAfterTheProgramsOwnEnd() {
        IOException broken = new IOException("Broken pipe");

        assertThat(failed(GIVEN_UP, NONE, broken)).isEqualTo("PEER_CLOSED LOW");
        assertThat(text(new EndCause(GIVEN_UP, NONE, true, true).failed(broken)))
                .isEmpty();
    }

    @Test
    void errorInAnotherLanguage_isJudgedByTheKernel() {
        IOException german = new IOException("Die Wartezeit für die Verbindung ist abgelaufen");

        assertThat(failed(new TcpState(TcpState.CLOSE, 0, 3), NONE, german)).isEqualTo("PATH_TIMEOUT LOW");
        assertThat(failed(GIVEN_UP, NONE, german)).isEqualTo("UNKNOWN LOW");
        assertThat(failed(ESTABLISHED, NONE, german)).isEmpty();
    }

    @Test
    void errorsThatAreNotTheConnections_areNoEnd() {
        assertThat(failed(ESTABLISHED, NONE, new IOException("Too many open files")))
                .isEmpty();
        assertThat(failed(ESTABLISHED, NONE, new IOException("Bad file descriptor")))
                .isEmpty();
        assertThat(failed(ESTABLISHED, NONE, new java.nio.channels.ClosedByInterruptException()))
                .isEmpty();
    }

    @Test
    void endOfStream_isThePeers_onlyWhereItsFinCame() {
        assertThat(text(cause(PEER_CLOSED, NONE).endOfStream())).isEqualTo("PEER_CLOSED HIGH");
        assertThat(text(cause(ESTABLISHED, NONE).endOfStream())).isEmpty(); // the program ended its input
        assertThat(text(cause(GIVEN_UP, NONE).endOfStream())).isEmpty(); // another call gets the reason
        assertThat(text(new EndCause(GIVEN_UP, NONE, true, true).endOfStream())).isEqualTo("LOCAL_CLOSED HIGH");
    }

    @Test
    void close_isTheProgramsOwn_unlessThePeerWasFirst() {
        assertThat(closed(ESTABLISHED, NONE, null)).isEqualTo("LOCAL_CLOSED HIGH");
        assertThat(closed(PEER_CLOSED, NONE, null)).isEqualTo("PEER_CLOSED HIGH");
        assertThat(closed(new TcpState(TcpState.LAST_ACK, 0, 0), NONE, null)).isEqualTo("PEER_CLOSED HIGH");
        assertThat(text(new EndCause(PEER_CLOSED, NONE, true, true).closed(null)))
                .isEqualTo("LOCAL_CLOSED HIGH");
        assertThat(text(cause(PEER_CLOSED, NONE).outputEnds())).isEqualTo("PEER_CLOSED HIGH");
        assertThat(text(cause(ESTABLISHED, NONE).outputEnds())).isEmpty();
    }

    @Test
    void close_reportsWhyItWasGivenUp() {
        assertThat(closed(ESTABLISHED, seconds(4, 4, 4, 0), null)).isEqualTo("WRITE_STALLED LOW");
        assertThat(closed(new TcpState(TcpState.ESTABLISHED, 3, 0), seconds(4, 4, 4, 0), null))
                .isEqualTo("LOCAL_CLOSED LOW");
        assertThat(closed(new TcpState(TcpState.ESTABLISHED, 0, 2), NONE, null)).isEqualTo("LOCAL_CLOSED LOW");
    }

    @Test
    void closeOfADeadConnection_reportsTheErrorNotSeenYet() {
        assertThat(closed(new TcpState(TcpState.CLOSE, 0, 3), NONE, timedOut)).isEqualTo("PATH_TIMEOUT HIGH");
        assertThat(closed(GIVEN_UP, NONE, reset)).isEqualTo("PEER_RESET HIGH");
        assertThat(closed(GIVEN_UP, NONE, null)).isEmpty(); // another call got it, and reports it
    }

    @Test
    void connectionThatNeverCameAbout_isNoLoss() {
        assertThat(text(new EndCause(GIVEN_UP, NONE, false, false).closed(new SocketException("error 111"))))
                .isEmpty();
        assertThat(text(new EndCause(GIVEN_UP, NONE, false, false).closed(null)))
                .isEmpty();
        assertThat(text(new EndCause(new TcpState(TcpState.SYN_SENT, 3, 0), NONE, false, false).closed(null)))
                .isEmpty();
        // Probes are of established connections only.
        assertThat(text(new EndCause(new TcpState(TcpState.CLOSE, 0, 3), NONE, false, false).closed(timedOut)))
                .isEqualTo("PATH_TIMEOUT HIGH");
    }

    private static EndCause cause(TcpState state, Silences silences) {
        return new EndCause(state, silences, false, true);
    }

    private static String failed(TcpState state, Silences silences, IOException failure) {
        return text(cause(state, silences).failed(failure));
    }

    private static String closed(TcpState state, Silences silences, @Nullable IOException pending) {
        return text(cause(state, silences).closed(pending));
    }

    private static String text(Optional<ConnectionLoss> loss) {
        return loss.map(found -> found.cause() + " " + found.confidence()).orElse("");
    }

    private static Silences seconds(long received, long written, long stall, long gap) {
        return new Silences(
                TimeUnit.SECONDS.toNanos(received),
                TimeUnit.SECONDS.toNanos(written),
                TimeUnit.SECONDS.toNanos(stall),
                TimeUnit.SECONDS.toNanos(gap));
    }
}
