package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.lab.junit.WithNatLab;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
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
        List<Long> pids = List.of(sleep.pid(), paused.pid());
        List<String> namespaces =
                pids.stream().map(Processes::netNamespaceOf).distinct().toList();
        assertThat(namespaces).hasSize(2);
        paused.pause();

        lab.close();

        assertThat(pids).allMatch(Processes::awaitDeath);
        namespaces.forEach(Processes::assertNobodyIsIn);
        assertThat(List.of(sleep, paused)).noneMatch(LabProcess::isAlive);
        assertThatThrownBy(() -> lab.client().command("true").run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the lab is closed");
        lab.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "rootless"})
    @WithNatLab
    void shouldLeaveNothingBehindWhenItsJvmIsKilled(String mode) throws IOException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        mode)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = jvm.inputReader()) {
            String namespace = lines.readLine();
            List<Long> pids = Arrays.stream(lines.readLine().split(" "))
                    .map(Long::valueOf)
                    .toList();
            // unshare and router.sh; nsenter, shell and sleep, twice.
            assertThat(pids).hasSizeGreaterThanOrEqualTo(8);

            jvm.destroyForcibly();

            assertThat(pids).allMatch(Processes::awaitDeath);
            Processes.assertNobodyIsIn(namespace);
        }
    }

    /** Starts a lab with a running and a paused program, prints who is there, and waits to be killed. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] mode) throws InterruptedException {
            NatLabBuilder builder = NatLab.builder();
            NatLab lab = (mode[0].equals("rootless") ? builder.rootless() : builder).start();
            LabProcess sleep = lab.client().command("sleep", "1000").start();
            LabProcess paused = lab.server().command("sleep", "1000").start();
            paused.pause();
            System.out.println(Processes.netNamespaceOf(sleep.pid()));
            System.out.println(ProcessHandle.current()
                    .descendants()
                    .map(process -> Long.toString(process.pid()))
                    .collect(Collectors.joining(" ")));
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
