import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** See the script beside this folder. */
class RelayIdle {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    public static void main(String[] arguments) throws Exception {
        String load = arguments[0];
        String jar = Path.of(arguments[1]).toAbsolutePath().toString();
        int connections = Integer.parseInt(arguments[2]);
        int seconds = Integer.parseInt(arguments[3]);
        int nat = Integer.parseInt(arguments[4]);
        try (NatLab lab = NatLab.builder().idleTimeout(Duration.ofSeconds(nat)).start()) {
            lab.server().command(load, "server", "7000", "7001").start().awaitLine("ready"::equals, LIMIT);
            String server = lab.server().address() + ":7000";
            LabProcess kept = relay(lab, jar, "outliving=" + nat + "s", "7002", server);
            LabProcess plain = relay(lab, jar, "off", "7003", server);
            long start = System.nanoTime();
            LabProcess idle = lab.client().command(load, "idle", "7002", arguments[2]).start();
            LabProcess control = lab.client().command(load, "idle", "7003", "10").start();
            idle.awaitLine("open"::equals, LIMIT);
            control.awaitLine("open"::equals, LIMIT);
            double before = cpuSeconds(kept);
            long dropped = dropped();
            System.out.printf(
                    "%d connections were opened in %d s and are idle; the NAT forgets after %d s%n",
                    connections, Duration.ofNanos(System.nanoTime() - start).toSeconds(), nat);
            for (int i = 0; i < seconds; i += 10) {
                Thread.sleep(10_000);
                if (i % 60 == 0) {
                    System.out.printf(
                            "%4d s: %d in the NAT, relay's RSS %d kB, packets dropped by this machine's queues: %d%n",
                            i + 10, lab.conntrack().size(), rss(kept), dropped() - dropped);
                }
            }
            System.out.printf("the relay used %.1f s of a processor in %d s%n", cpuSeconds(kept) - before, seconds);
            System.out.println("with the policy: " + answered(idle) + " of " + connections + " answered");
            System.out.println("without:         " + answered(control) + " of 10 answered");
        }
    }

    private static LabProcess relay(NatLab lab, String jar, String policy, String port, String target) {
        LabProcess relay = lab.client()
                .command(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC", "-jar", jar, "relay", "--threads", "1", "--policy", policy,
                        "--max-connections", "20000", "--listen", port, "--to", target)
                .start();
        relay.awaitLine(line -> line.contains("at most"), LIMIT);
        return relay;
    }

    private static String answered(LabProcess idle) {
        idle.closeInput();
        return idle.awaitLine(line -> line.matches("\\d+"), LIMIT);
    }

    /** Packets that found net.core.netdev_max_backlog reached, of all namespaces: the second column, in hexadecimal. */
    private static long dropped() throws IOException {
        return Files.readAllLines(Path.of("/proc/net/softnet_stat")).stream()
                .mapToLong(line -> Long.parseLong(line.split(" ")[1], 16))
                .sum();
    }

    private static long rss(LabProcess process) throws IOException {
        Matcher line = Pattern.compile("VmRSS:\\s+(\\d+)")
                .matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
        return line.find() ? Long.parseLong(line.group(1)) : -1;
    }

    private static double cpuSeconds(LabProcess process) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }
}
