package io.keepalive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command =
            Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @ParameterizedTest
    @CsvSource({
        "'', 'keepalive: no command given (expected: demo, doctor, watch, probe, keep, relay, attach, advise, explain, boxes,"
                + " generate-completion)'",
        "dmo, keepalive: Unmatched argument at index 0: 'dmo'",
        "demo --fast, keepalive demo: Unknown option: '--fast'",
        "attach me, keepalive attach: Invalid value for positional parameter at index 0 (PID): 'me' is not a long",
    })
    void shouldRefuseWrongUsageWithOneError(String arguments, String message) {
        int exitCode = command.execute(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(2).first().isEqualTo(message);
        assertThat(err.toString()).contains("--help");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2s", "11m", "5", "5000ms", "-5s", "s", "", "99999999s"})
    void shouldRefuseAnIdleTimeoutOutOfRangeOrWithoutUnit(String value) {
        assertThat(command.execute("demo", "--idle-timeout=" + value)).isEqualTo(2);

        assertThat(err.toString()).contains("--idle-timeout", "'" + value + "'", "expected: 3s to 10m");
    }

    @ParameterizedTest
    @CsvSource({"3s, 3", "8s, 8", "10m, 600"})
    void shouldReadAnIdleTimeout(String text, long seconds) {
        assertThat(new IdleTimeout().convert(text)).hasSeconds(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "demo --version"})
    void shouldPrintTheVersionOfThisBuild(String arguments) {
        assertThat(command.execute(arguments.split(" ", -1))).isZero();

        assertThat(out.toString()).matches("(?s)keepalive \\d+\\.\\d+\\.\\d+.*Java \\d+.*");
    }

    @Test
    void shouldNameItsToolsInTheHelp() {
        assertThat(command.execute("--help")).isZero();

        assertThat(out.toString()).contains("Usage: keepalive", "demo");
    }
}
