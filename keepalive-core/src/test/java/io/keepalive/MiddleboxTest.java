package io.keepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.internal.DurationText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The catalogue: complete, consistent, and the same as its table in the documentation. */
class MiddleboxTest {
    private static final Path TABLE = Path.of("..", "docs", "middleboxes.md");

    @ParameterizedTest
    @EnumSource
    void entry_isConsistent(Middlebox box) {
        box.shortestIdleTimeout().ifPresent(least -> assertThat(least).isLessThanOrEqualTo(box.idleTimeout()));
        box.longestIdleTimeout().ifPresent(most -> assertThat(most).isGreaterThanOrEqualTo(box.idleTimeout()));
        assertThat(box.title()).isNotBlank();
        assertThat(box.source()).isNotBlank().doesNotContain("://");
        assertThat(Middlebox.parse(box.text())).isEqualTo(box);
    }

    @ParameterizedTest
    @EnumSource
    void outliving_isAPolicyOrARefusal(Middlebox box) {
        if (box.refreshedBy() == Middlebox.Refresh.ANY_SEGMENT) {
            assertThat(KeepAlive.outliving(box).outlives(box.idleTimeout())).isTrue();
        } else {
            assertThat(box.expiry()).as("a box that ends TCP can close").isEqualTo(Middlebox.Expiry.CLOSE);
        }
    }

    @Test
    void azureLoadBalancer_isAsDocumented() {
        Middlebox box = Middlebox.AZURE_LOAD_BALANCER;

        assertThat(box.idleTimeout()).isEqualTo(Duration.ofMinutes(4));
        assertThat(box.shortestIdleTimeout()).contains(Duration.ofMinutes(4));
        assertThat(box.longestIdleTimeout()).contains(Duration.ofMinutes(100));
        assertThat(box.expiry()).isEqualTo(Middlebox.Expiry.SILENT);
    }

    /** On a difference the message holds the table as it should be. */
    @Test
    void table_inTheDocumentation_isTheCatalogue() throws IOException {
        String expected =
                Arrays.stream(Middlebox.values()).map(MiddleboxTest::row).collect(Collectors.joining("\n"));

        assertThat(Files.readString(TABLE)).contains(expected);
    }

    private static String row(Middlebox box) {
        String range = box.shortestIdleTimeout().map(DurationText::format).orElse("?") + " – "
                + box.longestIdleTimeout().map(DurationText::format).orElse("?");
        return "| `%s` | %s | %s | %s | %s | %s | %s | %s, %s |"
                .formatted(
                        box.text(),
                        box.title(),
                        DurationText.format(box.idleTimeout()),
                        range.equals("? – ?") ? "?" : range,
                        box.expiry().description(),
                        box.refreshedBy().description(),
                        box.note(),
                        box.source(),
                        box.asOf());
    }
}
