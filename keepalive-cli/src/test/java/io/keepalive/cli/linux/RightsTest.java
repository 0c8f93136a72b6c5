package io.keepalive.cli.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RightsTest {

    @Test
    void of_statusOfAnOrdinaryUser_hasNoRightToTrace() {
        Rights rights = Rights.of(
                List.of("Name:\tjava", "Uid:\t1000\t1001\t1000\t1000", "CapEff:\t0000000000000000", "Seccomp:\t2"),
                "1",
                "5.4.0-150-generic");

        assertThat(rights).isEqualTo(new Rights(1001, false, true, 1, "5.4.0-150-generic"));
        assertThat(rights.isKernelAtLeast(5, 6)).isFalse();
        assertThat(rights.isKernelAtLeast(5, 3)).isTrue();
        assertThat(rights.isKernelAtLeast(4, 20)).isTrue();
    }

    @Test
    void of_statusOfRoot_canTrace() {
        assertThat(Rights.of(List.of("Uid:\t0\t0\t0\t0", "CapEff:\t000001ffffffffff"), "0", "6.1.0")
                        .canTrace())
                .isTrue();
    }
}
