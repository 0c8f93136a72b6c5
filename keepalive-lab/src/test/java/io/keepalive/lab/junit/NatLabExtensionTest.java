package io.keepalive.lab.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** What the extension does on a machine that can't run labs. */
class NatLabExtensionTest {

    @Test
    void shouldSkipAndPrintTheReason() {
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        EngineExecutionResults results;
        try {
            results = run(Welcome.class);
        } finally {
            System.setErr(before);
        }

        results.containerEvents().assertStatistics(stats -> stats.skipped(1).failed(0));
        results.testEvents().assertStatistics(stats -> stats.started(0));
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("SKIPPED")
                .contains("no NAT lab can run here: ip is missing");
    }

    @Test
    void shouldFailWithTheReasonWhenTheLabIsRequired() {
        EngineExecutionResults results = run(Required.class);

        results.allEvents().assertStatistics(stats -> stats.skipped(0));
        assertThat(results.allEvents().failed().stream())
                .singleElement()
                .extracting(Event::getPayload)
                .asString()
                .contains("keepalive.lab=required")
                .contains("ip is missing");
    }

    private static EngineExecutionResults run(Class<?> testClass) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testClass))
                .execute();
    }

    /** Where a lab is welcome. */
    static class Welcome {
        @RegisterExtension
        static final NatLabExtension EXTENSION = new NatLabExtension(() -> Optional.of("ip is missing"), () -> false);

        @Test
        void shouldNotRun() {
            throw new AssertionError("not to be run");
        }
    }

    /** Where a lab is required. */
    static class Required {
        @RegisterExtension
        static final NatLabExtension EXTENSION = new NatLabExtension(() -> Optional.of("ip is missing"), () -> true);

        @Test
        void shouldNotRun() {
            throw new AssertionError("not to be run");
        }
    }
}
