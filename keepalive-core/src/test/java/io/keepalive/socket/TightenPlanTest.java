package io.keepalive.socket;

import static io.keepalive.KeepAliveOption.SO_KEEPALIVE;
import static io.keepalive.KeepAliveOption.TCP_KEEPCNT;
import static io.keepalive.KeepAliveOption.TCP_KEEPIDLE;
import static io.keepalive.KeepAliveOption.TCP_KEEPINTVL;
import static io.keepalive.KeepAliveOption.TCP_USER_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tightened options are together at least as strict as they were. */
class TightenPlanTest {
    @Test
    void of_autoOnAStricterSocket_followsWhatTheSocketHolds() {
        // Lettuce, HttpClient 5 and one of our own: idle, interval, count, detection before.
        for (long[] socket : new long[][] {{13, 13, 3, 52}, {5, 5, 3, 20}, {2, 1, 3, 5}, {30, 1, 8, 38}}) {
            Map<KeepAliveOption, Long> held = held(socket[0], socket[1], socket[2], 0);
            Map<KeepAliveOption, Long> after = apply("outliving=4m,user-timeout=auto", held);

            assertThat(TightenPlan.detectionSeconds(held)).isEqualTo(socket[3]);
            assertThat(TightenPlan.detectionSeconds(after)).isEqualTo(socket[3]);
            assertThat(after.get(TCP_USER_TIMEOUT))
                    .as("bounds unacknowledged data")
                    .isPositive();
        }
    }

    @Test
    void of_anExplicitUserTimeoutThatWouldDelayDiscovery_isLeft() {
        Map<KeepAliveOption, Long> held = held(13, 13, 3, 0);
        TightenPlan plan = TightenPlan.of(Setting.listOf(KeepAlive.parse("outliving=4m,user-timeout=5m")), held);

        assertThat(plan.left()).containsOnlyKeys(TCP_USER_TIMEOUT);
        assertThat(plan.left().get(TCP_USER_TIMEOUT)).contains("instead of 52s");
    }

    @Test
    void of_aNewSocket_takesThePolicyAsItIs() {
        Map<KeepAliveOption, Long> held = held(7200, 75, 9, 0);
        held.put(SO_KEEPALIVE, 0L);
        TightenPlan plan = TightenPlan.of(Setting.listOf(KeepAlive.parse("outliving=4m,user-timeout=auto")), held);

        assertThat(plan.left()).isEmpty();
        assertThat(apply("outliving=4m,user-timeout=auto", held)).containsEntry(TCP_USER_TIMEOUT, 345_000L);
    }

    @Test
    void of_anyValues_neverDelaysDiscovery() {
        Random random = new Random(15);
        for (int i = 0; i < 200_000; i++) {
            Map<KeepAliveOption, Long> held = held(
                    1 + random.nextInt(300),
                    1 + random.nextInt(90),
                    1 + random.nextInt(10),
                    random.nextBoolean() ? 0 : 1 + random.nextInt(400_000));
            String policy = "idle=" + (1 + random.nextInt(300)) + "s,interval=" + (1 + random.nextInt(90)) + "s,count="
                    + (1 + random.nextInt(10))
                    + switch (random.nextInt(3)) {
                        case 0 -> "";
                        case 1 -> ",user-timeout=auto";
                        default -> ",user-timeout=" + (1 + random.nextInt(400)) + "s";
                    };
            assertThat(TightenPlan.detectionSeconds(apply(policy, held)))
                    .as("%s on %s", policy, held)
                    .isLessThanOrEqualTo(TightenPlan.detectionSeconds(held));
        }
    }

    private static Map<KeepAliveOption, Long> held(long idle, long interval, long count, long timeoutMillis) {
        Map<KeepAliveOption, Long> held = new EnumMap<>(KeepAliveOption.class);
        held.put(SO_KEEPALIVE, 1L);
        held.put(TCP_KEEPIDLE, idle);
        held.put(TCP_KEEPINTVL, interval);
        held.put(TCP_KEEPCNT, count);
        held.put(TCP_USER_TIMEOUT, timeoutMillis);
        return held;
    }

    /** What the applier does with a plan. */
    private static Map<KeepAliveOption, Long> apply(String policy, Map<KeepAliveOption, Long> held) {
        TightenPlan plan = TightenPlan.of(Setting.listOf(KeepAlive.parse(policy)), held);
        Map<KeepAliveOption, Long> after = new EnumMap<>(held);
        for (Setting setting : plan.settings()) {
            long current = held.getOrDefault(setting.option(), 0L);
            if (!plan.left().containsKey(setting.option())
                    && Precedence.TIGHTEN.changes(setting.option(), current, setting.value(), () -> current)) {
                after.put(setting.option(), setting.value());
            }
        }
        return after;
    }
}
