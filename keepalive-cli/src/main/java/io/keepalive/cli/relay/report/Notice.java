package io.keepalive.cli.relay.report;

import com.google.gson.JsonObject;
import io.keepalive.cli.output.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Something about the relay itself.
 *
 * @param at wall-clock time
 * @param message one sentence
 */
public record Notice(Instant at, String message) implements LogLine {
    @Override
    public String json() {
        JsonObject line = new JsonObject();
        line.addProperty("event", "relay");
        line.addProperty("at", at.truncatedTo(ChronoUnit.MILLIS).toString());
        line.addProperty("message", message);
        return Json.line(line);
    }

    @Override
    public String text() {
        return at.truncatedTo(ChronoUnit.SECONDS) + " relay: " + message;
    }
}
