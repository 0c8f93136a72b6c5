package io.keepalive.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.testing.DefaultSignals;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code keepalive probe} on the client of a lab. */
final class ProbeProcess {
    static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Duration START = Duration.ofSeconds(20);

    private final LabProcess process;

    private ProbeProcess(LabProcess process) {
        this.process = process;
    }

    /** A server on port 7000 of the lab's server: see {@link HoldServer}. */
    static void serve(NatLab lab, String... what) {
        ready(lab.server().java(HoldServer.class, what));
    }

    static void ready(LabProcess process) {
        process.awaitLine(line -> line.startsWith("ready") || line.startsWith("serving"), START);
    }

    /** The server of {@code --both-directions}. */
    static void servePushes(NatLab lab) {
        ready(lab.server()
                .command(java(), "-jar", jar(), "probe", "--serve", "7000")
                .start());
    }

    static ProbeProcess start(NatLab lab, String... options) {
        return startAt(lab, lab.server().address() + ":7000", options);
    }

    static ProbeProcess startAt(NatLab lab, String target, String... options) {
        return startWith(lab, "-XX:-UsePerfData", target, options);
    }

    /** On a system without TCP_INFO and without probes on demand. */
    static ProbeProcess startOnPlainKernel(NatLab lab) {
        return startWith(
                lab, "-Dkeepalive.probe.plain-kernel=true", lab.server().address() + ":7000");
    }

    private static ProbeProcess startWith(NatLab lab, String jvmOption, String target, String... options) {
        List<String> command = new ArrayList<>(DefaultSignals.COMMAND);
        command.addAll(List.of(java(), jvmOption, "-jar", jar(), "probe", target, "--json"));
        command.addAll(List.of(options));
        String[] arguments = command.subList(1, command.size()).toArray(String[]::new);
        return new ProbeProcess(lab.client().command(command.get(0), arguments).start());
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String jar() {
        return System.getProperty("keepalive.jar");
    }

    LabProcess process() {
        return process;
    }

    /** What Ctrl-C does. */
    void interrupt() throws IOException, InterruptedException {
        String pid = String.valueOf(process.pid());
        assertThat(new ProcessBuilder("kill", "-INT", pid).inheritIO().start().waitFor())
                .isZero();
    }

    /** Its answer, after it has ended with this code. */
    JsonObject answer(int exitCode) {
        assertThat(process.awaitExit(LIMIT)).as(process.lines().toString()).isEqualTo(exitCode);
        String line = process.lines().stream()
                .filter(each -> each.startsWith("{"))
                .findFirst()
                .orElseThrow();
        return JsonParser.parseString(line).getAsJsonObject();
    }

    static void assertVerdict(JsonObject json, String mechanism, @Nullable Double atLeast, @Nullable Double lessThan) {
        JsonObject timeout = json.getAsJsonObject("idleTimeout");
        assertThat(json.get("mechanism").getAsString()).as(json.toString()).isEqualTo(mechanism);
        assertThat(seconds(timeout.get("atLeastSeconds"))).as(json.toString()).isEqualTo(atLeast);
        assertThat(seconds(timeout.get("lessThanSeconds"))).as(json.toString()).isEqualTo(lessThan);
    }

    private static @Nullable Double seconds(JsonElement element) {
        return element.isJsonNull() ? null : element.getAsDouble();
    }
}
