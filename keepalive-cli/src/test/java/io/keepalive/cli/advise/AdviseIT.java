package io.keepalive.cli.advise;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.lab.CommandResult;
import io.keepalive.lab.Host;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file for Linux in a network namespace: {@code sysctl -p} takes it, and new sockets have the policy. */
class AdviseIT {
    private static final String POLICY = "idle=77s,interval=7s,count=5";

    @TempDir
    private Path folder;

    @Test
    @WithNatLab(idleTimeoutSeconds = 60)
    void advise_fileForLinux_isInForceAfterSysctl(NatLab lab) throws Exception {
        Host host = lab.client();
        CommandResult before = keepalive(host, "advise", POLICY, "--check");
        assertThat(before.exitCode()).as(before.lines().toString()).isEqualTo(1);

        CommandResult advice = keepalive(host, "advise", POLICY).orThrow();
        Path file = Files.write(folder.resolve("60-keepalive.conf"), advice.lines());
        host.command("sysctl", "-p", file.toString()).run().orThrow();

        assertThat(value(host, "tcp_keepalive_time")).isEqualTo("77");
        assertThat(value(host, "tcp_keepalive_intvl")).isEqualTo("7");
        assertThat(value(host, "tcp_keepalive_probes")).isEqualTo("5");
        CommandResult after = keepalive(host, "advise", POLICY, "--check");
        assertThat(after.exitCode()).as(after.lines().toString()).isZero();
    }

    private static String value(Host host, String name) {
        List<String> lines = host.command("cat", "/proc/sys/net/ipv4/" + name)
                .run()
                .orThrow()
                .lines();
        return lines.get(0);
    }

    private static CommandResult keepalive(Host host, String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "-jar";
        all[1] = System.getProperty("keepalive.jar");
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return host.command(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), all)
                .run();
    }
}
