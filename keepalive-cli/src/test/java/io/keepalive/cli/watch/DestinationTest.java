package io.keepalive.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.Middlebox;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.LossCause;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DestinationTest {
    private final Destination destination = new Destination();

    private void silentDeath(long gapMillis) {
        destination.died(new Verdict(
                LossCause.PATH_TIMEOUT, Confidence.HIGH, "test", gapMillis + 3_000, OptionalLong.of(gapMillis)));
    }

    @Test
    void shortestKilled_cutAfterLessThanOthersSurvived_leavesItOut() {
        silentDeath(500);
        silentDeath(300_000);
        silentDeath(260_000);
        destination.survived(200_000);

        assertThat(destination.longestSurvived()).hasValue(200_000);
        assertThat(destination.shortestKilled()).hasValue(260_000);
        assertThat(destination.contradictedGaps()).isEqualTo(1);
    }

    @Test
    void finding_silentDeathsAroundFourMinutes_namesTheBoxesThatFit() {
        destination.survived(230_000);
        silentDeath(245_000);

        FittingBoxes boxes = IdleTimeoutFinding.of(destination).boxes();

        assertThat(boxes.byDefault()).contains(Middlebox.AZURE_LOAD_BALANCER).doesNotContain(Middlebox.IPVS);
        assertThat(boxes.bySetting()).contains(Middlebox.AWS_GATEWAY_LOAD_BALANCER);
    }

    @Test
    void finding_closingsThatAgree_isAProxysTimeout() {
        for (long silence : new long[] {59_800, 60_100, 60_300}) {
            destination.died(
                    new Verdict(LossCause.PEER_CLOSED, Confidence.HIGH, "test", silence, OptionalLong.empty()));
        }

        IdleTimeoutFinding finding = IdleTimeoutFinding.of(destination);

        assertThat(finding.closesAfter())
                .hasValueSatisfying(time -> assertThat(time).hasSeconds(60));
        assertThat(finding.boxes().byDefault()).contains(Middlebox.NGINX_PROXY);
    }
}
