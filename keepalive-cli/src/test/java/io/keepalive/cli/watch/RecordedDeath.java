package io.keepalive.cli.watch;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.keepalive.cli.linux.TcpInfoFields;
import io.keepalive.cli.linux.TcpState;
import io.keepalive.cli.linux.TcpTimer;
import io.keepalive.cli.watch.DestroyEvent.Aftermath;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A death in the lab as raw sock_diag messages showed it, recorded on Linux 6.18. */
record RecordedDeath(String name, LossCause cause, ConnectionHistory history, DestroyEvent ending) {
    private static final int TCP_INFO_BYTES = 280;

    /** Offset and width in {@code struct tcp_info} of each recorded field. */
    private static final Map<String, int[]> FIELDS = Map.ofEntries(
            Map.entry("st", new int[] {0, 1}),
            Map.entry("ca", new int[] {1, 1}),
            Map.entry("retr", new int[] {2, 1}),
            Map.entry("probes", new int[] {3, 1}),
            Map.entry("backoff", new int[] {4, 1}),
            Map.entry("rto", new int[] {8, 4}),
            Map.entry("unacked", new int[] {24, 4}),
            Map.entry("lost", new int[] {32, 4}),
            Map.entry("lds", new int[] {44, 4}),
            Map.entry("ldr", new int[] {52, 4}),
            Map.entry("lar", new int[] {56, 4}),
            Map.entry("rtt", new int[] {68, 4}),
            Map.entry("totretr", new int[] {100, 4}),
            Map.entry("backd", new int[] {120, 8}),
            Map.entry("brecv", new int[] {128, 8}),
            Map.entry("sout", new int[] {136, 4}),
            Map.entry("sin", new int[] {140, 4}),
            Map.entry("notsent", new int[] {144, 4}),
            Map.entry("dsin", new int[] {152, 4}),
            Map.entry("dsout", new int[] {156, 4}),
            Map.entry("busy", new int[] {168, 8}),
            Map.entry("rwnd", new int[] {176, 8}),
            Map.entry("bsent", new int[] {200, 8}),
            Map.entry("bretr", new int[] {208, 8}),
            Map.entry("swnd", new int[] {228, 4}));

    static List<RecordedDeath> all() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(RecordedDeath.class.getResourceAsStream("deaths.jsonl"), "deaths.jsonl")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> of(JsonParser.parseString(line).getAsJsonObject()))
                    .toList();
        }
    }

    private static RecordedDeath of(JsonObject line) {
        ConnectionHistory history = new ConnectionHistory();
        for (JsonElement dump : line.getAsJsonArray("dumps")) {
            history.observe(observation(dump.getAsJsonObject()));
        }
        if (!line.get("vanished").isJsonNull()) {
            history.vanish(nanos(line.get("vanished")));
        }
        DestroyEvent ending = new DestroyEvent(
                observation(line.getAsJsonObject("end")),
                line.get("disconnected").getAsBoolean(),
                Aftermath.valueOf(line.get("aftermath").getAsString()),
                false);
        return new RecordedDeath(
                line.get("name").getAsString(),
                LossCause.valueOf(line.get("cause").getAsString()),
                history,
                ending);
    }

    private static Observation observation(JsonObject fact) {
        ByteBuffer bytes = ByteBuffer.allocate(TCP_INFO_BYTES).order(ByteOrder.nativeOrder());
        for (Map.Entry<String, JsonElement> entry : fact.getAsJsonObject("i").entrySet()) {
            int[] place = FIELDS.getOrDefault(entry.getKey(), new int[] {0, 0});
            long value = entry.getValue().getAsLong();
            switch (place[1]) {
                case 1 -> bytes.put(place[0], (byte) value);
                case 4 -> bytes.putInt(place[0], (int) value);
                case 8 -> bytes.putLong(place[0], value);
                default -> {
                    // not used
                }
            }
        }
        return new Observation(
                nanos(fact.get("t")),
                TcpState.of(fact.get("st").getAsInt()),
                TcpTimer.of(fact.get("timer").getAsInt()),
                fact.get("exp").getAsLong(),
                fact.get("rq").getAsLong(),
                fact.get("wq").getAsLong(),
                TcpInfoFields.of(bytes.array()));
    }

    private static long nanos(JsonElement seconds) {
        return Math.round(seconds.getAsDouble() * 1e9);
    }

    @Override
    public String toString() {
        return name;
    }
}
