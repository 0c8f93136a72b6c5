package io.keepalive.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonWriter;
import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.linux.NamespaceSockets;
import io.keepalive.cli.linux.NetworkNamespace;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpState;
import io.keepalive.cli.linux.TcpTimer;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonReportTest {
    private static final NamespaceSockets NAMESPACE = new NamespaceSockets(
            new NetworkNamespace(7, Path.of("/run/netns/blue")),
            List.of(),
            SystemSettings.KERNEL_DEFAULTS,
            Map.of(),
            null);

    @Test
    void write_keptConnection_hasTheDocumentedNames() throws IOException {
        TcpSocket socket = Sockets.socket(
                TcpState.ESTABLISHED,
                new IpEndpoint(true, 0, 0xffff_0a00_0005L, 40000),
                new IpEndpoint(true, 0x20010db800000000L, 9, 5432),
                TcpTimer.KEEPALIVE,
                61_500,
                0,
                0,
                0,
                4711,
                Sockets.silent(58_500, 0, 0));
        ConnectionFacts facts = new ConnectionFacts(
                socket, List.of(new Owner(12, 5, "a \"quoted\" name")), new SocketOptions(true, 120, 30, 8, 0), null);

        JsonObject json = connection(facts);

        assertThat(json.keySet())
                .startsWith("local", "remote", "pid", "program", "state", "keepAlive", "firesInSeconds")
                .contains("verdict");
        assertThat(json.get("local").getAsString()).isEqualTo("[::ffff:10.0.0.5]:40000");
        assertThat(json.get("remote").getAsString()).isEqualTo("[2001:db8::9]:5432");
        assertThat(json.get("pid").getAsLong()).isEqualTo(12);
        assertThat(json.get("program").getAsString()).isEqualTo("a \"quoted\" name");
        assertThat(json.get("state").getAsString()).isEqualTo("ESTAB");
        assertThat(json.get("keepAlive").getAsBoolean()).isTrue();
        assertThat(json.get("firesInSeconds").getAsDouble()).isEqualTo(61.5);
        assertThat(json.get("idleSeconds").getAsInt()).isEqualTo(120);
        assertThat(json.get("receiveQueueBytes").getAsLong()).isZero();
        assertThat(json.get("lastAckReceivedSeconds").getAsDouble()).isEqualTo(58.5);
        assertThat(json.get("namespace").getAsLong()).isEqualTo(7);
        assertThat(json.get("verdict").getAsString()).isEqualTo("kept");
    }

    @Test
    void write_unknown_isNull() throws IOException {
        JsonObject json = connection(new ConnectionFacts(
                Sockets.socket(
                        TcpState.ESTABLISHED,
                        Sockets.ip(5, 40000),
                        Sockets.ip(9, 5432),
                        TcpTimer.RETRANSMIT,
                        200,
                        0,
                        0,
                        4,
                        4711,
                        null),
                List.of(),
                null,
                null));

        assertThat(List.of("pid", "program", "keepAlive", "firesInSeconds", "idleSeconds", "lastDataSentSeconds"))
                .allSatisfy(
                        name -> assertThat(json.get(name).isJsonNull()).as(name).isTrue());
        assertThat(json.get("timer").getAsString()).isEqualTo("on");
        assertThat(json.get("timerInSeconds").getAsDouble()).isEqualTo(0.2);
        assertThat(json.get("verdict").getAsString()).isEqualTo("unknown");
    }

    private static JsonObject connection(ConnectionFacts facts) throws IOException {
        Diagnosis diagnosis = VerdictRules.judge(facts, PathGoal.NONE, SystemSettings.KERNEL_DEFAULTS);
        Examination examination = new Examination(
                PathGoal.NONE,
                List.of(new Judged(facts, diagnosis, null, NAMESPACE)),
                List.of(),
                List.of(NAMESPACE),
                List.of("nothing"));
        StringWriter text = new StringWriter();
        JsonReport.write(examination, new JsonWriter(text));
        JsonObject report = JsonParser.parseString(text.toString()).getAsJsonObject();
        assertThat(report.keySet()).containsExactly("connections", "listeners", "namespaces", "advice", "limitations");
        return report.getAsJsonArray("connections").get(0).getAsJsonObject();
    }
}
