package io.keepalive.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.nio.blocking.ReadMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** 210 MB; {@link Checksums} for more. */
@Timeout(60)
class ChecksumIT {
    private static final long BYTES = 70_000_000;

    @Test
    void loops() throws Exception {
        Checksums.Sums sums = Checksums.loops(BYTES, 1);
        assertThat(sums.received()).isEqualTo(sums.sent());
    }

    @Test
    void inline() throws Exception {
        Checksums.Sums sums = Checksums.sockets(BYTES, 2, ReadMode.INLINE);
        assertThat(sums.received()).isEqualTo(sums.sent());
    }

    @Test
    void pumped() throws Exception {
        Checksums.Sums sums = Checksums.sockets(BYTES, 3, ReadMode.PUMPED);
        assertThat(sums.received()).isEqualTo(sums.sent());
    }
}
