package io.keepalive.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdSetTest {

    @Test
    void add_manyIds_behavesLikeASet() {
        IdSet ids = new IdSet();
        Set<Long> expected = new HashSet<>();
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            long id = 1L + random.nextInt(10_000);
            assertThat(ids.add(id)).isEqualTo(expected.add(id));
        }
        assertThat(ids.size()).isEqualTo(expected.size());
        for (long id = 0; id <= 10_001; id++) {
            assertThat(ids.contains(id)).isEqualTo(expected.contains(id));
        }
        ids.clear();
        assertThat(ids.contains(1)).isFalse();
        assertThat(ids.size()).isZero();
    }

    @Test
    void add_zero_isNoId() {
        assertThat(new IdSet().add(0)).isFalse();
    }
}
