package io.keepalive.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.benchmarks.soak.Step.Action;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Model MODEL = Model.ofBeating(
            HeartbeatConfig.parse("ping-idle=2s,pong-timeout=1s,max-missed-pongs=3,beat-interval=1s"),
            Duration.ofSeconds(2));

    private static List<Step> steps(long seed) {
        Plan plan = new Plan(seed, MODEL);
        return Stream.generate(plan::next).limit(500).toList();
    }

    @Test
    void next_sameSeed_isTheSame() {
        assertThat(steps(7)).isEqualTo(steps(7)).isNotEqualTo(steps(8));
    }

    @Test
    void next_everyActionAndParty_comes() {
        assertThat(steps(1)).extracting(Step::action).containsAll(List.of(Action.values()));
        assertThat(steps(1)).extracting(Step::party).containsAll(List.of(Party.values()));
    }

    @Test
    void next_outages_areHarmlessOrFatalAndBothCome() {
        for (Action action : List.of(Action.STOP, Action.CUT)) {
            Set<Model.Kind> kinds = EnumSet.noneOf(Model.Kind.class);
            steps(1).stream()
                    .filter(step -> step.action() == action)
                    .map(step -> new Outage(
                            action == Action.CUT ? null : step.party(),
                            0,
                            0,
                            TimeUnit.MILLISECONDS.toNanos(step.millis())))
                    .forEach(outage -> kinds.add(MODEL.kind(outage)));
            assertThat(kinds).containsExactlyInAnyOrder(Model.Kind.HARMLESS, Model.Kind.FATAL);
        }
    }
}
