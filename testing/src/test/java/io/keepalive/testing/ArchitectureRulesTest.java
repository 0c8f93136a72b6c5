package io.keepalive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.keepalive.testing.bad.lower.Lower;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule fails on classes that break it: a rule that can't fail protects nothing. */
class ArchitectureRulesTest {
    private static final String BAD = "io.keepalive.testing.bad";
    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(BAD);

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void rule_onClassesThatBreakIt_fails(String name, ArchRule rule, String violation) {
        assertThat(rule.evaluate(CLASSES).getFailureReport().toString()).contains(violation);
    }

    private static Stream<Arguments> rules() {
        return Stream.of(
                Arguments.of("cycles", ArchitectureRules.noPackageCycles(BAD), "Cycle detected"),
                Arguments.of("independent", ArchitectureRules.independent(BAD + ".lower", BAD + ".upper"), "Upper"),
                Arguments.of("clocks", ArchitectureRules.onlyEdgesReadClocks(BAD, "Upper"), "nanoTime"),
                Arguments.of("decides", ArchitectureRules.decidesOnly(BAD + ".."), "java.net.Socket"),
                Arguments.of("makes", ArchitectureRules.doesNotMake(BAD + "..", Lower.class.getName()), "Lower"),
                Arguments.of("logs", ArchitectureRules.neverLogs(), "java.util.logging.Logger"),
                Arguments.of("closed", ArchitectureRules.publicClassesAreClosed(BAD + ".."), "Upper"),
                Arguments.of(
                        "hidden", ArchitectureRules.apiDoesNotShow(BAD + ".upper", BAD + ".lower"), "Upper.lower()"));
    }
}
