package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.lab.junit.WithNatLab;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is left of a lab. */
class CleanUpIT {

    @Test
    @WithNatLab
    void shouldLeaveNothingBehindWhenClosed(NatLab lab) {
        LabProcess sleep = lab.client().command("sleep", "1000").start();
        LabProcess paused = lab.server().command("sleep", "1000").start();
        // router.sh holds the namespaces, and whatever is mounted in them.
        long router = Long.parseLong(lab.enter(Site.ROUTER, List.of()).get(2));
        List<Long> pids = List.of(sleep.pid(), paused.pid(), router);
        paused.pause();

        lab.close();

        assertThat(pids).allMatch(Processes::awaitDeath);
        assertThat(List.of(sleep, paused)).noneMatch(LabProcess::isAlive);
        assertThatThrownBy(() -> lab.client().command("true").run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the lab is closed");
        lab.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "rootless"})
    @WithNatLab
    void shouldLeaveNothingBehindWhenItsJvmIsKilled(String mode) throws IOException, InterruptedException {
        String mark = mode + ProcessHandle.current().pid();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        mode)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LAB_OF_TEST", mark);
        Process jvm = builder.start();
        try (BufferedReader lines = jvm.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("ready");
            // The JVM; unshare and router.sh; nsenter, shell and sleep, twice.
            assertThat(Processes.withVariable("LAB_OF_TEST", mark)).hasSizeGreaterThanOrEqualTo(1 + 2 + 2 * 3);

            jvm.destroyForcibly();

            assertThat(Deadline.in(Pair.SOON)
                            .poll(() ->
                                    Processes.withVariable("LAB_OF_TEST", mark).isEmpty()))
                    .as("all gone, but %s", Processes.withVariable("LAB_OF_TEST", mark))
                    .isTrue();
        }
    }

    /** Starts a lab with a running and a paused program, says so, and waits to be killed. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] mode) throws InterruptedException {
            NatLabBuilder builder = NatLab.builder();
            NatLab lab = (mode[0].equals("rootless") ? builder.rootless() : builder).start();
            lab.client().command("sleep", "1000").start().pid();
            LabProcess paused = lab.server().command("sleep", "1000").start();
            paused.pause();
            System.out.println("ready");
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
