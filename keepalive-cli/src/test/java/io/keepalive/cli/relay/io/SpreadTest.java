package io.keepalive.cli.relay.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpreadTest {
    private static final KeepAlive POLICY = KeepAlive.parse("outliving=4m,user-timeout=auto");

    private static List<Long> idleSeconds(KeepAlive policy) {
        return Spread.policies(policy).stream()
                .map(each -> each.idle().orElseThrow().toSeconds())
                .toList();
    }

    @Test
    void policies_ofMinutes_areShorterByUpToAQuarter_eachDifferent() {
        List<Long> idle = idleSeconds(POLICY);
        assertThat(idle).hasSize(31).doesNotHaveDuplicates().startsWith(120L).endsWith(90L);
        assertThat(idleSeconds(KeepAlive.parse("idle=2h"))).hasSize(33).contains(7200L, 5400L);
    }

    @Test
    void policies_differInNothingButTheIdleTime() {
        KeepAlive explicit = KeepAlive.parse("idle=120s,interval=30s,count=8,user-timeout=400s");
        for (KeepAlive policy : List.of(POLICY, explicit)) {
            for (KeepAlive each : Spread.policies(policy)) {
                assertThat(each.toBuilder().idle(Duration.ofSeconds(120)).build())
                        .isEqualTo(policy);
            }
        }
    }

    @Test
    void policies_thatLeaveNothingToShorten_areThePolicyAlone() {
        for (String text : List.of("off", "idle=3s", "count=4")) {
            KeepAlive policy = KeepAlive.parse(text);
            assertThat(Spread.policies(policy)).containsExactly(policy);
            assertThat(Spread.of(policy).isEven()).isTrue();
        }
    }

    @Test
    void next_inTurn_isEachOfThem() {
        Spread spread = Spread.of(POLICY);
        Set<KeepAlive> seen = new HashSet<>();
        for (int i = 0; i < 31; i++) {
            seen.add(spread.next().policy());
        }
        assertThat(seen).hasSize(31);
        assertThat(spread.isEven()).isFalse();
    }

    @Test
    void ofIdleTimes_leavesTheOtherOptionsAlone() {
        KeepAlive policy = Spread.ofIdleTimes(POLICY).next().policy();
        assertThat(policy.idle()).contains(Duration.ofSeconds(119));
        assertThat(policy.interval()).isEmpty();
        assertThat(policy.userTimeout()).isEmpty();
    }
}
