package io.keepalive.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.keepalive.lab.Host;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compares doctor with {@code ss -tnoe}, socket by socket. More of them: {@code -Dkeepalive.doctor.connections=2000}. */
class DoctorIT {
    private static final int CONNECTIONS = Integer.getInteger("keepalive.doctor.connections", 200);

    private static final Pattern LINE = Pattern.compile("(?<state>\\S+)\\s+(?<received>\\d+)\\s+(?<sent>\\d+)\\s+"
            + "(?<local>\\S+)\\s+(?<remote>\\S+)(\\s+timer:\\((?<timer>\\w+),(?<left>[^,]*),\\d+\\))?(?<rest>.*)");
    private static final Pattern INODE = Pattern.compile("ino:(\\d+)");
    private static final Pattern LEFT = Pattern.compile("((\\d+)min)?((\\d+)(sec|\\.))?((\\d+)ms)?");

    @Test
    @WithNatLab(idleTimeoutSeconds = 60)
    void doctor_connectionsOfAllKinds_agreesWithSs(NatLab lab) {
        LabProcess client = lab.client().java(SocketZoo.class, String.valueOf(CONNECTIONS));
        LabProcess server = lab.server().java(SocketZoo.class, "40");
        client.awaitLine(line -> line.equals("ready"), Duration.ofSeconds(60));
        server.awaitLine(line -> line.equals("ready"), Duration.ofSeconds(60));

        assertAgrees(lab.client(), CONNECTIONS / 2, "--outlive", "4m", "--json");
        assertAgrees(lab.server(), 20, "--json");
    }

    /** Compares the sockets that ss shows alike before and after. */
    private static void assertAgrees(Host host, int atLeast, String... options) {
        List<String> before = ss(host);
        String doctor = doctor(host, options);
        Set<String> after = ss(host).stream().map(DoctorIT::withoutTimes).collect(Collectors.toSet());
        assertAgrees(before, line -> after.contains(withoutTimes(line)), doctor, atLeast);
    }

    private static List<String> ss(Host host) {
        return host.command("ss", "-tnoeH").run().lines().stream()
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static String withoutTimes(String line) {
        return line.replaceFirst("timer:\\((\\w+),.*?\\)", "$1");
    }

    private static void assertAgrees(List<String> lines, Predicate<String> isSteady, String doctor, int atLeast) {
        Map<String, JsonObject> connections = new LinkedHashMap<>();
        for (JsonElement each : JsonParser.parseString(doctor).getAsJsonObject().getAsJsonArray("connections")) {
            JsonObject json = each.getAsJsonObject();
            connections.put(
                    json.get("local").getAsString() + " " + json.get("remote").getAsString(), json);
        }
        assertThat(lines.stream().filter(isSteady)).hasSizeGreaterThanOrEqualTo(atLeast);
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            JsonObject json = Objects.requireNonNull(
                    connections.remove(matcher.group("local") + " " + matcher.group("remote")), line);
            if (!isSteady.test(line)) {
                continue;
            }
            assertThat(json.get("state").getAsString()).as(line).isEqualTo(matcher.group("state"));
            assertThat(json.get("receiveQueueBytes").getAsString()).as(line).isEqualTo(matcher.group("received"));
            assertThat(json.get("sendQueueBytes").getAsString()).as(line).isEqualTo(matcher.group("sent"));
            String timer = matcher.group("timer") == null ? "off" : matcher.group("timer");
            assertThat(json.get("timer").getAsString()).as(line).isEqualTo(timer);
            if (timer.equals("keepalive")) {
                assertThat(json.get("firesInSeconds").getAsDouble())
                        .as(line)
                        .isCloseTo(seconds(matcher.group("left")), within(60.0));
            }
            Matcher inode = INODE.matcher(matcher.group("rest"));
            assertThat(json.get("inode").getAsString()).as(line).isEqualTo(inode.find() ? inode.group(1) : "0");
            assertThat(json.get("verdict").getAsString()).isNotEmpty();
        }
        assertThat(connections.values())
                .as("what ss -tn leaves out")
                .allSatisfy(json -> assertThat(json.get("state").getAsString()).isIn("TIME-WAIT", "SYN-RECV"));
    }

    /** {@code ss} leaves out seconds from ten minutes on. */
    private static double seconds(String left) {
        Matcher matcher = LEFT.matcher(left);
        assertThat(matcher.matches()).as(left).isTrue();
        return number(matcher.group(2)) * 60 + number(matcher.group(4)) + number(matcher.group(7)) / 1000.0;
    }

    private static int number(@Nullable String text) {
        return text == null ? 0 : Integer.parseInt(text);
    }

    private static String doctor(Host host, String... options) {
        List<String> arguments = new ArrayList<>(List.of("-jar", System.getProperty("keepalive.jar"), "doctor"));
        arguments.addAll(List.of(options));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return String.join(
                "\n",
                host.command(java, arguments.toArray(String[]::new))
                        .run()
                        .orThrow()
                        .lines());
    }
}
