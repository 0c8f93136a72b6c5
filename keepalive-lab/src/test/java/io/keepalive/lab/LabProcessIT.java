package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.lab.junit.WithNatLab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs in the lab; all tests share one, since none of them touches the network's state. */
@WithNatLab(idleTimeoutSeconds = 600)
class LabProcessIT {

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void shouldPauseAndResumeTheRealProgram(NatLab lab) throws InterruptedException {
        Pair pair = Pair.connect(lab);
        LabProcess server = pair.server();
        assertThat(ProcessHandle.of(server.pid())
                        .orElseThrow()
                        .info()
                        .arguments()
                        .orElseThrow())
                .contains(Peer.class.getName());

        server.pause();
        pair.client().writeLine("send are you awake?");
        Pair.assertNothingNewFrom(server);
        assertThat(server.isAlive()).isTrue();

        server.resume();
        server.awaitLine("got are you awake?"::equals, Pair.SOON);
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void shouldKillAPausedProgramAndWhatItStarted(NatLab lab) {
        LabProcess shell =
                lab.client().command("sh", "-c", "sleep 1000 & echo $!; wait").start();
        shell.awaitLine(line -> true, Pair.SOON);
        ProcessHandle sleep = ProcessHandle.of(shell.pid())
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow();
        shell.pause();

        shell.kill();

        assertThat(shell.isAlive()).isFalse();
        assertThat(shell.awaitExit(Pair.SOON)).isEqualTo(128 + 9);
        assertThat(shell.lines()).as("nothing but its own output").hasSize(1);
        assertThatThrownBy(shell::pause).isInstanceOf(LabException.class).hasMessageContaining("runs no longer");
        assertThat(Processes.awaitDeath(sleep.pid())).isTrue();
    }

    @Test
    void shouldTerminateAProgram(NatLab lab) {
        LabProcess shell = lab.client()
                .command("sh", "-c", "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done")
                .start();
        shell.awaitLine("ready"::equals, Pair.SOON);

        shell.terminate();

        assertThat(shell.awaitExit(Pair.SOON)).isEqualTo(3);
        assertThat(shell.lines()).containsExactly("ready", "bye");
    }

    @Test
    void shouldRunAProgramToItsEnd(NatLab lab, @TempDir Path directory) {
        CommandResult result = lab.client()
                .command("sh", "-c", "echo $GREETING; pwd; echo oops >&2; cat; exit 7")
                .environment("GREETING", "hello lab")
                .directory(directory)
                .run();

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.lines()).containsExactly("hello lab", directory.toString(), "oops");
        assertThatThrownBy(result::orThrow)
                .isInstanceOf(LabException.class)
                .hasMessageContaining("[client] sh -c")
                .hasMessageContaining("exit code 7")
                .hasMessageContaining("oops");
    }

    @Test
    void shouldSayThatAProgramDoesNotExist(NatLab lab) {
        CommandResult result = lab.server().command("no-such-program").run();

        assertThat(result.exitCode()).isEqualTo(127);
        assertThat(result.lines()).anyMatch(line -> line.contains("no-such-program"));
    }

    @Test
    void shouldShowAllLinesWhenTheAwaitedOneDoesNotCome(NatLab lab) {
        LabProcess shell =
                lab.server().command("sh", "-c", "echo one; echo two; exit 5").start();

        assertThat(shell.awaitLine(line -> line.startsWith("o"), Pair.SOON)).isEqualTo("one");
        assertThatThrownBy(() -> shell.awaitLine("one"::equals, Pair.SOON))
                .as("a line is found once")
                .isInstanceOf(LabException.class)
                .hasMessageContaining("[server] sh -c")
                .hasMessageContaining("one\n  two");
    }

    @Test
    void shouldGiveUpWaitingForAProgramThatDoesNotEnd(NatLab lab) {
        LabProcess sleep = lab.server().command("sleep", "1000").start();

        assertThatThrownBy(() -> sleep.awaitExit(Duration.ofMillis(50)))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("sleep 1000 (running) has not ended in PT0.05S");
        sleep.close();
        assertThat(sleep.isAlive()).isFalse();
    }

    @Test
    void shouldPassOptionsToTheJvm(NatLab lab) {
        CommandResult result = lab.client()
                .javaCommand(Properties.class, "a.b", "java.home")
                .options("-Da.b=some value", "--add-opens=java.base/java.net=ALL-UNNAMED")
                .run()
                .orThrow();

        assertThat(result.lines()).containsExactly("some value", System.getProperty("java.home"));
    }

    /** Prints the system properties it is asked for. */
    static final class Properties {
        private Properties() {}

        public static void main(String[] names) {
            Arrays.stream(names).map(System::getProperty).forEach(System.out::println);
        }
    }
}
