package io.keepalive.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keepalive.lab.Expiry;
import io.keepalive.lab.JavaCommand;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A hundred deaths of each kind, made in the lab: what class, text and kernel tell about them. The table is printed for
 * the record.
 */
@Tag("thorough")
class LossKindsIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final boolean NATIVE = Runtime.version().feature() >= 22;
    private static final String[] FLAGS = NATIVE ? new String[] {"--enable-native-access=ALL-UNNAMED"} : new String[0];

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void deathsOfEachKind_areNamed(NatLab lab) {
        LabProcess server = lab.server().java(Deaths.Server.class);
        server.awaitLine("listening"::equals, LIMIT);
        String address = lab.server().address();

        LabProcess quick = lab.client()
                .javaCommand(Deaths.Quick.class, address)
                .options("-Xmx512m")
                .start();
        quick.awaitLine("done"::equals, LIMIT);
        assertDeaths(
                quick,
                "closed by the peer | {PEER_CLOSED HIGH=100}",
                "reset by the peer | {PEER_RESET HIGH=100}",
                "refused | {REFUSED HIGH=100}",
                "unresolved | {UNRESOLVED HIGH=100}",
                "closed here | {LOCAL_CLOSED HIGH=100}",
                "interrupted | {INTERRUPTED HIGH=100}",
                "TLS to a server without | {TLS HIGH=100}",
                "peer does not read, stall guard | {WRITE_STALLED HIGH=100}");

        LabProcess cut = lab.client().java(Deaths.Slow.class, "cut", address);
        cut.awaitLine("ready"::equals, LIMIT);
        lab.cut();
        LabProcess connecting = lab.client().java(Deaths.Slow.class, "connect", address);
        cut.awaitLine("done"::equals, LIMIT);
        assertDeaths(cut, "cut while idle | {PATH_TIMEOUT HIGH=100}");
        connecting.awaitLine("done"::equals, LIMIT);
        assertDeaths(connecting, "connect into a cut | {CONNECT_TIMEOUT HIGH=100}");

        lab.heal();
        lab.client()
                .command("ip", "route", "replace", "unreachable", address)
                .run()
                .orThrow();
        LabProcess unreachable = lab.client().java(Deaths.Slow.class, "unreachable", address);
        unreachable.awaitLine("done"::equals, LIMIT);
        assertDeaths(unreachable, "no route | {UNREACHABLE HIGH=100}");
    }

    /** The reason of a dead connection is delivered once; whoever comes second must not take it for a FIN. */
    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void readerAndWriterOfOneConnection_neverTakeACutForAnOrderlyEnd(NatLab lab) {
        lab.server().java(Deaths.Server.class).awaitLine("listening"::equals, LIMIT);
        // Data is given up after some 3 s instead of a quarter of an hour.
        lab.client()
                .command("sh", "-c", "echo 3 > /proc/sys/net/ipv4/tcp_retries2")
                .run()
                .orThrow();
        LabProcess race = lab.client()
                .javaCommand(Deaths.Slow.class, "race", lab.server().address())
                .options("-Xmx512m")
                .start();
        race.awaitLine("ready"::equals, LIMIT);
        lab.cut();
        race.awaitLine("done"::equals, LIMIT);

        List<String> deaths = race.lines().stream()
                .filter(line -> line.startsWith("deaths | "))
                .toList();
        deaths.forEach(System.out::println);
        assertThat(deaths).hasSize(2).noneMatch(line -> line.contains("PEER_CLOSED"));
        assertThat(deaths).allMatch(line -> line.matches(".*\\{(PATH_TIMEOUT HIGH=\\d+)?(, )?(UNKNOWN LOW=\\d+)?}"));
    }

    /** The mark of a box that had forgotten the flow, for who can see the kernel's clocks. */
    @Test
    @WithNatLab(idleTimeoutSeconds = 30, onExpiry = Expiry.RESET)
    void resetAfterALongSilence_isReported(NatLab lab) {
        lab.server().java(Deaths.Server.class).awaitLine("listening"::equals, LIMIT);

        LabProcess client = lab.client()
                .javaCommand(Deaths.Slow.class, "silence", lab.server().address())
                .options(FLAGS)
                .start();
        client.awaitLine("done"::equals, LIMIT);

        assertDeaths(
                client,
                "reset after 33 s of silence | " + (NATIVE ? "{RESET_ON_IDLE LOW=100}" : "{PEER_RESET HIGH=100}"));
    }

    /** The C library's words are translated, and the JDK passes them on. Before JDK 22 they tell nothing by themselves. */
    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void inGerman_nothingIsNamedWrongly(NatLab lab) {
        boolean installed = lab.client().command("locale", "-a").run().lines().contains("de_DE.utf8");
        if (!installed) {
            System.err.println("SKIPPED inGerman: the locale de_DE.UTF-8 is not installed; on Debian:"
                    + " apt-get install locales && localedef -i de_DE -f UTF-8 de_DE.UTF-8");
        }
        assumeTrue(installed, "the locale de_DE.UTF-8 is not installed");
        lab.server().java(Deaths.Server.class).awaitLine("listening"::equals, LIMIT);
        String address = lab.server().address();

        LabProcess quick =
                german(lab.client().javaCommand(Deaths.Quick.class, address).options("-Xmx512m"));
        quick.awaitLine("done"::equals, LIMIT);
        assertDeaths(
                quick,
                "closed by the peer | {PEER_CLOSED HIGH=100}",
                "reset by the peer | {PEER_RESET HIGH=100}",
                "refused | {REFUSED " + (NATIVE ? "HIGH" : "LOW") + "=100}",
                "unresolved | {UNRESOLVED HIGH=100}",
                "closed here | {LOCAL_CLOSED HIGH=100}",
                "interrupted | {INTERRUPTED HIGH=100}",
                "TLS to a server without | {TLS HIGH=100}",
                "peer does not read, stall guard | {WRITE_STALLED HIGH=100}");
        LabProcess cut = german(lab.client().javaCommand(Deaths.Slow.class, "cut", address));
        cut.awaitLine("ready"::equals, LIMIT);
        lab.cut();
        cut.awaitLine("done"::equals, LIMIT);
        assertDeaths(cut, "cut while idle | " + "{PATH_TIMEOUT " + (NATIVE ? "HIGH" : "LOW") + "=100}");
    }

    private static LabProcess german(JavaCommand command) {
        return command.options(FLAGS)
                .toCommand()
                .environment("LC_ALL", "de_DE.UTF-8")
                .start();
    }

    private static void assertDeaths(LabProcess client, String... expected) {
        List<String> deaths = client.lines().stream()
                .filter(line -> line.startsWith("deaths | "))
                .toList();
        deaths.forEach(System.out::println);
        assertThat(deaths).containsExactly(prefixed(expected));
    }

    private static String[] prefixed(String... lines) {
        String[] prefixed = new String[lines.length];
        for (int i = 0; i < lines.length; i++) {
            prefixed[i] = "deaths | " + lines[i];
        }
        return prefixed;
    }
}
