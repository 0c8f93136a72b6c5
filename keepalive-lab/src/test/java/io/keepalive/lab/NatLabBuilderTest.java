package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NatLabBuilderTest {

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.999S", "PT1.5S", "P7DT1S", "PT2562047788015215H"})
    void shouldRefuseWhatTheRouterCannotCount(String idleTimeout) {
        Duration duration = Duration.parse(idleTimeout);

        assertThatThrownBy(() -> NatLab.builder().idleTimeout(duration))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("idleTimeout: " + duration + " (expected: whole seconds, 1 s to 7 days)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "PT4S", "P7D"})
    void shouldTakeWholeSeconds(String idleTimeout) {
        assertThatCode(() -> NatLab.builder().idleTimeout(Duration.parse(idleTimeout)))
                .doesNotThrowAnyException();
    }
}
