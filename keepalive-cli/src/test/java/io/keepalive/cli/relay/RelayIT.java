package io.keepalive.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keepalive.lab.Expiry;
import io.keepalive.lab.Host;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs in Python and C that know nothing of keepalive, through a real NAT that forgets after {@value #IDLE} s and
 * through proxies that close after 6 s: with no relay, with one beside the client or the server, and with two. All at once,
 * because idleness takes its time: 1 min, with {@code -Dkeepalive.relay.long=true}.
 */
@EnabledIfSystemProperty(named = "keepalive.relay.long", matches = "true")
class RelayIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int IDLE = 4;

    /** Seconds without a byte. */
    private static final int SILENCE = 5 * IDLE;

    @TempDir
    private Path folder = Path.of("");

    private String script(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = RelayIT.class.getResourceAsStream("/relay/" + name)) {
            Files.write(file, Objects.requireNonNull(in, name).readAllBytes());
        }
        return file.toString();
    }

    private static boolean has(String program) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private static LabProcess relay(Host host, String... options) {
        List<String> words = new ArrayList<>(
                List.of("-XX:+UseSerialGC", "-jar", System.getProperty("keepalive.jar"), "relay", "--threads", "1"));
        words.addAll(List.of(options));
        return host.command(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        words.toArray(String[]::new))
                .start();
    }

    private static LabProcess ready(LabProcess relay) {
        relay.awaitLine(line -> line.contains("at most"), SOON);
        return relay;
    }

    /** A proxy on the server's host, which ends TCP and counts payload only. */
    private void haproxy(NatLab lab) throws IOException {
        Path config = Files.writeString(folder.resolve("haproxy.cfg"), """
                global
                  maxconn 100
                defaults
                  mode tcp
                  timeout connect 5s
                  timeout client 6s
                  timeout server 6s
                listen framed
                  bind *:7004
                  server relay 127.0.0.1:7003
                listen plain
                  bind *:7006
                  server program 127.0.0.1:7000
                """);
        lab.server().command("haproxy", "-db", "-f", config.toString()).start();
    }

    private boolean nginx(NatLab lab) throws IOException {
        Path module = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");
        if (!has("nginx") || !Files.exists(module)) {
            return false;
        }
        Path config = Files.writeString(folder.resolve("nginx.conf"), """
                load_module %s;
                worker_processes 1;
                daemon off;
                pid %s/nginx.pid;
                error_log stderr;
                events { worker_connections 100; }
                stream {
                  proxy_timeout 6s;
                  server { listen 7005; proxy_pass 127.0.0.1:7003; }
                }
                """.formatted(module, folder));
        lab.server().command("nginx", "-c", config.toString()).start();
        return true;
    }

    @Test
    void idle_forFiveTimesTheLimit_throughANatThatDropsAndProxiesThatClose() throws Exception {
        assumeTrue(has("python3"), "no python3");
        try (NatLab lab = NatLab.builder().idleTimeout(Duration.ofSeconds(IDLE)).start()) {
            String server = lab.server().address();
            lab.server().command("python3", script("server.py"), "7000").start().awaitLine("ready"::equals, SOON);
            String policy = "outliving=" + IDLE + "s";
            LabProcess near = relay(
                    lab.client(),
                    words("--policy " + policy + pair("7002", server + ":7000") + pair("7012", server + ":7001")
                            + pair("7112", server + ":7101") + pair("7016", server + ":7006")));
            LabProcess far = relay(
                    lab.server(),
                    words("--policy " + policy + pair("*:7001", "127.0.0.1:7000") + pair("*:7101", "127.0.0.1:7100")));
            // The policy of the framed legs would keep nothing here: their heartbeats do.
            LabProcess framedNear = relay(
                    lab.client(),
                    words("--framed target --heartbeat outliving=3s" + pair("7013", server + ":7003")
                            + pair("7014", server + ":7004") + pair("7015", server + ":7005")));
            LabProcess framedFar = relay(
                    lab.server(), words("--framed client --heartbeat outliving=3s" + pair("*:7003", "127.0.0.1:7000")));
            Stream.of(near, far, framedNear, framedFar).forEach(RelayIT::ready);

            Map<String, String> expected = new LinkedHashMap<>();
            Map<String, String> addresses = new LinkedHashMap<>();
            add(expected, addresses, "plain", server + ":7000", "silence");
            add(expected, addresses, "client", "127.0.0.1:7002", "answer");
            add(expected, addresses, "server", server + ":7001", "answer");
            add(expected, addresses, "both", "127.0.0.1:7012", "answer");
            if (has("haproxy")) {
                haproxy(lab);
                add(expected, addresses, "framed-haproxy", "127.0.0.1:7014", "answer");
                add(expected, addresses, "kept-haproxy", "127.0.0.1:7016", "end");
            }
            if (nginx(lab)) {
                add(expected, addresses, "framed-nginx", "127.0.0.1:7015", "answer");
            }
            add(expected, addresses, "framed", "127.0.0.1:7013", "answer");
            LabProcess c = has("gcc") ? programsInC(lab) : null;
            LabProcess client = lab.client()
                    .command(
                            "python3",
                            Stream.concat(
                                            Stream.of(script("client.py"), "" + SILENCE),
                                            addresses.entrySet().stream().map(Object::toString))
                                    .toArray(String[]::new))
                    .start();
            client.awaitLine("idle"::equals, SOON);
            client.awaitLine("asked"::equals, Duration.ofSeconds(SILENCE + 60));
            expected.forEach((name, outcome) -> assertThat(client.lines()).contains(name + " " + outcome));
            if (c != null) {
                assertThat(c.awaitLine(line -> true, SOON)).isEqualTo("answer");
            }

            framedFar.pause();
            client.awaitLine("last error ConnectionResetError"::equals, Duration.ofSeconds(60));
            framedNear.awaitLine(line -> line.contains("HEARTBEAT_TIMEOUT"), SOON);
            framedFar.resume();
        }
    }

    private LabProcess programsInC(NatLab lab) throws Exception {
        String program = folder.resolve("echo").toString();
        assertThat(new ProcessBuilder("gcc", "-o", program, script("echo.c"))
                        .start()
                        .waitFor())
                .isZero();
        lab.server().command(program, "7100").start().awaitLine("ready"::equals, SOON);
        return lab.client().command(program, "127.0.0.1", "7112", "" + SILENCE).start();
    }

    private static String[] words(String options) {
        return options.split(" ", -1);
    }

    private static String pair(String listen, String to) {
        return " --listen " + listen + " --to " + to;
    }

    private static void add(
            Map<String, String> expected, Map<String, String> addresses, String name, String address, String outcome) {
        expected.put(name, outcome);
        addresses.put(name, address);
    }

    @Test
    void idle_forFiveTimesTheLimit_throughANatThatResets() throws Exception {
        assumeTrue(has("python3"), "no python3");
        try (NatLab lab = NatLab.builder()
                .idleTimeout(Duration.ofSeconds(IDLE))
                .onExpiry(Expiry.RESET)
                .start()) {
            String server = lab.server().address() + ":7000";
            lab.server().command("python3", script("server.py"), "7000").start().awaitLine("ready"::equals, SOON);
            ready(relay(lab.client(), words("--policy outliving=" + IDLE + "s" + pair("7002", server))));
            LabProcess client = lab.client()
                    .command("python3", script("client.py"), "" + SILENCE, "plain=" + server, "kept=127.0.0.1:7002")
                    .start();
            client.awaitLine("asked"::equals, Duration.ofSeconds(SILENCE + 60));
            assertThat(client.lines()).contains("plain error ConnectionResetError", "kept answer");
        }
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 60)
    void cut_ofTheTargetsLeg_resetsTheClient(NatLab lab) throws Exception {
        assumeTrue(has("python3"), "no python3");
        lab.server().command("python3", script("server.py"), "7000").start().awaitLine("ready"::equals, SOON);
        LabProcess relay = ready(relay(
                lab.client(),
                words("--json --policy idle=2s,interval=1s,count=3,user-timeout=auto"
                        + pair("7002", lab.server().address() + ":7000"))));
        LabProcess client = lab.client()
                .command("python3", script("client.py"), "0", "kept=127.0.0.1:7002")
                .start();
        client.awaitLine("asked"::equals, SOON);
        lab.cut();

        client.awaitLine("last error ConnectionResetError"::equals, SOON);
        relay.awaitLine(
                line -> line.contains("\"endedBy\":\"target\"") && line.contains("\"cause\":\"PATH_TIMEOUT\""), SOON);
    }
}
