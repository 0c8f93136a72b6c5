package io.keepalive.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionFileTest {
    private static final Goal GOAL = new Goal(0, 1_200_000_000_000L, 0, false, 2);
    private static final Round IDLE =
            new Round(new Step.Idle(3_500_000_000L), List.of(new Trial(Fate.LIVED, 3_500_100_000L)));
    private static final Round PROBED = new Round(
            new Step.Refreshed(2_000_000_000L, 6_000_000_000L), List.of(new Trial(Fate.CLOSED, 5_000_000_000L)));

    @TempDir
    private Path folder;

    private Path path() {
        return folder.resolve("probe.jsonl");
    }

    @Test
    void open_afterRounds_readsThoseOfTheDirection() throws IOException {
        SessionFile file = new SessionFile(path());
        assertThat(file.open("db:1", "there", GOAL)).isEmpty();
        file.add("there", IDLE);
        file.add("there", PROBED);
        file.add("back", IDLE);

        assertThat(new SessionFile(path()).open("db:1", "there", GOAL)).containsExactly(IDLE, PROBED);
        assertThat(new SessionFile(path()).open("db:1", "back", GOAL)).containsExactly(IDLE);
    }

    @Test
    void open_anotherTarget_isRefused() throws IOException {
        new SessionFile(path()).open("db:1", "there", GOAL);

        assertThatThrownBy(() -> new SessionFile(path()).open("db:2", "there", GOAL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds another measurement")
                .hasMessageContaining("db:1");
    }

    @Test
    void open_brokenLine_namesIt() throws IOException {
        new SessionFile(path()).open("db:1", "there", GOAL);
        Files.writeString(path(), "{\"direction\":\"there\"}\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> new SessionFile(path()).open("db:1", "there", GOAL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2");
    }
}
