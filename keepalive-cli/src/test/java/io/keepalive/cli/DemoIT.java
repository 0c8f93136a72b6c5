package io.keepalive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.lab.junit.WithNatLab;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar, as a user runs it. */
class DemoIT {

    @Test
    @WithNatLab
    void shouldTellTheStoryOfARealNat() throws Exception {
        Run run = Run.executableJar(Map.of(), "demo", "--idle-timeout", "4s");

        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertStory(
                run,
                "kept   probe 1: good for another 4 s",
                "plain  FORGOTTEN: the NAT",
                "plain  writes a line, after \\d+ s of idleness: the kernel says OK",
                "plain  VANISHED: no answer for \\d+ s, no error, the server got nothing",
                "both ends' sockets: still ESTABLISHED; 6 bytes resent \\d+x",
                "kept   writes a line, after 2\\d s of idleness",
                "kept   ANSWERED in",
                "WHAT HAPPENED",
                "outliving=4m   \\(idle=120s,interval=30s,count=8\\)");
    }

    @Test
    @WithNatLab
    @EnabledIfSystemProperty(named = "keepalive.relay.long", matches = "true")
    void shouldTellTheStoryOfARelayWithUnchangedPrograms() throws Exception {
        Run run = Run.executableJar(Map.of(), "demo", "relay", "--idle-timeout", "4s");

        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertStory(
                run,
                "kept   the same client connects to a relay",
                "kept   probe 1: good for another 4 s",
                "plain  FORGOTTEN: the NAT",
                "plain  VANISHED: no answer for \\d+ s, no error, the server got nothing",
                "kept   writes a line, after 2\\d s of idleness",
                "kept   ANSWERED in",
                "keepalive.cmd relay --listen 7000 --to your.server:7000");
    }

    @Test
    void shouldTellTheStoryOfAProxyWhereNoNatCanRunAndWhatIsLeftOut(@TempDir Path empty) throws Exception {
        // Without unshare(1) there is no lab.
        Run run = Run.executableJar(Map.of("PATH", empty.toString()), "demo", "--idle-timeout", "3s");

        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertStory(
                run,
                "No NAT can be set up here: ",
                "A small proxy stands in for it",
                "Left out: TCP keepalive through a NAT",
                "kept   heartbeat 1: good for another 3 s",
                "plain  FORGOTTEN: the proxy",
                "plain  writes a line, after \\d+ s of idleness: the kernel says OK",
                "plain  VANISHED: no answer for \\d+ s, no error, the server got nothing",
                "both ends' sockets: still open",
                "kept   writes a line, after 1\\d s of idleness",
                "kept   ANSWERED in",
                "To see TCP keepalive do it through a real NAT");
    }

    private static void assertStory(Run run, String... patterns) {
        String whole = String.join("\n", run.output());
        assertThat(whole).containsPattern(Pattern.compile("(?s)" + String.join(".*\n[^\n]*", patterns)));
        assertThat(whole).as("no escape codes into a pipe").doesNotContain("\033");
    }
}
