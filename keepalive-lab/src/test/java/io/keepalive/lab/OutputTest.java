package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutputTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void shouldFindEachLineOnce() throws InterruptedException {
        Output output = Output.of(stream("pong 1\nnoise\npong 2\n"), "test");

        assertThat(output.await(line -> line.startsWith("pong"), LONG)).contains("pong 1");
        assertThat(output.await(line -> line.startsWith("pong"), LONG)).contains("pong 2");
        assertThat(output.await(line -> line.startsWith("pong"), LONG)).isEmpty();
        assertThat(output.lines()).containsExactly("pong 1", "noise", "pong 2");
    }

    @Test
    void shouldKeepTheLinesThatAFailedSearchHasSeen() throws InterruptedException {
        Output output = Output.of(stream("one\ntwo\n"), "test");

        assertThat(output.await("three"::equals, LONG)).isEmpty();
        assertThat(output.await("one"::equals, LONG)).contains("one");
    }

    @Test
    void shouldGiveUpWhenTheTimeIsOver() throws IOException, InterruptedException {
        try (PipedOutputStream silent = new PipedOutputStream();
                PipedInputStream stream = new PipedInputStream(silent)) {
            Output output = Output.of(stream, "test");

            assertThat(output.await(line -> true, Duration.ofMillis(20))).isEmpty();
            assertThat(output.ended()).isFalse();
        }
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
