package io.keepalive.heartbeat.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random histories, and a model of when a peer must and must not be declared dead: the same ones in each build, others with
 * {@code -Dtest.seed=random}. One that failed is run again with {@code -Dkeepalive.seed=N}; {@code -Dkeepalive.histories=N} runs
 * more of them.
 */
class HistoriesTest {
    private static final long COUNT = Long.getLong("keepalive.histories", 34_000);

    @ParameterizedTest
    @EnumSource(History.Kind.class)
    void everyHistory_keepsThePromises(History.Kind kind) {
        Long seed = Long.getLong("keepalive.seed");
        long first = seed != null ? seed : Seeds.next() >>> 8;
        long count = seed != null ? 1 : COUNT;
        System.out.println(kind + ": " + count + " histories from seed " + first);

        Map<Long, String> broken = new ConcurrentSkipListMap<>();
        Map<String, Long> outcomes = new ConcurrentSkipListMap<>();
        LongStream.range(first, first + count).parallel().forEach(each -> {
            History history = new History(kind, each);
            List<String> promises = history.run();
            outcomes.merge(history.outcome(), 1L, Long::sum);
            if (!promises.isEmpty() && broken.size() < 5) {
                broken.put(each, promises + " in " + history);
            }
        });
        System.out.println(kind + ": " + outcomes);

        assertThat(broken).as("-Dkeepalive.seed=N runs it again").isEmpty();
    }

    @Test
    void sameSeed_sameHistory() {
        List<String> histories = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            for (History.Kind kind : History.Kind.values()) {
                for (long seed = 0; seed < 20; seed++) {
                    History history = new History(kind, seed);
                    history.run();
                    histories.add(history.toString());
                }
            }
        }
        int half = histories.size() / 2;
        assertThat(histories.subList(0, half)).isEqualTo(histories.subList(half, 2 * half));
    }
}
