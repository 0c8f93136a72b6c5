package io.keepalive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The time line as text, to the letter. */
class PolicyExplanationTest {
    @Test
    void explain_drawsProbesBoxAndVerdict() {
        assertThat(KeepAlive.parse("outliving=4m,user-timeout=auto").explain(Duration.ofMinutes(4)))
                .isEqualTo("""
                        idle=120s,interval=30s,count=8,user-timeout=auto
                               0s              last segment from the peer
                             120s - 135s       probe 1
                             150s - 168.75s    probe 2
                             180s - 202.5s     probe 3
                             210s - 236.25s    probe 4
                             240s - 270s       probe 5
                             240s              a box of 240s forgets the flow unless refreshed
                             270s - 303.75s    probe 6
                             300s - 337.5s     probe 7
                             330s - 371.25s    probe 8
                             360s - 406s       declared dead, and the program knows
                        Sent data may stay unacknowledged for 345s (user timeout, which overrides the count).
                        Outlives a box of 240s: probe 1 is there by 135.5s, 104.5s to spare.
                        Probes surely there in time, if none is answered: 4.
                        """);
    }

    @Test
    void explain_abbreviatesLongLists_butShowsTheNeighboursOfTheBox() {
        assertThat(KeepAlive.parse("idle=75s,interval=5s,count=100").explain(Duration.ofSeconds(252)))
                .contains("""
                              75s - 84.375s    probe 1
                              80s - 90s        probe 2
                              85s - 95.625s    probe 3
                                               ... 32 more, every 5s
                             250s - 281.25s    probe 36
                             252s              a box of 252s forgets the flow unless refreshed
                             255s - 286.875s   probe 37
                                               ... 61 more, every 5s
                             565s - 635.625s   probe 99
                             570s - 641.25s    probe 100
                             575s - 647.875s   declared dead, and the program knows
                        """);
    }

    @Test
    void explain_withoutABox_judgesNone() {
        assertThat(KeepAlive.parse("idle=3s,interval=1s,count=2").explain()).isEqualTo("""
                        idle=3s,interval=1s,count=2
                               0s              last segment from the peer
                               3s - 3.375s     probe 1
                               4s - 4.5s       probe 2
                               5s - 6.625s     declared dead, and the program knows
                        Unacknowledged data is not probed: the system's own limit holds, some 15 min on Linux.
                        """);
    }

    @Test
    void explain_saysWhyABoxWins_andWhatWouldDo() {
        assertThat(KeepAlive.parse("idle=300s").explain(Duration.ofMinutes(4))).isEqualTo("""
                        idle=300s
                               0s              last segment from the peer
                             240s              a box of 240s forgets the flow unless refreshed
                             300s - 337.5s     probe 1
                                               more probes, at the operating system's interval
                        Left to the operating system: interval, count. A report knows what a socket holds.
                        Unacknowledged data is not probed: the system's own limit holds, some 15 min on Linux.
                        Does not outlive a box of 240s: probe 1 may be there as late as 338s.
                        That is 98s too late; idle=212s would just do.
                        """);
        assertThat(KeepAlive.defaults().explain(Duration.ofSeconds(1)))
                .contains("That is 33.25s too late; no whole second is short enough: send an application");
        assertThat(KeepAlive.parse("on").explain(Middlebox.IPVS))
                .contains("Does not outlive ipvs for sure: idle is left to the operating system.\n");
        assertThat(KeepAlive.off().explain(Middlebox.IPVS))
                .contains("Does not outlive ipvs for sure: it sends no probes.\n");
    }

    @Test
    void explain_withoutACount_listsThreeProbes() {
        assertThat(KeepAlive.parse("idle=30s,interval=10s").explain(Middlebox.AZURE_LOAD_BALANCER))
                .contains("""
                              30s - 33.75s     probe 1
                              40s - 45s        probe 2
                              50s - 56.25s     probe 3
                                               ... and so on, every 10s, as often as the operating system says
                             240s              azure-load-balancer forgets the flow unless refreshed
                        Left to the operating system: count. A report knows what a socket holds.
                        """);
    }

    @ParameterizedTest
    @EnumSource(Middlebox.class)
    void explain_ofEveryBox_saysWhetherItIsOutlived(Middlebox box) {
        String text = KeepAlive.defaults().explain(box);

        if (box.refreshedBy() == Middlebox.Refresh.ANY_SEGMENT) {
            assertThat(text).contains("Outlives " + box.text() + ": probe 1 is there by 34.25s, ");
        } else {
            assertThat(text)
                    .contains("Does not outlive " + box.text() + ": it counts "
                            + box.refreshedBy().description() + " only, whatever the policy.\n"
                            + "Send an application heartbeat more often than every "
                            + box.idleTimeout().toSeconds() + "s.\n");
        }
        assertFits(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "off",
                "on",
                "idle=2147483647s,interval=2147483647s,count=2147483647",
                "idle=2147483647s,interval=2147483647s,count=2147483647,user-timeout=2147483647ms",
                "idle=1s,interval=1s,count=2147483647",
                "idle=1ns,interval=1ns,count=2147483647,user-timeout=1ms",
                "idle=2147483647s,user-timeout=2147483647ms",
                "interval=1s,count=3"
            })
    void explain_ofExtremes_fits(String policy) {
        assertFits(KeepAlive.parse(policy).explain());
        assertFits(KeepAlive.parse(policy).explain(Duration.ofNanos(1)));
        assertFits(KeepAlive.parse(policy).explain(Duration.ofSeconds(Integer.MAX_VALUE)));
        assertThat(KeepAlive.parse(policy).explain(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)))
                .doesNotContain("probe -"); // so great a number needs a column or two more
    }

    @Test
    void explain_ofATimeThatIsNotPositive_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeepAlive.defaults().explain(Duration.ZERO))
                .withMessage("idleTimeout: 0s (expected: more than 0)");
    }

    private static void assertFits(String text) {
        assertThat(text).endsWith("\n");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }
}
