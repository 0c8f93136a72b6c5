package io.keepalive.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.loss.Confidence;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Deaths of known causes, recorded in network namespaces: eight kinds, IPv4 and IPv6, and twenty corner cases. */
class DeathCauseTest {
    /** What must be certain: the evidence of these kinds excludes every other cause. */
    private static final Set<String> CERTAIN =
            Set.of("cut-data", "nat-silent", "fin_hold", "own_halfclose", "own_unread", "killed", "rst_late_notice");

    static List<RecordedDeath> deaths() throws IOException {
        return RecordedDeath.all();
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void of_recordedFacts_namesTheCause(RecordedDeath death) {
        Verdict verdict = DeathCause.of(death.history(), death.ending());

        assertThat(verdict.cause()).as(verdict.toString()).isEqualTo(death.cause());
        if (CERTAIN.contains(death.name())) {
            assertThat(verdict.confidence()).as(verdict.toString()).isEqualTo(Confidence.HIGH);
        }
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void of_forgottenByASevenSecondBox_boundsTheFatalSilenceFromAbove(RecordedDeath death) {
        Verdict verdict = DeathCause.of(death.history(), death.ending());

        boolean isByBox = death.name().startsWith("nat-") && verdict.cause() != LossCause.LOCAL_CLOSED;
        if (isByBox) {
            assertThat(verdict.fatalGapMillis()).as(verdict.toString()).isPresent();
            assertThat(verdict.fatalGapMillis().getAsLong())
                    .as(verdict.toString())
                    .isBetween(7_000L, 12_500L);
        }
    }

    @Test
    void of_resetByThePeersProgramOnData_isNeverCertainToBeABox() throws IOException {
        // The same facts from here, whoever sends the RST.
        assertThat(RecordedDeath.all())
                .filteredOn(death -> death.name().equals("nat-reset")
                        && death.ending().observation().sendQueueBytes() > 0)
                .isNotEmpty()
                .allSatisfy(death -> assertThat(
                                DeathCause.of(death.history(), death.ending()).confidence())
                        .isEqualTo(Confidence.LOW));
    }
}
