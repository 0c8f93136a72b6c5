package io.keepalive.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.socket.Precedence;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeepPlanTest {
    private static final SystemSettings DEFAULTS = SystemSettings.KERNEL_DEFAULTS;
    private static final SocketOptions UNTOUCHED = new SocketOptions(false, 7200, 75, 9, 0);

    @Test
    void of_untouchedSocket_getsTheWholePolicy() {
        KeepPlan plan = plan(UNTOUCHED, "idle=60s,interval=80s,count=12,user-timeout=20m", Precedence.TIGHTEN);

        assertThat(plan.target()).isEqualTo(new SocketOptions(true, 60, 80, 12, 1_200_000));
        assertThat(plan.unchanged()).isEmpty();
    }

    @Test
    void of_stricterProgram_keepsItsChoice() {
        KeepPlan plan = plan(new SocketOptions(true, 60, 75, 9, 0), "outliving=4m", Precedence.TIGHTEN);

        assertThat(plan.target()).isEqualTo(new SocketOptions(true, 60, 30, 8, 0));
        assertThat(plan.unchanged()).containsOnlyKeys(PolicyOption.IDLE);
    }

    @Test
    void of_userTimeoutThatWouldDelayDetection_isLeftAlone() {
        SocketOptions fast = new SocketOptions(true, 2, 1, 3, 0);

        KeepPlan plan = plan(fast, "outliving=4m,user-timeout=auto", Precedence.TIGHTEN);

        assertThat(plan.target()).isEqualTo(fast);
        assertThat(plan.unchanged().get(PolicyOption.USER_TIMEOUT)).contains("later than now (5s)");
    }

    @Test
    void of_smallerIdleThatWouldDelayDetection_isLeftAlone() {
        // ticks at 10, 20: dead at 20; with an idle time of 4 s ticks at 4, 14, 24: the user timeout of 15 s passes at
        // 24
        SocketOptions current = new SocketOptions(true, 10, 10, 9, 15_000);

        KeepPlan plan = plan(current, "idle=4s", Precedence.TIGHTEN);

        assertThat(plan.changes()).isEmpty();
    }

    @Test
    void of_tighten_neverFindsADeadPeerLater() {
        Random random = new Random(17);
        for (int i = 0; i < 20_000; i++) {
            SocketOptions current = options(random);
            SocketOptions policy = options(random);
            Wanted wanted = new Wanted(
                    true,
                    random.nextBoolean() ? policy.idleSeconds() : null,
                    random.nextBoolean() ? policy.intervalSeconds() : null,
                    random.nextBoolean() ? policy.count() : null,
                    random.nextBoolean() ? policy.userTimeoutMillis() : null);

            KeepPlan plan = KeepPlan.of(current, wanted, Precedence.TIGHTEN, DEFAULTS);

            assertThat(Detection.seconds(plan.target()))
                    .as("%s with %s", current, wanted)
                    .isLessThanOrEqualTo(Detection.seconds(current));
        }
    }

    @Test
    void of_respect_changesOnlyWhatIsAtTheSystemsDefault() {
        KeepPlan plan = plan(new SocketOptions(false, 600, 75, 9, 0), "outliving=4m", Precedence.RESPECT);

        assertThat(plan.target()).isEqualTo(new SocketOptions(true, 600, 30, 8, 0));
    }

    @Test
    void of_enforce_loosensToo() {
        assertThat(plan(new SocketOptions(true, 2, 1, 3, 9), "outliving=4m", Precedence.ENFORCE)
                        .target())
                .isEqualTo(new SocketOptions(true, 120, 30, 8, 9));
    }

    @Test
    void of_policyOff_switchesOffOnlyWhenEnforced() {
        SocketOptions on = new SocketOptions(true, 2, 1, 3, 0);

        assertThat(plan(on, "off", Precedence.TIGHTEN).changes()).isEmpty();
        assertThat(plan(on, "off", Precedence.ENFORCE).target().keepAlive()).isFalse();
    }

    /** Times of death measured on Linux: 2/1/3 alone 5 s, with user timeouts of 1, 3.5, 4.5, 10 and 20 s; 5/5/3 with 6 s. */
    @Test
    void detection_measuredCases_isTheNominalTime() {
        assertThat(Detection.seconds(new SocketOptions(true, 2, 1, 3, 0))).isEqualTo(5);
        assertThat(Detection.seconds(new SocketOptions(true, 2, 1, 3, 1000))).isEqualTo(3);
        assertThat(Detection.seconds(new SocketOptions(true, 2, 1, 3, 3500))).isEqualTo(4);
        assertThat(Detection.seconds(new SocketOptions(true, 2, 1, 3, 4500))).isEqualTo(5);
        assertThat(Detection.seconds(new SocketOptions(true, 2, 1, 3, 10_000))).isEqualTo(10);
        assertThat(Detection.seconds(new SocketOptions(true, 5, 5, 3, 6000))).isEqualTo(10);
        assertThat(Detection.seconds(UNTOUCHED)).isEqualTo(Detection.NEVER);
    }

    private static SocketOptions options(Random random) {
        return new SocketOptions(
                random.nextInt(4) != 0,
                1 + random.nextInt(20),
                1 + random.nextInt(12),
                1 + random.nextInt(6),
                random.nextBoolean() ? 0 : random.nextInt(60_000));
    }

    private static KeepPlan plan(SocketOptions current, String policy, Precedence precedence) {
        return KeepPlan.of(current, Wanted.of(KeepAlive.parse(policy)), precedence, DEFAULTS);
    }
}
