package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables of docs/heartbeat-protocol.md and the enums say the same. */
class SpecificationTest {
    private static final Path SPECIFICATION = Path.of("../docs/heartbeat-protocol.md");

    @Test
    void frameTypes_areTheSame() throws Exception {
        assertThat(rows("\\| `(0x0[1-7])` \\| ([A-Z]+) \\|.*"))
                .containsExactlyElementsOf(Arrays.stream(FrameType.values())
                        .map(type -> String.format(Locale.ROOT, "0x%02x %s", type.code(), type))
                        .toList());
    }

    @Test
    void reasons_areTheSame() throws Exception {
        assertThat(rows("\\| (\\d+) \\| ([A-Z_]+) \\| .* \\| .*\\|"))
                .filteredOn(row -> !row.matches("[1-6] (VERSION|CAN_SEND|WANTS|GIVES_UP|PATH|LARGEST_FRAME)"))
                .containsExactlyElementsOf(Arrays.stream(CloseReason.values())
                        .map(reason -> reason.code() + " " + reason)
                        .toList());
    }

    @Test
    void helloEntries_areTheSame() throws Exception {
        assertThat(rows("\\| ([1-6]) \\| (VERSION|CAN_SEND|WANTS|GIVES_UP|PATH|LARGEST_FRAME) \\|.*"))
                .containsExactlyElementsOf(Arrays.stream(HelloEntry.values())
                        .map(entry -> entry.code() + " " + entry)
                        .toList());
    }

    private static List<String> rows(String regex) throws Exception {
        Pattern pattern = Pattern.compile(regex);
        return Files.readAllLines(SPECIFICATION).stream()
                .map(pattern::matcher)
                .filter(matcher -> matcher.matches())
                .map(matcher -> matcher.group(1) + " " + matcher.group(2))
                .toList();
    }
}
