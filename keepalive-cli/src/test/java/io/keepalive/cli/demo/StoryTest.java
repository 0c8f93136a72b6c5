package io.keepalive.cli.demo;

import static io.keepalive.cli.demo.Samples.SILENT;
import static io.keepalive.cli.demo.Samples.TIMEOUT;
import static io.keepalive.cli.demo.Samples.at;
import static io.keepalive.cli.demo.Samples.forgotten;
import static io.keepalive.cli.demo.Samples.known;
import static io.keepalive.cli.demo.Samples.log;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoryTest {
    private static final ClientLog WROTE = log("sent plain");
    private static final ClientLog ANSWERED = log("sent plain", "answer plain 1500000");

    private final Story story = new Story(Box.NAT, TIMEOUT);

    @Test
    void shouldReportTheEnd() {
        assertThat(story.observe(at(0, known(7, 0, SILENT), known(7, 0, SILENT))))
                .isEmpty();
        assertThat(story.observe(at(4, known(3, 0, SILENT), known(7, 1, SILENT))))
                .containsExactly(new Event.Refreshed(Duration.ofSeconds(4), Side.KEPT, 1));
        assertThat(story.observe(at(8, forgotten(SILENT), known(3, 1, SILENT))))
                .containsExactly(new Event.Forgotten(Duration.ofSeconds(8), Side.PLAIN));
        assertThat(cue(at(15.9, forgotten(SILENT), known(3, 1, SILENT)))).isEmpty();
        assertThat(cue(at(16, forgotten(SILENT), known(3, 1, SILENT)))).contains(Side.PLAIN);
        assertThat(cue(at(16.5, forgotten(SILENT), known(3, 1, SILENT)))).isEmpty();
        assertThat(story.observe(at(17, forgotten(WROTE), known(3, 1, SILENT))))
                .containsExactly(new Event.Wrote(Duration.ofSeconds(17), Side.PLAIN));
        assertThat(story.observe(at(32.9, forgotten(WROTE), known(3, 1, SILENT))))
                .isEmpty();
        assertThat(story.observe(at(33, forgotten(WROTE), known(3, 1, SILENT))))
                .containsExactly(new Event.Unanswered(
                        Duration.ofSeconds(33), Side.PLAIN, Duration.ofSeconds(16), forgotten(WROTE)));
        assertThat(cue(at(39.9, forgotten(WROTE), known(3, 1, SILENT)))).isEmpty();
        assertThat(cue(at(40, forgotten(WROTE), known(3, 1, SILENT)))).contains(Side.KEPT);
        assertThat(story.isOver()).isFalse();
        assertThat(story.observe(at(40.5, forgotten(WROTE), known(7, 3, ANSWERED))))
                .as("the packets of the line itself are no probes")
                .containsExactly(
                        new Event.Wrote(Duration.ofMillis(40_500), Side.KEPT),
                        new Event.Answered(Duration.ofMillis(40_500), Side.KEPT, Duration.ofNanos(1_500_000)));
        assertThat(story.isOver()).isTrue();
        assertThat(story.differences()).isEmpty();
    }

    @Test
    void shouldSayThatTheKeptOneWasForgotten() {
        story.observe(at(8, forgotten(SILENT), forgotten(SILENT)));

        assertDiffers("the NAT forgot the kept connection, in spite of its probes");
    }

    @Test
    void shouldSayThatThePlainOneWasNotForgotten() {
        story.observe(at(24, known(1, 0, SILENT), known(7, 1, SILENT)));
        assertThat(story.isOver()).isFalse();
        story.observe(at(24.1, known(1, 0, SILENT), known(7, 1, SILENT)));

        assertDiffers("the NAT still knew the plain connection after 24 s, its idle timeout being 8 s");
    }

    @Test
    void shouldSayThatThePlainOneWasAnswered() {
        story.observe(at(17, forgotten(ANSWERED), known(7, 1, SILENT)));

        assertDiffers("the plain connection was answered");
    }

    @Test
    void shouldSayThatTheLineReachedTheServer() {
        Facts.Connection vanished = forgotten(WROTE);
        Facts.Connection arrived = new Facts.Connection(
                vanished.remaining(), 0, WROTE, 1, vanished.clientSocket(), vanished.serverSocket(), "");
        story.observe(at(17, arrived, known(7, 1, SILENT)));

        assertDiffers("what the plain connection wrote reached the server");
    }

    @Test
    void shouldSayThatAClientGotAnError() {
        story.observe(at(17, forgotten(log("sent plain", "lost plain Connection reset")), known(7, 1, SILENT)));

        assertThat(story.scene(at(17, forgotten(SILENT), known(7, 1, SILENT))).events())
                .contains(new Event.Lost(Duration.ofSeconds(17), Side.PLAIN, "Connection reset"));
        assertDiffers("the client of the plain connection got an error");
    }

    @Test
    void shouldSayThatTheKeptOneWasNotAnswered() {
        story.observe(at(33, forgotten(WROTE), known(7, 1, SILENT)));
        story.observe(at(50, forgotten(WROTE), known(7, 1, WROTE)));
        assertThat(story.isOver()).isFalse();
        story.observe(at(55, forgotten(WROTE), known(7, 1, WROTE)));

        assertDiffers("the kept connection was not answered within 5 s");
    }

    @Test
    void shouldSayThatAWriteDidNotReturn() {
        assertThat(cue(at(16, forgotten(SILENT), known(3, 1, SILENT)))).contains(Side.PLAIN);
        story.observe(at(21, forgotten(SILENT), known(7, 1, SILENT)));

        assertDiffers("the write on the plain connection did not return within 5 s");
    }

    private Optional<Side> cue(Facts facts) {
        story.observe(facts);
        return story.cue(facts);
    }

    private void assertDiffers(String difference) {
        assertThat(story.differences()).containsExactly(difference);
        assertThat(story.isOver()).isTrue();
        assertThat(story.cue(at(100, forgotten(SILENT), known(7, 1, SILENT)))).isEmpty();
    }
}
