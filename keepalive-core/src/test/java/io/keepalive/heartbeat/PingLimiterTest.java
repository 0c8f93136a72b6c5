package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 9: the bucket of the peer's PINGs. An interval is 10. */
class PingLimiterTest {
    private final PingLimiter limiter = new PingLimiter();

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 20, Long.MIN_VALUE})
    void admit_eightAtOnce_twoStrikes_thenAFlood(long origin) {
        assertThat(admitted(20, origin)).isEqualTo(10);
    }

    @Test
    void admit_oneAnInterval_forEver() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(limiter.admit(i, i * 10L, 0, 10)).isTrue();
        }
    }

    @Test
    void admit_quietForLong_holdsNoMoreThanEight() {
        limiter.admit(1, 0, 0, 10);
        assertThat(admitted(20, 1_000_000)).isEqualTo(10);
    }

    @Test
    void admit_bucketFullAgain_forgetsTheStrikes_notBefore() {
        admitted(10, 0);
        assertThat(admitted(1, 79)).as("strikes stay, one PING is allowed").isEqualTo(1);
        PingLimiter another = new PingLimiter();
        for (int i = 0; i < 10; i++) {
            another.admit(i, 0, 0, 10);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(another.admit(i, 80, 0, 10)).isTrue();
        }
    }

    @Test
    void admit_whatPiledUpWhileUnread_isExcused_upToAThousand() {
        assertThat(admitted(300, 3000, 2900)).isEqualTo(300);
        assertThat(new PingLimiterTest().admitted(2000, 1_000_000, 999_999)).isEqualTo(1010);
    }

    @Test
    void pollPong_inOrder_fourAtMost() {
        for (int id = 1; id <= 6; id++) {
            limiter.admit(id, 0, 0, 10);
        }
        for (int id = 1; id <= 4; id++) {
            assertThat(limiter.hasPong()).isTrue();
            assertThat(limiter.pollPong()).isEqualTo(id);
        }
        assertThat(limiter.hasPong()).isFalse();
    }

    private int admitted(int count, long now) {
        return admitted(count, now, 0);
    }

    private int admitted(int count, long now, long unread) {
        for (int i = 0; i < count; i++) {
            if (!limiter.admit(i, now, unread, 10)) {
                return i;
            }
        }
        return count;
    }
}
