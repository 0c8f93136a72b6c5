package io.keepalive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code keepalive attach}: passes on to the agent's jar, whose own tests show what it does. */
class AttachIT {
    @Test
    void shouldSayWhatIsWrongWithAProcess() throws Exception {
        Run run = Run.executableJar(Map.of(), "attach", "999999999", "outliving=4m");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(1);
        assertThat(run.output()).singleElement().asString().contains("999999999 can't be attached to");
    }

    @Test
    void shouldAskForAReport() throws Exception {
        Process target = new ProcessBuilder(
                        java(),
                        "-XX:+EnableDynamicAgentLoading",
                        "-jar",
                        Run.jar().toString(),
                        "demo",
                        "--stand-in")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Run run = Run.executableJar(Map.of(), "attach", String.valueOf(target.pid()), "--report");

            // Whoever only asks does not load the agent.
            assertThat(run.exitCode()).as(run.toString()).isEqualTo(1);
            assertThat(run.output()).singleElement().asString().contains("the agent is not in " + target.pid());
        } finally {
            target.destroyForcibly();
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
