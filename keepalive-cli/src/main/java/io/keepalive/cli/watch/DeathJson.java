package io.keepalive.cli.watch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.keepalive.Middlebox;
import io.keepalive.cli.output.Json;
import io.keepalive.loss.LossCause;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What {@code --json} prints: an object a line. */
final class DeathJson {
    private DeathJson() {}

    /** Appends the line of a death without its line end; by hand, since it is written for every death. */
    static void append(StringBuilder out, Death death) {
        Verdict verdict = death.verdict();
        out.append("{\"local\":\"")
                .append(death.local())
                .append("\",\"remote\":\"")
                .append(death.remote());
        out.append("\",\"pid\":");
        if (death.program() == null) {
            out.append("null,\"program\":null");
        } else {
            out.append(death.pid()).append(",\"program\":");
            out.append(Json.line(new JsonPrimitive(death.program())));
        }
        out.append(",\"cause\":\"").append(verdict.cause());
        out.append("\",\"confidence\":\"").append(verdict.confidence());
        out.append("\",\"silenceSeconds\":");
        appendSeconds(out, verdict.silenceMillis());
        out.append(",\"evidence\":\"").append(verdict.evidence()).append("\"}"); // needs no escapes: DeathCause
    }

    private static void appendSeconds(StringBuilder out, long millis) {
        long tenths = (Math.max(0, millis) + 50) / 100;
        out.append(tenths / 10).append('.').append(tenths % 10);
    }

    /** The last line. */
    static String summary(Summary summary) {
        JsonObject object = new JsonObject();
        object.addProperty("seconds", seconds(summary.watched()));
        object.addProperty("deaths", summary.tally().deaths());
        object.add("causes", causes(summary.tally().causes()));
        object.addProperty("openConnections", summary.open());
        object.addProperty("notificationOverruns", summary.overruns());
        object.addProperty("untrackedConnections", summary.untracked());
        object.addProperty("deathsElsewhere", summary.tally().deathsElsewhere());
        JsonArray destinations = new JsonArray();
        for (Map.Entry<DestinationKey, Destination> entry : summary.tally().destinations()) {
            destinations.add(destination(entry.getKey(), entry.getValue()));
        }
        object.add("destinations", destinations);
        return Json.line(object);
    }

    private static JsonObject destination(DestinationKey key, Destination destination) {
        JsonObject object = new JsonObject();
        object.addProperty("remote", key.remote().toString());
        object.add("localPort", key.localPort() == 0 ? JsonNull.INSTANCE : new JsonPrimitive(key.localPort()));
        object.addProperty("deaths", destination.deaths());
        object.addProperty("lowConfidence", destination.lowConfidence());
        object.add("causes", causes(destination.causes()));
        object.add("longestSurvivedSeconds", seconds(destination.longestSurvived()));
        object.add("shortestKilledSeconds", seconds(destination.shortestKilled()));
        object.addProperty("deathsAfterLess", destination.contradictedGaps());
        IdleTimeoutFinding finding = IdleTimeoutFinding.of(destination);
        object.add("boxes", names(finding.boxes().byDefault()));
        object.add("boxesIfSet", names(finding.boxes().bySetting()));
        object.add(
                "closesAfterSeconds",
                finding.closesAfter()
                        .map(silence -> (JsonElement) new JsonPrimitive(seconds(silence)))
                        .orElse(JsonNull.INSTANCE));
        return object;
    }

    private static JsonObject causes(Map<LossCause, Integer> causes) {
        JsonObject object = new JsonObject();
        causes.forEach((cause, number) -> object.addProperty(cause.name(), number));
        return object;
    }

    private static JsonArray names(List<Middlebox> boxes) {
        JsonArray array = new JsonArray();
        boxes.forEach(box -> array.add(box.text()));
        return array;
    }

    private static JsonElement seconds(OptionalLong millis) {
        return millis.isEmpty() ? JsonNull.INSTANCE : new JsonPrimitive(seconds(Duration.ofMillis(millis.getAsLong())));
    }

    private static double seconds(Duration duration) {
        return Math.round(duration.toMillis() / 10.0) / 100.0;
    }
}
