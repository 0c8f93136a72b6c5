package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The check that watches all other tests can fail. */
class LeakCheckTest {
    @Test
    void leakedBuffer_isFound() throws Exception {
        LeakCheck.leak("on purpose");

        assertThat(LeakCheck.leaks()).anyMatch(leak -> leak.contains("on purpose"));
        assertThat(CountingLeakDetector.LEAKS.removeIf(leak -> leak.contains("on purpose")))
                .isTrue();
    }
}
