package io.keepalive.socket;

import static io.keepalive.KeepAliveOption.SO_KEEPALIVE;
import static io.keepalive.KeepAliveOption.TCP_KEEPIDLE;
import static io.keepalive.KeepAliveOption.TCP_USER_TIMEOUT;
import static io.keepalive.socket.Precedence.ENFORCE;
import static io.keepalive.socket.Precedence.OBSERVE;
import static io.keepalive.socket.Precedence.RESPECT;
import static io.keepalive.socket.Precedence.TIGHTEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAliveOption;
import org.junit.jupiter.api.Test;

/** Who wins. */
class PrecedenceTest {
    @Test
    void enforce_alwaysChanges_andNeverReadsTheDefault() {
        assertThat(changes(ENFORCE, TCP_KEEPIDLE, 10, 7200)).isTrue();
        assertThat(changes(ENFORCE, TCP_KEEPIDLE, 10, 10)).isTrue();
        assertThat(changes(ENFORCE, SO_KEEPALIVE, 1, 0)).isTrue();
    }

    @Test
    void tighten_shortensAndSwitchesOn_neverTheOtherWay() {
        assertThat(changes(TIGHTEN, TCP_KEEPIDLE, 7200, 120)).isTrue();
        assertThat(changes(TIGHTEN, TCP_KEEPIDLE, 60, 120)).isFalse();
        assertThat(changes(TIGHTEN, TCP_KEEPIDLE, 120, 120)).isFalse();
        assertThat(changes(TIGHTEN, SO_KEEPALIVE, 0, 1)).isTrue();
        assertThat(changes(TIGHTEN, SO_KEEPALIVE, 1, 0)).isFalse();
    }

    @Test
    void tighten_takesUserTimeout0AsTheLaxestOfAll() {
        assertThat(changes(TIGHTEN, TCP_USER_TIMEOUT, 0, 30_000)).isTrue();
        assertThat(changes(TIGHTEN, TCP_USER_TIMEOUT, 10_000, 30_000)).isFalse();
        assertThat(changes(TIGHTEN, TCP_USER_TIMEOUT, 30_000, 0)).isFalse();
    }

    @Test
    void observe_predictsTighten() {
        assertThat(changes(OBSERVE, TCP_KEEPIDLE, 7200, 120)).isTrue();
        assertThat(changes(OBSERVE, TCP_KEEPIDLE, 60, 120)).isFalse();
    }

    @Test
    void respect_changesOnlyWhatIsAtTheSystemsDefault() {
        assertThat(RESPECT.changes(TCP_KEEPIDLE, 7200, 120, () -> 7200)).isTrue();
        assertThat(RESPECT.changes(TCP_KEEPIDLE, 600, 120, () -> 7200)).isFalse();
        assertThat(RESPECT.changes(TCP_KEEPIDLE, 7200, 7200, () -> 7200)).isFalse();
    }

    private static boolean changes(Precedence precedence, KeepAliveOption option, long current, long requested) {
        return precedence.changes(option, current, requested, () -> {
            throw new AssertionError("the system's default does not matter to " + precedence);
        });
    }
}
