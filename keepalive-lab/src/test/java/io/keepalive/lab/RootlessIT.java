package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keepalive.lab.junit.WithNatLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything once more inside a user namespace, the way it works without root. */
class RootlessIT {

    @Test
    @WithNatLab
    void shouldBeChosenWithoutTheRightToMakeNamespaces(@TempDir Path noProc) throws IOException {
        try (NatLab lab = NatLab.builder().diagnosis(new Diagnosis(noProc)).start()) {
            assertThat(userNamespaceInside(lab)).isNotEqualTo(userNamespaceOutside());
        }
    }

    /** Most builds of tcpdump insist on changing their user, but not all. */
    @Test
    @WithNatLab
    void shouldCaptureOrSayWhyNot() {
        assumeTrue(Tools.ofThisMachine().has("tcpdump"), "needs tcpdump");
        try (NatLab lab = NatLab.builder().rootless().start();
                Capture capture = lab.router().capture("")) {
            assertThat(capture.packets()).isNotNull();
        } catch (LabException e) {
            assertThat(e).hasMessageContaining("run as root");
        }
    }

    @Test
    @WithNatLab
    void shouldWorkInAUserNamespace() throws IOException, InterruptedException {
        try (NatLab lab = NatLab.builder()
                .rootless()
                .idleTimeout(Duration.ofSeconds(2))
                .onExpiry(Expiry.RESET)
                .start()) {
            assertThat(userNamespaceInside(lab)).isNotEqualTo(userNamespaceOutside());
            Pair pair = Pair.connect(lab);
            Pair.deliver(pair.client(), pair.server(), "hello");
            assertThat(pair.entry()).isPresent();

            lab.cut();
            lab.loss(10);
            lab.loss(0);
            lab.heal();
            pair.server().pause();
            pair.server().resume();
            pair.awaitForgotten();
            pair.server().writeLine("send anybody there?");
            pair.server().awaitLine("lost Connection reset"::equals, Pair.SOON);

            lab.forget();
            assertThat(lab.conntrack()).isEmpty();
            pair.client().kill();
            assertThat(pair.client().isAlive()).isFalse();
        }
    }

    private static String userNamespaceInside(NatLab lab) {
        return lab.client()
                .command("readlink", "/proc/self/ns/user")
                .run()
                .orThrow()
                .lines()
                .get(0);
    }

    private static String userNamespaceOutside() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns/user")).toString();
    }
}
