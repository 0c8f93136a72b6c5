package io.keepalive.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {

    @ParameterizedTest
    @CsvSource({
        "no, false",
        "20 80, true",
        "19 80, false",
        "20 79, false",
        "0 0, true",
        "'', true",
        "wide, false",
    })
    void shouldBeLiveWhereTheScreenFits(String size, boolean live) {
        assertThat(terminal(Map.of(), size, false).live()).isEqualTo(live);
    }

    @Test
    void shouldBePlainWhenAskedTo() {
        assertThat(terminal(Map.of(), "40 100", true))
                .returns(false, Terminal::live)
                .returns(false, Terminal::colour);
        assertThat(terminal(Map.of("TERM", "dumb"), "40 100", false).live()).isFalse();
    }

    @Test
    void shouldRespectNoColor() {
        assertThat(terminal(Map.of(), "40 100", false).colour()).isTrue();
        assertThat(terminal(Map.of("NO_COLOR", ""), "40 100", false).colour()).isTrue();
        assertThat(terminal(Map.of("NO_COLOR", "1"), "40 100", false))
                .returns(true, Terminal::live)
                .returns(false, Terminal::colour);
    }

    @Test
    void shouldDrawWithWhatTheEncodingHas() {
        assertThat(terminal(Map.of(), "", false).unicode()).isTrue();
        assertThat(Terminal.of(Map.of(), "", false, StandardCharsets.US_ASCII, System.out)
                        .unicode())
                .isFalse();
    }

    private static Terminal terminal(Map<String, String> environment, String size, boolean plain) {
        return Terminal.of(environment, size, plain, StandardCharsets.UTF_8, System.out);
    }
}
