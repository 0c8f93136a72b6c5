package io.keepalive.cli.relay.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectPlanTest {
    private final ConnectPlan plan = new ConnectPlan(1000, -100);

    @Test
    void isOver_beforeTheLookUpReturns_afterTheWholeLimit() {
        assertThat(plan.isOver(899)).isFalse();
        assertThat(plan.isOver(900)).isTrue();
    }

    @Test
    void tryNext_withThreeAddresses_sharesWhatIsLeft() {
        plan.onResolved(3);
        assertThat(plan.tryNext(0)).isTrue();
        assertThat(plan.isOver(299)).isFalse();
        assertThat(plan.isOver(300)).isTrue();

        assertThat(plan.tryNext(100)).as("the first refused at once").isTrue();
        assertThat(plan.isOver(499)).isFalse();
        assertThat(plan.isOver(500)).isTrue();

        assertThat(plan.tryNext(500)).isTrue();
        assertThat(plan.isOver(899)).isFalse();
        assertThat(plan.isOver(900)).isTrue();
        assertThat(plan.tryNext(600)).as("no further address").isFalse();
    }

    @Test
    void tryNext_whenTheTimeIsOver_isFalse() {
        plan.onResolved(2);
        assertThat(plan.tryNext(900)).isFalse();
    }

    @Test
    void tryNext_withoutAddresses_isFalse() {
        plan.onResolved(0);
        assertThat(plan.tryNext(0)).isFalse();
    }
}
