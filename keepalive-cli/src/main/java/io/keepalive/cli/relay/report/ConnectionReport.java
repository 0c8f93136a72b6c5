package io.keepalive.cli.relay.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.keepalive.cli.output.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A relayed connection that has ended.
 *
 * @param endedAt wall-clock time
 * @param listen address that the client connected to
 * @param client address of the client; the one that a PROXY header named, if there was one
 * @param target address that the relay connected to, or the name if it never did
 * @param bytesToTarget bytes read from the client
 * @param bytesToClient bytes read from the target
 * @param duration from accept to end
 * @param longestSilence longest time without a byte or FIN of either side that was followed by one
 * @param silenceAtEnd time since the last byte or FIN before the end
 * @param endedBy who ended it: {@code client}, {@code target} or {@code relay}
 * @param reset false if both directions ended by FIN
 * @param cause name of a {@code LossCause}
 * @param evidence what the cause rests on
 */
public record ConnectionReport(
        Instant endedAt,
        String listen,
        String client,
        String target,
        long bytesToTarget,
        long bytesToClient,
        Duration duration,
        Duration longestSilence,
        Duration silenceAtEnd,
        String endedBy,
        boolean reset,
        String cause,
        @Nullable String evidence)
        implements LogLine {

    @Override
    public String json() {
        JsonObject line = new JsonObject();
        line.addProperty("event", "connection");
        line.addProperty("endedAt", endedAt.truncatedTo(ChronoUnit.MILLIS).toString());
        line.addProperty("listen", listen);
        line.addProperty("client", client);
        line.addProperty("target", target);
        line.addProperty("bytesToTarget", bytesToTarget);
        line.addProperty("bytesToClient", bytesToClient);
        line.addProperty("durationMillis", duration.toMillis());
        line.addProperty("longestSilenceMillis", longestSilence.toMillis());
        line.addProperty("silenceAtEndMillis", silenceAtEnd.toMillis());
        line.addProperty("endedBy", endedBy);
        line.addProperty("reset", reset);
        line.addProperty("cause", cause);
        line.add("evidence", orNull(evidence));
        return Json.line(line);
    }

    private static JsonElement orNull(@Nullable String value) {
        return value == null ? JsonNull.INSTANCE : new JsonPrimitive(value);
    }

    @Override
    public String text() {
        StringBuilder line = new StringBuilder(200); // String.format takes longer than the connection itself
        line.append(endedAt.truncatedTo(ChronoUnit.SECONDS)).append(' ');
        line.append(client).append(" -> ").append(target).append(": ");
        line.append(reset ? "reset by " : "closed by ").append(endedBy).append(" after ");
        seconds(line, duration).append(" (").append(cause).append("), ");
        line.append(bytesToTarget).append(" B up, ").append(bytesToClient).append(" B down, longest silence ");
        seconds(line, longestSilence);
        if (evidence != null) {
            line.append("; ").append(evidence);
        }
        return line.toString();
    }

    private static StringBuilder seconds(StringBuilder line, Duration duration) {
        line.append(duration.toSeconds());
        if (duration.toSeconds() < 100) {
            line.append('.').append(duration.toMillisPart() / 100);
        }
        return line.append(" s");
    }
}
