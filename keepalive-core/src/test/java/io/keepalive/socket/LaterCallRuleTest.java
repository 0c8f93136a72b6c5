package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a program's own call on a socket that is kept with an idle time of 60 s. */
class LaterCallRuleTest {
    @ParameterizedTest
    @CsvSource(nullValues = "nothing", textBlock = """
            # the program's idle time: the policy's own, a stricter one, a laxer one
            ENFORCE,  60, false, nothing
            ENFORCE,  30, true,  UNCHANGED
            ENFORCE,  90, true,  UNCHANGED
            TIGHTEN,  60, false, nothing
            TIGHTEN,  30, false, UNCHANGED
            TIGHTEN,  90, true,  UNCHANGED
            RESPECT,  60, false, nothing
            RESPECT,  30, false, UNCHANGED
            RESPECT,  90, false, OVERRIDDEN
            OBSERVE,  60, false, nothing
            OBSERVE,  30, false, UNCHANGED
            OBSERVE,  90, false, OBSERVED
            """)
    void call_isRefusedOrNot_andTheOptionEndsAs(
            Precedence precedence, long seconds, boolean isRefused, @Nullable Outcome outcome) {
        Setting idle = Setting.listOf(KeepAlive.parse("idle=60s")).get(0);

        LaterCallRule ruling = LaterCallRule.on(precedence, idle, seconds, "call");

        assertThat(ruling.isRefused()).isEqualTo(isRefused);
        assertThat(ruling.outcome()).isEqualTo(outcome);
        assertThat(ruling.advice())
                .startsWith("the program's call was " + (isRefused ? "refused" : "let through"))
                .contains("precedence " + precedence);
    }
}
