package io.keepalive.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.keepalive.lab.Expiry;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against a real NAT; {@link ProbeLabIT} has the cases that take longer. */
class ProbeIT {
    @TempDir
    private Path folder;

    @Test
    @WithNatLab(idleTimeoutSeconds = 3, onExpiry = Expiry.BLACKHOLE)
    void probe_silentNat_findsItsTimeout(NatLab lab) {
        ProbeProcess.serve(lab, "hold");

        ProbeProcess.assertVerdict(ProbeProcess.start(lab).answer(0), "silent-drop", 2.5, 3.5);
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 3, onExpiry = Expiry.RESET)
    void probe_ctrlCAndResumed_printsWhatIsKnownAndRepeatsNoStep(NatLab lab) throws Exception {
        ProbeProcess.serve(lab, "hold");
        Path file = folder.resolve("probe.jsonl");
        ProbeProcess first = ProbeProcess.start(lab, "--resume", file.toString());
        await().atMost(ProbeProcess.LIMIT)
                .until(() -> Files.exists(file) && Files.readAllLines(file).size() == 3);
        first.interrupt();

        JsonObject known = first.answer(130);
        ProbeProcess.assertVerdict(known, "reset-on-next-packet", 2.5, 6.5);
        assertThat(known.get("outcome").getAsString()).isEqualTo("unfinished");
        ProbeProcess second = ProbeProcess.start(lab, "--resume", file.toString());
        ProbeProcess.assertVerdict(second.answer(0), "reset-on-next-packet", 2.5, 3.5);
        assertThat(Files.readAllLines(file).stream()
                        .skip(1)
                        .map(line -> JsonParser.parseString(line)
                                        .getAsJsonObject()
                                        .get("nanos")
                                        .getAsLong()
                                / 1e9))
                .containsExactly(6.5, 2.5, 3.5, 2.5);
    }

    /** As on macOS: the kernel's timers, and its verdict instead of TCP_INFO. */
    @Test
    @WithNatLab(idleTimeoutSeconds = 3, onExpiry = Expiry.BLACKHOLE)
    void probe_withoutTcpInfo_findsTheTimeoutByTheKernelsVerdict(NatLab lab) {
        ProbeProcess.serve(lab, "hold");

        ProbeProcess.assertVerdict(ProbeProcess.startOnPlainKernel(lab).answer(0), "silent-drop", 2.5, 3.5);
    }
}
